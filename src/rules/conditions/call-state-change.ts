import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { keysOfFilter } from '../call-keys.js';
import type { FactChange } from '../fact-change.js';
import { referenceTo } from '../reference.js';
import { CallFilter, callFilterFields, compareCall, describeCall } from './call-filter.js';
import {
  conditionFields,
  type Comparison,
  type ConditionKind,
  type StatelessCondition,
} from './condition-kind.js';

const schema = z.strictObject({
  kind: z.literal('call.stateChange'),
  reason: z
    .enum([
      'Initiated',
      'Denied',
      'NoAnswer',
      'Busy',
      'Failed',
      'AcceptedByRemote',
      'AcceptedByDevice',
      'Terminated',
    ])
    .describe('Why a call that fits changes its state.'),
  ...callFilterFields,
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

const WORDS: Readonly<Record<Settings['reason'], string>> = {
  Initiated: 'is begun',
  Denied: 'is refused',
  NoAnswer: 'is not answered',
  Busy: 'finds the other side busy',
  Failed: 'fails',
  AcceptedByRemote: 'is answered by the other side',
  AcceptedByDevice: 'is answered by the device',
  Terminated: 'ends',
};

/** Call > State change: met at the instant a call that fits changes its state for the reason. */
export const callStateChangeCondition = {
  kind: 'call.stateChange',
  schema,
  stateful: false,
  topics: ['call.stateChange'],
  compile,
  references: ({ account }: Settings) => referenceTo('account', 'account', account),
  describe: (settings: Settings) =>
    `${describeCall(settings)} ${WORDS[settings.reason]} (${settings.reason})`,
  compare,
} satisfies ConditionKind<Settings>;

function compile(settings: Settings): StatelessCondition {
  const filter = new CallFilter(settings);
  return {
    stateful: false,
    interest: { topic: 'call.stateChange', keys: keysOfFilter(settings.reason, filter) },
    matches: (change: FactChange) =>
      change.topic === 'call.stateChange' &&
      change.event.reason === settings.reason &&
      filter.fits(change.event),
  };
}

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'call.stateChange') return [];
  const fits = event.reason === settings.reason;
  return [
    { field: 'reason', expected: settings.reason, actual: event.reason, fits },
    ...compareCall(settings, event),
  ];
}
