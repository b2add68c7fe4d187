import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { keyOfProfile } from '../activity-keys.js';
import { ActivityCondition } from './activity-condition.js';
import { compareValue } from './compare-value.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';

const schema = z.strictObject({
  kind: z.literal('siren.profile'),
  profile: z
    .string()
    .trim()
    .min(1, 'Name the profile.')
    .max(50)
    .describe('The name of the light and siren profile.'),
  state: z
    .enum(['running', 'present'])
    .default('running')
    .describe('Running: it shows or sounds. Present: it runs, or waits for a higher priority.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Light and siren > Profile: holds while the profile runs, or is there. */
export const profileCondition = {
  kind: 'siren.profile',
  schema,
  stateful: true,
  topics: ['activity'],
  compile: ({ profile, state }: Settings) =>
    new ActivityCondition({
      key: keyOfProfile(profile),
      fits: (event) => event.profile === profile,
      waitingCounts: state === 'present',
    }),
  references: ({ profile }: Settings) => referenceTo('profile', 'profile', profile),
  describe: ({ profile, state }: Settings) =>
    `the profile ${profile} ${state === 'running' ? 'shows or sounds' : 'runs or waits for its turn'}`,
  compare,
} satisfies ConditionKind<Settings>;

function compare({ profile, state }: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'activity') return [];
  const isThere = state === 'running' ? event.running : event.change !== 'ended';
  return [
    ...compareValue('profile', profile, event.profile ?? 'no profile'),
    { field: 'state', expected: state, actual: event.change, fits: isThere },
  ];
}
