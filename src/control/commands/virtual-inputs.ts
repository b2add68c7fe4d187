import { z } from 'zod';
import { INPUT_LIMITS } from '../../inputs/limits.js';
import { type Command, defineCommand } from '../command.js';
import { stateSteps } from '../state-steps.js';

const port = z.int().min(1).max(INPUT_LIMITS.virtualInputs).describe('The number of the virtual input.');
const seconds = z
  .number()
  .min(0)
  .max(INPUT_LIMITS.seconds)
  .optional()
  .describe('After which it goes back by itself; 0 is at once. Left out: it stays.');

const list = defineCommand({
  name: 'virtualInputs.list',
  kind: 'query',
  role: 'viewer',
  summary: 'The virtual inputs 1 to 64 with their states.',
  input: z.strictObject({}),
  run: ({ services }) => services.inputs.virtualInputs.list(),
});

const get = defineCommand({
  name: 'virtualInputs.get',
  kind: 'query',
  role: 'viewer',
  summary: 'One virtual input with its state.',
  input: z.strictObject({ port }),
  run: ({ services }, input) => services.inputs.virtualInputs.status(input.port),
});

const update = defineCommand({
  name: 'virtualInputs.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Names a virtual input; an empty name takes it away.',
  input: z.strictObject({ port, settings: z.strictObject({ name: z.string().trim().max(64) }) }),
  run: async ({ services }, input) => {
    const { name } = input.settings;
    await services.config.update('virtualInputs', (inputs) => [
      ...inputs.filter((one) => one.port !== input.port),
      ...(name === '' ? [] : [{ port: input.port, name }]),
    ]);
    return services.inputs.virtualInputs.status(input.port);
  },
});

const activate = defineCommand({
  name: 'virtualInputs.activate',
  kind: 'command',
  role: 'operator',
  summary:
    'Activates a virtual input, until it is deactivated or for some seconds. Changed is false where it was active.',
  input: z.strictObject({ port, options: z.strictObject({ duration: seconds }).default({}) }),
  run: ({ services: { inputs } }, { port: number, options }) => {
    const changed = inputs.virtualInputs.activate(number, { seconds: options.duration });
    return { changed, ...inputs.virtualInputs.status(number) };
  },
});

const deactivate = defineCommand({
  name: 'virtualInputs.deactivate',
  kind: 'command',
  role: 'operator',
  summary: 'Deactivates a virtual input. Changed is false where it was not active.',
  input: z.strictObject({ port }),
  run: ({ services: { inputs } }, { port: number }) => {
    const changed = inputs.virtualInputs.deactivate(number);
    return { changed, ...inputs.virtualInputs.status(number) };
  },
});

const play = defineCommand({
  name: 'virtualInputs.play',
  kind: 'command',
  role: 'operator',
  summary: 'Activates and deactivates a virtual input in turn; the last state stays.',
  input: z.strictObject({ port, steps: stateSteps }),
  run: ({ services: { inputs } }, { port: number, steps }) => {
    inputs.virtualInputs.play(number, steps);
  },
});

export const VIRTUAL_INPUT_COMMANDS = [list, get, update, activate, deactivate, play] as readonly Command[];
