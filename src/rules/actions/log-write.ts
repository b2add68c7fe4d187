import { z } from 'zod';
import { templateText } from '../placeholders.js';
import { momentary, type ActionContext, type ActionKind } from './action-kind.js';

const schema = z.strictObject({
  kind: z.literal('log.write'),
  level: z.enum(['info', 'warn', 'error']).default('info').describe('How grave it is.'),
  text: templateText(1_000)
    .refine((text) => text.trim() !== '', 'Say what to write.')
    .describe('What is written; placeholders such as {{caller}} are filled in.'),
});

type Settings = z.infer<typeof schema>;

/** Write a line to the log. */
export const logWriteAction = {
  kind: 'log.write',
  schema,
  ...momentary(({ level, text }: Settings, { cause }: ActionContext) => ({
    kind: 'log.write',
    level,
    text,
    cause,
  })),
  references: () => [],
  describe: ({ text }: Settings) => `write "${text}" to the log`,
} satisfies ActionKind<Settings>;
