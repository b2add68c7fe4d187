import { z } from 'zod';
import { lightLimitsSchema, type LightLimits } from '../../outputs/light-limits.js';
import { flashRate, SAFE_FLASH_RATE } from '../../patterns/flash-rate.js';
import type { Profile } from '../../siren/profile.js';
import { type Command, defineCommand } from '../command.js';
import type { FlashWarning, LightView } from '../light-view.js';
import type { Services } from '../services.js';
import { quoted } from '../words.js';

const get = defineCommand({
  name: 'light.get',
  kind: 'query',
  role: 'viewer',
  summary: 'How fast light may flash, with a warning for each profile that flashes faster than is safe.',
  input: z.strictObject({}),
  run: ({ services }) => view(services),
});

const update = defineCommand({
  name: 'light.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Changes how often any light may flash within a second, 3 being safe for everybody.',
  input: z.strictObject({
    settings: z.strictObject({ maxFlashesPerSecond: lightLimitsSchema.shape.maxFlashesPerSecond.unwrap() }),
  }),
  run: async ({ services }, { settings }) => {
    await services.config.update('light', (light) => ({ ...light, ...settings }));
    return view(services);
  },
});

function view({ config }: Services): LightView {
  const limits = config.get('light');
  return {
    ...limits,
    warnings: config.get('profiles').flatMap((profile) => warningsOf(profile, limits)),
  };
}

function warningsOf({ name, light }: Profile, { maxFlashesPerSecond }: LightLimits): FlashWarning[] {
  if (!light) return [];
  const rate = flashRate(light);
  const what = `The light of the profile ${quoted(name)} flashes up to ${rate} times a second`;
  if (rate > SAFE_FLASH_RATE) {
    const message = `${what}. More than ${SAFE_FLASH_RATE} can cause seizures in people with photosensitive epilepsy.`;
    return [{ profile: name, flashesPerSecond: rate, message }];
  }
  if (rate <= maxFlashesPerSecond) return [];
  const message = `${what}; the device shows ${maxFlashesPerSecond} at most and keeps the light on meanwhile.`;
  return [{ profile: name, flashesPerSecond: rate, message }];
}

export const LIGHT_COMMANDS = [get, update] as readonly Command[];
