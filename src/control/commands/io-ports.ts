import { z } from 'zod';
import { INPUT_LIMITS } from '../../inputs/limits.js';
import { ioPortSchema } from '../../inputs/io-port-settings.js';
import { type Command, defineCommand } from '../command.js';
import { stateSteps } from '../state-steps.js';
import { itemCommands } from '../item-commands.js';
import { refuseIfNamed } from '../named-by-rules.js';

const byId = { id: z.string().describe('The number of the I/O port.') };

const items = itemCommands({
  section: 'ioPorts',
  what: 'I/O port',
  schema: ioPortSchema,
  limit: INPUT_LIMITS.ioPorts,
  makeId: () => '',
  viewOnly: ['status'],
  view: ({ inputs }, port) => ({ ...port, status: inputs.ioPorts.status(port.id) }),
  refuseIfUsed: ({ rules }, id, who) => {
    refuseIfNamed(rules, 'digitalInput', id, who);
    refuseIfNamed(rules, 'digitalOutput', id, who);
  },
  summaries: {
    list: 'Every digital input and output with its state: active, inactive, or unknown and why.',
    get: 'One I/O port with its state.',
    create: 'Adds an I/O port, by its number.',
    update: 'Replaces an I/O port; what keeps an output active goes on.',
    delete:
      'Deletes an I/O port; an output goes back to its normal state. While rules use it that is refused.',
  },
});

const activate = defineCommand({
  name: 'ioPorts.activate',
  kind: 'command',
  role: 'operator',
  summary: 'Activates an output, until it is deactivated or for some seconds.',
  input: z.strictObject({
    ...byId,
    options: z
      .strictObject({ duration: z.number().min(0.02).max(INPUT_LIMITS.seconds).optional() })
      .default({}),
  }),
  run: ({ services: { inputs } }, { id, options }) => {
    const changed = inputs.ioPorts.activate(id, options.duration);
    return { changed, ...inputs.ioPorts.status(id) };
  },
});

const deactivate = defineCommand({
  name: 'ioPorts.deactivate',
  kind: 'command',
  role: 'operator',
  summary: 'Deactivates an output: it goes back to its normal state.',
  input: z.strictObject(byId),
  run: ({ services: { inputs } }, { id }) => {
    const changed = inputs.ioPorts.deactivate(id);
    return { changed, ...inputs.ioPorts.status(id) };
  },
});

const pulse = defineCommand({
  name: 'ioPorts.pulse',
  kind: 'command',
  role: 'operator',
  summary: 'Activates an output for some milliseconds, once or several times.',
  input: z.strictObject({
    ...byId,
    pulses: z
      .strictObject({
        milliseconds: z.int().min(20).max(60_000).default(500),
        times: z.int().min(1).max(100).default(1),
      })
      .prefault({}),
  }),
  run: ({ services: { inputs } }, { id, pulses }) => {
    inputs.ioPorts.pulse(id, pulses);
  },
});

const play = defineCommand({
  name: 'ioPorts.play',
  kind: 'command',
  role: 'operator',
  summary: 'Activates and deactivates an output in turn; the last state stays.',
  input: z.strictObject({ ...byId, steps: stateSteps }),
  run: ({ services: { inputs } }, { id, steps }) => {
    inputs.ioPorts.play(id, steps);
  },
});

export const IO_PORT_COMMANDS = [...items, activate, deactivate, pulse, play] as readonly Command[];
