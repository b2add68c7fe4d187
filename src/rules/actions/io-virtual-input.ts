import { z } from 'zod';
import type { Intent } from '../intent.js';
import type { ActionContext, ActionKind } from './action-kind.js';

const schema = z
  .strictObject({
    kind: z.literal('io.virtualInput'),
    port: z.int().min(1).max(64).describe('The number of the virtual input, 1 to 64.'),
    run: z
      .enum(['on', 'off', 'forSeconds', 'whileActive'])
      .describe(
        'Activate or deactivate it, activate it for some seconds, or for as long as the rule is active.',
      ),
    seconds: z
      .int()
      .min(1)
      .max(2_592_000)
      .optional()
      .describe('How long it is active; only with forSeconds.'),
  })
  .refine(({ run, seconds }) => (run === 'forSeconds') === (seconds !== undefined), {
    path: ['seconds'],
    error: 'Give the seconds with forSeconds, and only then.',
  });

type Settings = z.infer<typeof schema>;

/** I/O > Virtual input: activate, deactivate, for some time, or while the rule is active. */
export const virtualInputAction = {
  kind: 'io.virtualInput',
  schema,
  lasts: ({ run }: Settings) => run === 'whileActive',
  begin: ({ port, run, seconds }: Settings, { owner, cause }: ActionContext): Intent =>
    run === 'whileActive'
      ? { kind: 'virtualInput.hold', port, owner, cause }
      : {
          kind: 'virtualInput.set',
          port,
          active: run !== 'off',
          ...(seconds !== undefined && { seconds }),
          cause,
        },
  undo: ({ port }: Settings, { owner, cause }: ActionContext): Intent => ({
    kind: 'virtualInput.release',
    port,
    owner,
    cause,
  }),
  causes: ['input.virtual'],
  references: () => [],
  describe: ({ port, run, seconds }: Settings) => {
    switch (run) {
      case 'on':
        return `activate virtual input ${port}`;
      case 'off':
        return `deactivate virtual input ${port}`;
      case 'forSeconds':
        return `activate virtual input ${port} for ${seconds} seconds`;
      case 'whileActive':
        return `keep virtual input ${port} active while the rule is active`;
    }
  },
} satisfies ActionKind<Settings>;
