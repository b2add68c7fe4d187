import { isIP } from 'node:net';
import { z } from 'zod';
import { randomToken } from '../../base/ids.js';
import {
  accessListEntrySchema,
  accessListSchema,
  type AccessListEntry,
} from '../../calls/access-list-settings.js';
import { CALL_LIMITS } from '../../calls/limits.js';
import { type Command, defineCommand } from '../command.js';
import { addItem, changedItem, findItem, newItem, removeItem, replaceItem } from '../item-list.js';
import { relocatingProblems } from '../relocate-problems.js';
import type { Services } from '../services.js';

const WHAT = 'source';
const byId = z.strictObject({ id: z.string().describe('The id of the source.') });

const get = defineCommand({
  name: 'accessList.get',
  kind: 'query',
  role: 'viewer',
  summary: 'The access list with its sources.',
  input: z.strictObject({}),
  run: ({ services }) => services.config.get('accessList'),
});

const { enabled, policy, refusal } = accessListSchema.shape;

const update = defineCommand({
  name: 'accessList.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Turns the access list on or off, or changes its policy or what a refused caller gets.',
  input: z.strictObject({
    settings: z.strictObject({
      enabled: enabled.unwrap().optional(),
      policy: policy.unwrap().optional(),
      refusal: refusal.unwrap().optional(),
    }),
  }),
  run: async ({ services }, { settings }) => {
    const named = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    return services.config.update('accessList', (list) => ({ ...list, ...named }));
  },
});

const add = defineCommand({
  name: 'accessList.add',
  kind: 'command',
  role: 'administrator',
  summary: 'Adds a source: a caller ID or a SIP server address.',
  input: z.strictObject({ source: newItem(accessListEntrySchema, () => `source-${randomToken(4)}`) }),
  run: async ({ services }, { source }) => {
    const next = await change(services, (sources) => {
      return {
        sources: addItem(sources, source, { what: WHAT, limit: CALL_LIMITS.accessListEntries }),
        index: sources.length,
      };
    });
    return findItem(next, source.id, WHAT);
  },
});

const replace = defineCommand({
  name: 'accessList.replace',
  kind: 'command',
  role: 'administrator',
  summary: 'Replaces a source.',
  input: z.strictObject({ id: byId.shape.id, source: changedItem(accessListEntrySchema) }),
  run: async ({ services }, { id, source }) => {
    const next = await change(services, (sources) => ({
      sources: replaceItem(sources, { id, item: source }, WHAT),
      index: sources.findIndex((one) => one.id === id),
    }));
    return findItem(next, id, WHAT);
  },
});

const remove = defineCommand({
  name: 'accessList.remove',
  kind: 'command',
  role: 'administrator',
  summary: 'Deletes a source.',
  input: byId,
  run: async ({ services }, { id }) => {
    await change(services, (sources) => ({ sources: removeItem(sources, id, WHAT), index: 0 }));
  },
});

const decide = defineCommand({
  name: 'accessList.decide',
  kind: 'query',
  role: 'viewer',
  summary: 'Whether a caller would be let in now, by which source, and why.',
  input: z.strictObject({
    address: z
      .string()
      .refine((text) => isIP(text) !== 0, {
        error: 'is no IP address',
        params: { accepted: 'the numeric address that the caller’s packets come from' },
      })
      .describe('The numeric address that the packets come from.'),
    caller: z
      .string()
      .trim()
      .max(512)
      .default('')
      .describe('The caller ID in From: a SIP address, or its user alone.'),
    name: z.string().trim().max(255).optional().describe('The name that the caller shows.'),
  }),
  run: ({ services }, { address, caller, name }) =>
    services.access.decide({
      sourceAddress: address,
      callerUri: /^(sips?|tel):/i.test(caller)
        ? caller
        : `sip:${caller}${caller.includes('@') ? '' : '@caller.invalid'}`,
      callerName: name,
    }),
});

/** Changes the sources; what is wrong with the one at `index` is reported where the client put it. */
async function change(
  services: Services,
  changer: (sources: readonly AccessListEntry[]) => {
    readonly sources: AccessListEntry[];
    readonly index: number;
  },
): Promise<readonly AccessListEntry[]> {
  let place = '';
  const next = await relocatingProblems(
    () =>
      services.config.update('accessList', (list) => {
        const { sources, index } = changer(list.sources);
        place = `accessList.sources[${index}]`;
        return { ...list, sources };
      }),
    { from: () => place, to: 'source' },
  );
  return next.sources;
}

export const ACCESS_LIST_COMMANDS = [get, update, decide, add, replace, remove] as readonly Command[];
