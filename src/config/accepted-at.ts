import type { ZodType } from 'zod';
import { jsonSchemaOf } from './json-schema-of.js';

/** The parts of a JSON schema that words are made of. */
type SchemaNode = {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
};

/**
 * What the schema accepts at a place of the value, for a person: `a whole number from 1 to 10`; undefined where it cannot
 * be said shortly. Of alternatives that a field tells apart, as the kind of a condition, only the one that the value names
 * is meant.
 */
export function acceptedAt(
  schema: ZodType,
  path: readonly PropertyKey[],
  value: unknown,
): string | undefined {
  let nodes: readonly SchemaNode[] = [jsonSchemaOf(schema)];
  let part = value;
  for (const key of path) {
    const choices = nodes.flatMap(alternatives);
    const meant = choices.filter((node) => isNamedBy(node, part));
    nodes = (meant.length > 0 ? meant : choices).flatMap((node) => childOf(node, key));
    part = partAt(part, key);
  }
  const words = [...new Set(nodes.flatMap(alternatives).flatMap((node) => wordsFor(node) ?? []))];
  return words.length === 0 ? undefined : words.join(' or ');
}

function alternatives(node: SchemaNode): readonly SchemaNode[] {
  const choices = node.anyOf ?? node.oneOf ?? (node.allOf?.length === 1 ? node.allOf : undefined);
  return choices ? choices.flatMap(alternatives) : [node];
}

/** Whether every field that can only have one value has it. */
function isNamedBy(node: SchemaNode, value: unknown): boolean {
  return Object.entries(node.properties ?? {}).every(
    ([name, field]) => field.const === undefined || partAt(value, name) === field.const,
  );
}

/** What stands under a key; undefined where nothing does. */
export function partAt(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}

function childOf(node: SchemaNode, key: PropertyKey): readonly SchemaNode[] {
  const child = typeof key === 'number' ? node.items : node.properties?.[String(key)];
  return child ? [child] : [];
}

function wordsFor(node: SchemaNode): string | undefined {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum) return `one of ${node.enum.map(String).join(', ')}`;
  switch (node.type) {
    case 'integer':
      return ranged('a whole number', node.minimum, node.maximum);
    case 'number':
      return ranged('a number', node.minimum, node.maximum);
    case 'string':
      if (node.examples?.[0] !== undefined) return `text such as ${node.examples[0]}`;
      return counted('text', 'characters', node.minLength, node.maxLength);
    case 'array':
      return counted('a list', 'entries', node.minItems, node.maxItems);
    case 'boolean':
      return 'true or false';
    case 'object':
      return 'an object';
    default:
      return undefined;
  }
}

function ranged(noun: string, minimum?: number, maximum?: number): string {
  const from = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const to = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (from !== undefined && to !== undefined) return `${noun} from ${from} to ${to}`;
  if (from !== undefined) return `${noun} from ${from}`;
  return to === undefined ? noun : `${noun} up to ${to}`;
}

function counted(noun: string, unit: string, minimum?: number, maximum?: number): string {
  if (minimum !== undefined && maximum !== undefined) return `${noun} of ${minimum} to ${maximum} ${unit}`;
  if (minimum !== undefined) return `${noun} of at least ${minimum} ${unit}`;
  return maximum === undefined ? noun : `${noun} of at most ${maximum} ${unit}`;
}
