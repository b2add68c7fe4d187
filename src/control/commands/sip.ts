import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { type SipSettings, sipSettingsSchema } from '../../calls/sip-settings.js';
import { InvalidValueError } from '../../config/invalid-value-error.js';
import { problemsOf } from '../../config/problems-of.js';
import { type Command, defineCommand } from '../command.js';
import type { CallsService, Services } from '../services.js';

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
  run: ({ services }, { settings }) => change(services, () => settings),
});

const update = defineCommand({
  name: 'sip.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Changes the SIP settings that are named; the others stay as they are.',
  input: z.strictObject({ settings: withoutDefaults() }),
  run: ({ services }, { settings }) => change(services, (current) => consistent({ ...current, ...settings })),
});

/**
 * Takes settings over and stores them when that worked: a port that is taken is refused while the old one still
 * answers, instead of leaving a device that is deaf after its next start.
 */
async function change(
  { config, calls }: Services,
  changed: (current: SipSettings) => SipSettings,
): Promise<SipSettings> {
  let previous: SipSettings | undefined;
  try {
    const next = await config.change(async ({ sip }) => {
      const fresh = changed(sip);
      await takeOver(calls, fresh);
      previous = sip;
      return { sip: fresh };
    });
    return next.sip;
  } catch (error) {
    // What could not be stored must not be what runs. Should going back fail too, the first failure is the one to tell.
    if (previous !== undefined) await calls.applySettings(previous).catch(() => undefined);
    throw error;
  }
}

async function takeOver(calls: CallsService, next: SipSettings): Promise<void> {
  try {
    await calls.applySettings(next);
  } catch (error) {
    throw withSetting(error, next);
  }
}

/** What was named may contradict what stays. Throws INVALID_VALUE. */
function consistent(settings: SipSettings): SipSettings {
  const schema = replace.input;
  const value = { settings };
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new InvalidValueError(problemsOf(parsed.error, { schema, value }));
  return settings;
}

/** Says which setting a person has to change. */
function withSetting(error: unknown, { port, tlsPort, addresses }: SipSettings): unknown {
  if (!(error instanceof SipsirenError)) return error;
  if (error.code === 'ADDRESS_IN_USE' && error.path === 'tlsPort') {
    return new SipsirenError(
      'ADDRESS_IN_USE',
      `TLS port ${tlsPort} is used by another program; choose another TLS port. The settings stay as they were.`,
      { cause: error, path: 'settings.tlsPort', accepted: 'a port that is free for TCP' },
    );
  }
  if (error.code === 'INVALID_VALUE' && error.path === 'tls') {
    return new SipsirenError('INVALID_VALUE', `${error.message} The settings stay as they were.`, {
      cause: error,
      path: 'settings.tlsCertificate',
    });
  }
  if (error.code === 'ADDRESS_IN_USE') {
    return new SipsirenError(
      'ADDRESS_IN_USE',
      `SIP port ${port} is used by another program; choose another SIP port. The settings stay as they were.`,
      { cause: error, path: 'settings.port', accepted: 'a port that is free for UDP and TCP' },
    );
  }
  if (error.code === 'ADDRESS_NOT_AVAILABLE') {
    return new SipsirenError(
      'ADDRESS_NOT_AVAILABLE',
      `SIP cannot listen on ${addresses.join(', ')}: ${error.message} The settings stay as they were.`,
      { cause: error, path: 'settings.addresses', accepted: 'addresses of this machine, or none for all' },
    );
  }
  return error;
}

/** Zod fills defaults in even where a field is optional; a change must not bring fields that nobody named. */
function withoutDefaults(): z.ZodType<Partial<SipSettings>> {
  const fields = Object.entries(sipSettingsSchema.shape).map(
    ([name, field]) => [name, field.unwrap().optional()] as const,
  );
  return z.strictObject(Object.fromEntries(fields));
}

export const SIP_COMMANDS = [get, replace, update] as readonly Command[];
