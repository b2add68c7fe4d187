import { z } from 'zod';
import { type Command, defineCommand } from '../command.js';
import { limitsSchema } from '../limits-settings.js';

const get = defineCommand({
  name: 'limits.get',
  kind: 'query',
  role: 'viewer',
  summary: 'How many rules there may be.',
  input: z.strictObject({}),
  run: ({ services }) => services.config.get('limits'),
});

const update = defineCommand({
  name: 'limits.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Changes how many rules there may be; not below those that there are.',
  input: z.strictObject({ settings: z.strictObject({ rules: limitsSchema.shape.rules.unwrap() }) }),
  run: async ({ services }, { settings }) => {
    await services.config.update('limits', settings);
    return services.config.get('limits');
  },
});

export const LIMITS_COMMANDS = [get, update] as readonly Command[];
