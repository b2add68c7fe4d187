import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { CALL_LIMITS } from '../../calls/limits.js';
import {
  blockedByHandSchema,
  sourceAddressSchema,
  sourceGuardSchema,
  type SourceGuardSettings,
} from '../../calls/source-guard/source-guard-settings.js';
import { type Command, defineCommand } from '../command.js';
import { relocatingProblems } from '../relocate-problems.js';
import type { Services } from '../services.js';
import { quoted } from '../words.js';

const { blocked: _listedApart, ...shape } = sourceGuardSchema.shape;

const get = defineCommand({
  name: 'sourceGuard.get',
  kind: 'query',
  role: 'viewer',
  summary: 'What sources may do before they are slowed and blocked.',
  input: z.strictObject({}),
  run: ({ services }) => withoutBlocked(services.config.get('sourceGuard')),
});

const update = defineCommand({
  name: 'sourceGuard.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Changes the settings of the source guard that are named.',
  input: z.strictObject({
    settings: z.strictObject({
      enabled: shape.enabled.unwrap().optional(),
      wrongPasswords: shape.wrongPasswords.unwrap().optional(),
      refusedRequests: shape.refusedRequests.unwrap().optional(),
      requestsPerSecond: shape.requestsPerSecond.unwrap().optional(),
      burst: shape.burst.unwrap().optional(),
      blockSeconds: shape.blockSeconds.unwrap().optional(),
      blockGrowth: shape.blockGrowth.unwrap().optional(),
      maxBlockSeconds: shape.maxBlockSeconds.unwrap().optional(),
      includeLoopback: shape.includeLoopback.unwrap().optional(),
      neverBlock: shape.neverBlock.unwrap().optional(),
    }),
  }),
  run: async ({ services }, { settings }) => {
    const named = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    const next = await relocatingProblems(
      () => services.config.update('sourceGuard', (guard) => ({ ...guard, ...named })),
      { from: () => 'sourceGuard', to: 'settings' },
    );
    return withoutBlocked(next);
  },
});

const list = defineCommand({
  name: 'blockedSources.list',
  kind: 'query',
  role: 'viewer',
  summary: 'The sources that are blocked now: since when, until when, why, and what was dropped of them.',
  input: z.strictObject({}),
  run: ({ services }) => services.guard.list(),
});

const block = defineCommand({
  name: 'blockedSources.add',
  kind: 'command',
  role: 'operator',
  summary: 'Blocks a source by hand, for ever or for some time.',
  input: z.strictObject({
    source: z.strictObject({
      address: sourceAddressSchema,
      seconds: z.int().min(1).max(31_536_000).optional().describe('For how long; left out, for ever.'),
      description: blockedByHandSchema.shape.description,
    }),
  }),
  run: async ({ services }, { source }) => {
    const address = source.address.toLowerCase();
    if (services.guard.isExempt(address)) {
      throw new SipsirenError(
        'INVALID_VALUE',
        `${address} is never blocked: it is a server of an account or trusted, stands in neverBlock, or is this machine itself.`,
        { path: 'source.address' },
      );
    }
    const since = services.system.now();
    const until = source.seconds === undefined ? null : since + source.seconds * 1_000;
    await changeBlocked(services, (blocked) => {
      const others = blocked.filter((one) => one.address !== address);
      if (others.length >= CALL_LIMITS.guardedAddresses) {
        const reason = `${CALL_LIMITS.guardedAddresses} sources are blocked by hand, which is the limit; lift one first.`;
        throw new SipsirenError('LIMIT_REACHED', reason);
      }
      return [...others, { address, since, until, description: source.description }];
    });
    return services.guard.list().find((one) => one.address === address && one.reason === 'byHand');
  },
});

const release = defineCommand({
  name: 'blockedSources.remove',
  kind: 'command',
  role: 'operator',
  summary: 'Lifts the block of a source, whoever made it, and forgets what led to it.',
  input: z.strictObject({ address: z.string().trim().describe('As the list shows it.') }),
  run: async ({ services }, input) => {
    const address = input.address.toLowerCase();
    const isListed = services.config.get('sourceGuard').blocked.some((one) => one.address === address);
    const isReleased = services.guard.release(address);
    if (!isListed && !isReleased) {
      throw new SipsirenError('NOT_FOUND', `There is no blocked source ${quoted(address)}.`);
    }
    if (isListed) {
      await changeBlocked(services, (blocked) => blocked.filter((one) => one.address !== address));
    }
  },
});

/** Blocks that are over go as well. */
async function changeBlocked(
  { config, system }: Services,
  change: (blocked: SourceGuardSettings['blocked']) => SourceGuardSettings['blocked'],
): Promise<void> {
  await config.update('sourceGuard', (guard) => ({
    ...guard,
    blocked: change(guard.blocked.filter(({ until }) => until === null || until > system.now())),
  }));
}

function withoutBlocked({ blocked: _listed, ...settings }: SourceGuardSettings) {
  return settings;
}

export const SOURCE_GUARD_COMMANDS = [get, update, list, block, release] as readonly Command[];
