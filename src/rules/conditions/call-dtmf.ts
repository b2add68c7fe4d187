import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import type { FactChange } from '../fact-change.js';
import { referenceTo } from '../reference.js';
import { CallFilter, callFilterFields, compareCall, describeCall } from './call-filter.js';
import {
  conditionFields,
  type Comparison,
  type ConditionKind,
  type StatelessCondition,
} from './condition-kind.js';

const schema = z
  .strictObject({
    kind: z.literal('call.dtmf'),
    sequence: z
      .string()
      .trim()
      .min(1)
      .max(64)
      .optional()
      .describe('The id of a DTMF sequence of the settings.'),
    digits: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[0-9A-D#*]{1,64}$/, '1 to 64 of 0-9, A-D, # and *')
      .optional()
      .describe('In place of a sequence: the keys themselves, without anything in the settings.'),
    ...callFilterFields,
    ...conditionFields,
  })
  .refine(({ sequence, digits }) => (sequence === undefined) !== (digits === undefined), {
    path: ['sequence'],
    error: 'A DTMF condition needs either a sequence or digits.',
  });

type Settings = z.infer<typeof schema>;

/** Call > DTMF: met with the last key of a sequence, in a call that fits. */
export const callDtmfCondition = {
  kind: 'call.dtmf',
  schema,
  stateful: false,
  topics: ['call.dtmfSequence', 'call.dtmf'],
  compile,
  references: ({ account, sequence }: Settings) => [
    ...referenceTo('account', 'account', account),
    ...referenceTo('dtmfSequence', 'sequence', sequence),
  ],
  describe: (settings: Settings) => `${wantedOf(settings)} is dialled in ${describeCall(settings)}`,
  compare,
} satisfies ConditionKind<Settings>;

function compile(settings: Settings): StatelessCondition {
  const filter = new CallFilter(settings);
  const { sequence, digits = '' } = settings;
  if (sequence !== undefined) {
    return {
      stateful: false,
      interest: { topic: 'call.dtmfSequence', keys: [sequence] },
      matches: (change: FactChange) =>
        change.topic === 'call.dtmfSequence' &&
        change.event.sequenceId === sequence &&
        filter.fits(change.event),
    };
  }
  return {
    stateful: false,
    interest: { topic: 'call.dtmf', keys: [digits.slice(-1)] },
    matches: (change: FactChange) =>
      change.topic === 'call.dtmf' && completes(change.event.keys, digits) && filter.fits(change.event),
  };
}

/** Whether the newest key completes the digits. No key counts twice: `11` comes twice in `1111`, not three times. */
function completes(keys: string, digits: string): boolean {
  if (!keys.endsWith(digits)) return false;
  let place = keys.indexOf(digits);
  while (place >= 0 && place + digits.length < keys.length)
    place = keys.indexOf(digits, place + digits.length);
  return place >= 0;
}

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type === 'call.dtmfSequence' && settings.sequence !== undefined) {
    const fits = event.sequenceId === settings.sequence;
    return [
      { field: 'sequence', expected: settings.sequence, actual: event.sequenceId, fits },
      ...compareCall(settings, event),
    ];
  }
  if (event.type === 'call.dtmf' && settings.digits !== undefined) {
    const fits = completes(event.keys, settings.digits);
    return [
      { field: 'keys', expected: settings.digits, actual: event.keys, fits },
      ...compareCall(settings, event),
    ];
  }
  return [];
}

function wantedOf({ sequence, digits = '' }: Settings): string {
  return sequence === undefined ? digits : `the DTMF sequence ${sequence}`;
}
