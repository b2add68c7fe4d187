import { z } from 'zod';
import { type Command, defineCommand } from '../command.js';
import { resetToDefault } from '../factory-default.js';

/** Nobody does this by a slip of the hand. */
const confirmation = z.strictObject({
  confirm: z.literal(true).describe('That everything that was set up is to go.'),
});

const factoryDefault = defineCommand({
  name: 'device.factoryDefault',
  kind: 'command',
  role: 'administrator',
  summary:
    'Makes the device as new: all settings, certificates and files go, calls end, and maintenance mode begins.',
  input: z.strictObject({ reset: confirmation }),
  run: ({ services, caller }) =>
    resetToDefault(services, { keepsNetwork: false, cause: `factory default, through ${caller.name}` }),
});

const restore = defineCommand({
  name: 'device.restore',
  kind: 'command',
  role: 'administrator',
  summary: 'Like the factory default, but the SIP ports and addresses stay as they are.',
  input: z.strictObject({ reset: confirmation }),
  run: ({ services, caller }) =>
    resetToDefault(services, { keepsNetwork: true, cause: `restored, through ${caller.name}` }),
});

export const FACTORY_DEFAULT_COMMANDS = [factoryDefault, restore] as readonly Command[];
