import { z } from 'zod';
import { systemWatchSchema } from '../../system/system-settings.js';
import { type Command, defineCommand } from '../command.js';
import type { Services } from '../services.js';

const { storageFullPercent, certificateDays } = systemWatchSchema.shape;

const get = defineCommand({
  name: 'systemWatch.get',
  kind: 'query',
  role: 'viewer',
  summary: 'Network, storage and certificates as they were seen last, and from when on they are reported.',
  input: z.strictObject({}),
  run: ({ services }) => view(services),
});

const update = defineCommand({
  name: 'systemWatch.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Changes from when on a full storage and a certificate about to expire are reported.',
  input: z.strictObject({
    settings: z.strictObject({
      storageFullPercent: storageFullPercent.unwrap().optional(),
      certificateDays: certificateDays.unwrap().optional(),
    }),
  }),
  run: async ({ services }, { settings }) => {
    await services.config.update('systemWatch', (current) => ({
      storageFullPercent: settings.storageFullPercent ?? current.storageFullPercent,
      certificateDays: settings.certificateDays ?? current.certificateDays,
    }));
    return view(services);
  },
});

function view({ config, inputs }: Services): object {
  return { settings: config.get('systemWatch'), ...inputs.systemWatch.status };
}

export const SYSTEM_WATCH_COMMANDS = [get, update] as readonly Command[];
