import { z } from 'zod';
import { randomToken } from '../../base/ids.js';
import { INPUT_LIMITS } from '../../inputs/limits.js';
import { manualTriggerSchema } from '../../inputs/manual-trigger-settings.js';
import { type Command, defineCommand } from '../command.js';
import { itemCommands } from '../item-commands.js';
import { refuseIfNamed } from '../named-by-rules.js';

const items = itemCommands({
  section: 'manualTriggers',
  what: 'manual trigger',
  schema: manualTriggerSchema,
  limit: INPUT_LIMITS.manualTriggers,
  makeId: () => `trigger-${randomToken(4)}`,
  viewOnly: ['active'],
  view: ({ inputs }, trigger) => ({ ...trigger, active: inputs.manualTriggers.isOn(trigger.id) }),
  refuseIfUsed: ({ rules }, id, who) => refuseIfNamed(rules, 'manualTrigger', id, who),
  summaries: {
    list: 'Every manual trigger with its state.',
    get: 'One manual trigger with its state.',
    create: 'Adds a manual trigger.',
    update: 'Renames a manual trigger.',
    delete: 'Deletes a manual trigger. While rules use it that is refused.',
  },
});

const set = defineCommand({
  name: 'manualTriggers.set',
  kind: 'command',
  role: 'operator',
  summary: 'Turns a manual trigger on or off, or pulses it: on and off again at once.',
  input: z.strictObject({
    id: z.string().describe('The id of the manual trigger.'),
    change: z.strictObject({ state: z.enum(['on', 'off', 'pulse']) }),
  }),
  run: ({ services: { inputs } }, { id, change }) => {
    if (change.state === 'pulse') inputs.manualTriggers.pulse(id);
    else inputs.manualTriggers.set(id, change.state === 'on');
    return { active: inputs.manualTriggers.isOn(id) };
  },
});

export const MANUAL_TRIGGER_COMMANDS = [...items, set] as readonly Command[];
