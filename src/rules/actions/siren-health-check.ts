import { z } from 'zod';
import { momentary, type ActionContext, type ActionKind } from './action-kind.js';

const schema = z.strictObject({
  kind: z.literal('siren.healthCheck'),
  silent: z
    .boolean()
    .default(true)
    .describe('Shows and sounds nothing, only asks each output whether it works.'),
});

type Settings = z.infer<typeof schema>;

/** Health check: silent, or with light and tone. */
export const sirenHealthCheckAction = {
  kind: 'siren.healthCheck',
  schema,
  ...momentary(({ silent }: Settings, { cause }: ActionContext) => ({
    kind: 'siren.healthCheck',
    silent,
    cause,
  })),
  causes: ['healthCheck', 'activity'],
  references: () => [],
  describe: ({ silent }: Settings) => (silent ? 'check the outputs silently' : 'check the outputs'),
} satisfies ActionKind<Settings>;
