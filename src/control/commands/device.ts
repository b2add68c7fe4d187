import { z } from 'zod';
import { deviceSettingsSchema, timeZoneOf, type DeviceSettings } from '../../rules/device-settings.js';
import { type Command, defineCommand } from '../command.js';
import type { Services } from '../services.js';

const { name, timeZone } = deviceSettingsSchema.shape;

const get = defineCommand({
  name: 'device.get',
  kind: 'query',
  role: 'viewer',
  summary: 'The name of the device and its time zone, with the one in use where none is set.',
  input: z.strictObject({}),
  run: ({ services }) => view(services),
});

const update = defineCommand({
  name: 'device.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Changes the name of the device or its time zone; an empty time zone is that of the machine.',
  input: z.strictObject({
    settings: z.strictObject({ name: name.unwrap().optional(), timeZone: timeZone.unwrap().optional() }),
  }),
  run: async ({ services }, { settings }) => {
    await services.config.update('device', (device) => ({
      name: settings.name ?? device.name,
      timeZone: settings.timeZone ?? device.timeZone,
    }));
    return view(services);
  },
});

function view({ config }: Services): DeviceSettings & { readonly timeZoneInUse: string } {
  const settings = config.get('device');
  return { ...settings, timeZoneInUse: timeZoneOf(settings) };
}

export const DEVICE_COMMANDS = [get, update] as readonly Command[];
