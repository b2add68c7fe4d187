import { z } from 'zod';
import { momentary, type ActionContext, type ActionKind } from './action-kind.js';

const schema = z.strictObject({
  kind: z.literal('siren.stopAll'),
  function: z
    .enum(['both', 'light', 'siren'])
    .default('both')
    .describe('What is to stop: the light, the siren or both.'),
});

type Settings = z.infer<typeof schema>;

/** Stop everything that profiles started, or the light or the siren of it. */
export const sirenStopAllAction = {
  kind: 'siren.stopAll',
  schema,
  ...momentary((settings: Settings, { cause }: ActionContext) => ({
    kind: 'siren.stopAll',
    functions: settings.function === 'both' ? ['light', 'siren'] : [settings.function],
    cause,
  })),
  causes: ['activity'],
  references: () => [],
  describe: (settings: Settings) =>
    settings.function === 'both' ? 'stop light and siren' : `stop every ${settings.function}`,
} satisfies ActionKind<Settings>;
