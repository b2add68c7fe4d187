import type { RJSFSchema } from '@rjsf/utils';
import { wordsOf } from './words-of.js';

/** The fields by whose value a person tells one choice from another. */
const TELLING = ['kind', 'unit', 'type', 'protocol'] as const;

/** What may be entered in a field of a name, such as the profiles that there are; other values are possible. */
export type Suggestions = Readonly<Record<string, readonly string[]>>;

/** The device's own schema with titles for people, and in the forms that the form library knows. */
export function formSchema(schema: RJSFSchema, suggestions: Suggestions = {}): RJSFSchema {
  const { oneOf, anyOf, properties, items, ...rest } = schema;
  const choices = (oneOf ?? anyOf) as RJSFSchema[] | undefined;
  return {
    ...rest,
    ...(properties && { properties: withTitles(properties as Record<string, RJSFSchema>, suggestions) }),
    ...(isSchema(items) && { items: formSchema(items, suggestions) }),
    ...(choices && choiceSchema(choices, suggestions)),
  };
}

function withTitles(
  properties: Record<string, RJSFSchema>,
  suggestions: Suggestions,
): Record<string, RJSFSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      {
        title: wordsOf(name),
        ...suggestedFor(name, property, suggestions),
        ...formSchema(property, suggestions),
      },
    ]),
  );
}

function suggestedFor(name: string, property: RJSFSchema, suggestions: Suggestions): RJSFSchema {
  const examples = suggestions[name] ?? [];
  return property.type === 'string' && !property.enum && examples.length > 0
    ? { examples: [...examples] }
    : {};
}

function choiceSchema(choices: readonly RJSFSchema[], suggestions: Suggestions): RJSFSchema {
  const given = choices.filter((choice) => choice.type !== 'null' && choice.const !== '');
  const isNullable = choices.some((choice) => choice.type === 'null');
  const [only] = given;
  if (only && given.length === 1)
    return isNullable ? nullable(formSchema(only, suggestions)) : formSchema(only, suggestions);
  const values = given.map((choice) => choice.const);
  if (values.every((value) => value !== undefined)) {
    return { type: typeof values[0] === 'number' ? 'number' : 'string', enum: values };
  }
  return {
    oneOf: given.map((choice) => ({ title: titleOf(choice), ...formSchema(choice, suggestions) })),
  };
}

function nullable(schema: RJSFSchema): RJSFSchema {
  return typeof schema.type === 'string' ? { ...schema, type: [schema.type, 'null'] } : schema;
}

function titleOf(choice: RJSFSchema): string {
  const properties = choice.properties as Record<string, RJSFSchema> | undefined;
  const fixed = Object.values(properties ?? {}).map((property) => property.const);
  const telling = [...TELLING.map((name) => properties?.[name]?.const), ...fixed].find(
    (value) => value !== undefined,
  );
  return typeof telling === 'string' ? wordsOf(telling) : wordsOf(String(choice.type ?? 'value'));
}

/** Of some data only what a schema knows: an answer of the device has states and marks beside its settings. */
export function knownOf(value: unknown, schema: RJSFSchema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return isSchema(items) ? value.map((item) => knownOf(item, items)) : (value as unknown);
  }
  if (!isRecord(value)) return value;
  const properties = (choiceFor(value, schema) ?? schema).properties as
    Record<string, RJSFSchema> | undefined;
  if (!properties) return value;
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => value[name] !== undefined)
      .map(([name, property]) => [name, knownOf(value[name], property)]),
  );
}

/** The choice whose fixed values the data has. */
export function choiceFor(value: Readonly<Record<string, unknown>>, { oneOf, anyOf }: RJSFSchema) {
  return ((oneOf ?? anyOf) as RJSFSchema[] | undefined)?.find(({ properties = {} }) => {
    const fixed = Object.entries(properties as Record<string, RJSFSchema>).filter(
      ([, property]) => property.const !== undefined,
    );
    return fixed.length > 0 && fixed.every(([name, property]) => value[name] === property.const);
  });
}

function isSchema(value: unknown): value is RJSFSchema {
  return isRecord(value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
