import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('alarm.state'),
  state: z
    .enum(['unacknowledged', 'acknowledged'])
    .describe('Whether the alarm waits to be acknowledged, or has been and is not over.'),
  profile: z.string().trim().max(50).optional().describe('The name of the profile; left out, any profile.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Alarm > State: holds while the alarm of the profile, or any, waits to be acknowledged, or has been and is not over. */
export const alarmStateCondition = {
  kind: 'alarm.state',
  schema,
  stateful: true,
  topics: ['alarm'],
  compile: ({ profile, state }: Settings) =>
    new StateCondition({ topic: 'alarm', source: profile, fits: (event) => event.state === state }),
  references: ({ profile }: Settings) => referenceTo('profile', 'profile', profile),
  describe: ({ profile, state }: Settings) => `${nameOf(profile)} is ${state}`,
  compare,
} satisfies ConditionKind<Settings>;

function compare({ state, profile }: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'alarm') return [];
  const comparisons: Comparison[] = [
    { field: 'state', expected: state, actual: event.state, fits: event.state === state },
  ];
  if (profile !== undefined && profile !== '') {
    const fits = event.profile === profile;
    comparisons.push({ field: 'profile', expected: profile, actual: event.profile, fits });
  }
  return comparisons;
}

function nameOf(profile: string | undefined): string {
  return profile === undefined || profile === '' ? 'any alarm' : `the alarm ${profile}`;
}
