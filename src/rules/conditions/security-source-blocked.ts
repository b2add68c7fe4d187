import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import type { FactChange } from '../fact-change.js';
import {
  conditionFields,
  type Comparison,
  type ConditionKind,
  type StatelessCondition,
} from './condition-kind.js';

const schema = z.strictObject({
  kind: z.literal('security.sourceBlocked'),
  reason: z
    .enum(['wrongPasswords', 'scan', 'flood', 'byHand'])
    .optional()
    .describe('Failed log-ins, scans, floods, or what somebody has blocked; left out, any of them.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

const WORDS: Readonly<Record<NonNullable<Settings['reason']>, string>> = {
  wrongPasswords: 'because it guessed passwords',
  scan: 'because it scanned',
  flood: 'because it flooded',
  byHand: 'by hand',
};

/** Security > Source blocked: met at the instant a source is blocked for the reason. */
export const securitySourceBlockedCondition = {
  kind: 'security.sourceBlocked',
  schema,
  stateful: false,
  topics: ['source.blocked'],
  compile,
  references: () => [],
  describe: ({ reason }: Settings) => `a source is blocked${reason === undefined ? '' : ` ${WORDS[reason]}`}`,
  compare,
} satisfies ConditionKind<Settings>;

function compile({ reason }: Settings): StatelessCondition {
  return {
    stateful: false,
    interest: { topic: 'source.blocked', keys: ['blocked'] },
    matches: (change: FactChange) =>
      change.topic === 'source.blocked' &&
      change.event.change === 'blocked' &&
      (reason === undefined || change.event.reason === reason),
  };
}

function compare({ reason }: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'source.blocked') return [];
  const { change, reason: actual } = event;
  const comparisons = [{ field: 'change', expected: 'blocked', actual: change, fits: change === 'blocked' }];
  return reason === undefined
    ? comparisons
    : [...comparisons, { field: 'reason', expected: reason, actual, fits: actual === reason }];
}
