import { z } from 'zod';
import { healthCheckSettingsSchema } from '../../siren/health-check-settings.js';
import { causeOf } from '../cause.js';
import { type Command, defineCommand } from '../command.js';
import { healthCheckView } from '../health-check-view.js';

const get = defineCommand({
  name: 'healthCheck.get',
  kind: 'query',
  role: 'viewer',
  summary:
    'Whether a health check is under way, the last result with each output, and the interval of silent ones.',
  input: z.strictObject({}),
  run: ({ services }) => healthCheckView(services),
});

const start = defineCommand({
  name: 'healthCheck.start',
  kind: 'command',
  role: 'operator',
  summary:
    'Shows each section of the light in turn and a test tone, or silently, and asks each output whether it works.',
  input: z.strictObject({
    check: z.strictObject({ silent: z.boolean().default(false) }).prefault({}),
  }),
  run: (context, { check: { silent } }) => {
    context.services.health.start({ silent, cause: causeOf(context) });
    return healthCheckView(context.services);
  },
});

const update = defineCommand({
  name: 'healthCheck.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Sets after how many hours the device checks itself again, silently; 0 is never.',
  input: z.strictObject({ settings: healthCheckSettingsSchema }),
  run: async ({ services }, { settings }) => {
    await services.config.update('healthCheck', settings);
    return healthCheckView(services);
  },
});

export const HEALTH_CHECK_COMMANDS = [get, start, update] as readonly Command[];
