import { z } from 'zod';
import { SipsirenError } from '../base/errors.js';
import { fillingIn } from '../config/json-schema-of.js';
import { quoted } from './words.js';

/** Something in a list of the configuration that goes by an id. */
interface Item {
  readonly id: string;
}

/** Stands in for the id that the path of a request has already. */
const SAME_ID = 'same';

/** What a client sends of a new item: the device gives it an id where it brings none. */
export function newItem<Output>(schema: z.ZodType<Output>, makeId: () => string): z.ZodType<Output> {
  return fillingIn(
    z.preprocess((value) => withId(value, makeId), schema),
    'id',
  );
}

/** What a client sends in place of an item; the id may be left out. */
export function changedItem<Output>(schema: z.ZodType<Output>): z.ZodType<Output> {
  return newItem(schema, () => SAME_ID);
}

/** Throws NOT_FOUND. `what` names the kind of item for people: `contact`. */
export function findItem<One extends Item>(items: readonly One[], id: string, what: string): One {
  const found = items.find((item) => item.id === id);
  if (!found) throw new SipsirenError('NOT_FOUND', `There is no ${what} with the id ${quoted(id)}.`);
  return found;
}

/** Throws CONFLICT where the id is taken, LIMIT_REACHED. */
export function addItem<One extends Item>(
  items: readonly One[],
  item: One,
  { what, limit }: { readonly what: string; readonly limit: number },
): One[] {
  if (items.some((one) => one.id === item.id)) {
    throw new SipsirenError('CONFLICT', `There is a ${what} with the id ${quoted(item.id)} already.`, {
      path: 'id',
    });
  }
  if (items.length >= limit) {
    throw new SipsirenError('LIMIT_REACHED', `There can be ${limit} of these (${what}); delete one first.`);
  }
  return [...items, item];
}

/** Throws NOT_FOUND, and CONFLICT where the item brings another id. */
export function replaceItem<One extends Item>(
  items: readonly One[],
  { id, item }: { readonly id: string; readonly item: One },
  what: string,
): One[] {
  findItem(items, id, what);
  if (item.id !== id && item.id !== SAME_ID) {
    throw new SipsirenError('CONFLICT', `The id of a ${what} cannot be changed.`, {
      path: 'id',
      accepted: id,
    });
  }
  return items.map((one) => (one.id === id ? { ...item, id: one.id } : one));
}

/** Throws NOT_FOUND. */
export function removeItem<One extends Item>(items: readonly One[], id: string, what: string): One[] {
  findItem(items, id, what);
  return items.filter((one) => one.id !== id);
}

function withId(value: unknown, makeId: () => string): unknown {
  return typeof value === 'object' && value !== null && !('id' in value) ? { ...value, id: makeId() } : value;
}
