import { z } from 'zod';
import { sipSettingsSchema } from '../../calls/sip-settings.js';
import { type Command, defineCommand } from '../command.js';

const get = defineCommand({
  name: 'sip.get',
  kind: 'query',
  role: 'viewer',
  summary: 'The SIP settings.',
  input: z.strictObject({}),
  run: ({ services }) => services.config.get('sip'),
});

const replace = defineCommand({
  name: 'sip.replace',
  kind: 'command',
  role: 'administrator',
  summary: 'Replaces the SIP settings; what is left out returns to its default.',
  input: z.strictObject({ settings: sipSettingsSchema }),
  run: ({ services }, { settings }) => services.config.update('sip', settings),
});

const update = defineCommand({
  name: 'sip.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Changes the SIP settings that are named; the others stay as they are.',
  input: z.strictObject({ settings: withoutDefaults() }),
  run: ({ services }, { settings }) =>
    services.config.update('sip', (current) => ({ ...current, ...settings })),
});

/** Zod fills defaults in even where a field is optional; a change must not bring fields that nobody named. */
function withoutDefaults(): z.ZodType<Partial<z.infer<typeof sipSettingsSchema>>> {
  const fields = Object.entries(sipSettingsSchema.shape).map(
    ([name, field]) => [name, field.unwrap().optional()] as const,
  );
  return z.strictObject(Object.fromEntries(fields));
}

export const SIP_COMMANDS = [get, replace, update] as readonly Command[];
