import { z } from 'zod';
import type { Intent } from '../intent.js';
import { referenceTo } from '../reference.js';
import type { ActionContext, ActionKind } from './action-kind.js';

const schema = z.strictObject({
  kind: z.literal('io.output'),
  port: z.int().min(0).max(999).describe('The number of an I/O port that is an output.'),
  run: z
    .enum(['on', 'off', 'pulse', 'whileActive'])
    .describe('Set it once, pulse it, or keep it active for as long as the rule is active.'),
  milliseconds: z
    .int()
    .min(20)
    .max(60_000)
    .default(500)
    .describe('Of a pulse: how long it is active, and how long it is not in between.'),
  times: z.int().min(1).max(100).default(1).describe('Of a pulse: how many times.'),
});

type Settings = z.infer<typeof schema>;

/** I/O > Digital output: on, off, pulsed, or while the rule is active. */
export const digitalOutputAction = {
  kind: 'io.output',
  schema,
  lasts: ({ run }: Settings) => run === 'whileActive',
  begin,
  undo: ({ port }: Settings, { owner, cause }: ActionContext): Intent => ({
    kind: 'output.release',
    port,
    owner,
    cause,
  }),
  causes: ['input.digital'],
  references: ({ port }: Settings) => referenceTo('digitalOutput', 'port', String(port)),
  describe: ({ port, run, milliseconds, times }: Settings) =>
    run === 'pulse'
      ? `pulse output ${port} ${times} times for ${milliseconds} ms`
      : run === 'whileActive'
        ? `keep output ${port} active while the rule is active`
        : `turn output ${port} ${run}`,
} satisfies ActionKind<Settings>;

function begin({ port, run, milliseconds, times }: Settings, { owner, cause }: ActionContext): Intent {
  switch (run) {
    case 'on':
    case 'off':
      return { kind: 'output.set', port, active: run === 'on', cause };
    case 'pulse':
      return { kind: 'output.pulse', port, milliseconds, times, cause };
    case 'whileActive':
      return { kind: 'output.hold', port, owner, cause };
  }
}
