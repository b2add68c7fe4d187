import { z } from 'zod';
import { type Command, defineCommand } from './command.js';
import { addItem, changedItem, findItem, newItem, removeItem, replaceItem } from './item-list.js';
import { relocatingProblems } from './relocate-problems.js';
import type { DeviceDocument, Services } from './services.js';
import { quoted } from './words.js';

/** The sections of the configuration that are lists of things with an id, of the kind that these commands change. */
type ItemSection = 'schedules' | 'holidays' | 'manualTriggers' | 'heartbeats' | 'ioPorts';

type ItemOf<Section extends ItemSection> = DeviceDocument[Section][number];

interface ItemCommandsOptions<Section extends ItemSection> {
  /** The section, which also begins the names of the commands. */
  readonly section: Section;
  /** What people call one of them: `schedule`. */
  readonly what: string;
  readonly schema: z.ZodType<ItemOf<Section>>;
  readonly limit: number;
  /** An id for one that brings none. */
  readonly makeId: () => string;
  /** One as it is shown: with its state, say. */
  readonly view: (services: Services, item: ItemOf<Section>) => object;
  /** The fields of the view that are no settings; what was shown can be sent back. */
  readonly viewOnly?: readonly string[];
  /** Throws CONFLICT where something else in the configuration names it; the sentence begins with `who`. */
  readonly refuseIfUsed?: (document: DeviceDocument, id: string, who: string) => void;
  /** A sentence for each command. */
  readonly summaries: Readonly<Record<'list' | 'get' | 'create' | 'update' | 'delete', string>>;
}

/** List, get, create, update and delete for a list of the configuration. The body of a request is the field `item`. */
export function itemCommands<Section extends ItemSection>(
  options: ItemCommandsOptions<Section>,
): readonly Command[] {
  const { section, what, limit, makeId, summaries, view } = options;
  type One = ItemOf<Section>;
  const schema = z.preprocess((value) => without(value, options.viewOnly ?? []), options.schema);
  const byId = { id: z.string().describe(`The id of the ${what}.`) };
  const itemsOf = ({ config }: Services): readonly One[] => config.get(section);
  const shown = (services: Services, id: string): object =>
    view(services, findItem(itemsOf(services), id, what));
  const change = async (services: Services, changer: (items: readonly One[]) => One[], id: string) => {
    let index = -1;
    await relocatingProblems(
      () =>
        services.config.update(section, ((items: readonly One[]) => {
          const next = changer(items);
          index = next.findIndex((one) => one.id === id);
          return next;
        }) as never),
      { from: () => `${section}[${index}]`, to: 'item' },
    );
  };
  return [
    defineCommand({
      name: `${section}.list`,
      kind: 'query',
      role: 'viewer',
      summary: summaries.list,
      input: z.strictObject({}),
      run: ({ services }) => itemsOf(services).map((item) => view(services, item)),
    }),
    defineCommand({
      name: `${section}.get`,
      kind: 'query',
      role: 'viewer',
      summary: summaries.get,
      input: z.strictObject(byId),
      run: ({ services }, { id }) => shown(services, id),
    }),
    defineCommand({
      name: `${section}.create`,
      kind: 'command',
      role: 'administrator',
      summary: summaries.create,
      input: z.strictObject({ item: newItem(schema, makeId) }),
      run: async ({ services }, { item }) => {
        await change(services, (items) => addItem(items, item, { what, limit }), item.id);
        return shown(services, item.id);
      },
    }),
    defineCommand({
      name: `${section}.update`,
      kind: 'command',
      role: 'administrator',
      summary: summaries.update,
      input: z.strictObject({ ...byId, item: changedItem(schema) }),
      run: async ({ services }, { id, item }) => {
        await change(services, (items) => replaceItem(items, { id, item }, what), id);
        return shown(services, id);
      },
    }),
    defineCommand({
      name: `${section}.delete`,
      kind: 'command',
      role: 'administrator',
      summary: summaries.delete,
      input: z.strictObject(byId),
      run: async ({ services }, { id }) => {
        await services.config.change((document) => {
          const rest = removeItem(document[section] as readonly One[], id, what);
          options.refuseIfUsed?.(document, id, `The ${what} ${quoted(id)}`);
          return { [section]: rest };
        });
      },
    }),
  ] as readonly unknown[] as readonly Command[];
}

function without(value: unknown, fields: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !fields.includes(name)));
}
