import { z } from 'zod';
import { flashRate, SAFE_FLASH_RATE } from '../patterns/flash-rate.js';
import {
  findLightCapability,
  LIGHT_CAPABILITIES,
  LIGHT_INTENSITIES,
  type LightCapability,
} from '../patterns/light-capabilities.js';
import { LIGHT_COLORS, type LightColor } from '../patterns/light-color.js';

/**
 * The light of a profile. The pattern may be spelled without regard to case, colons and spaces and is stored as
 * the manual spells it; what is left out of speed, intensity and colours is the pattern's own. More than three
 * flashes a second are refused unless `allowFastFlashing` says that nobody near is endangered by them.
 */
export const lightSchema = z
  .strictObject({
    pattern: z.string(),
    speed: z.int().min(1).optional(),
    intensity: z.int().min(1).max(LIGHT_INTENSITIES.possible.length).default(LIGHT_INTENSITIES.default),
    colors: z.array(z.enum(LIGHT_COLORS)).optional(),
    allowFastFlashing: z.boolean().optional(),
  })
  .transform((light, context) => {
    const capability = findLightCapability(light.pattern);
    if (!capability) {
      const accepted = LIGHT_CAPABILITIES.map(({ name }) => name).join(', ');
      const message = `There is no such light pattern; accepted: ${accepted}.`;
      refuse(context, { field: 'pattern', input: light.pattern, message, accepted });
      return z.NEVER;
    }
    const settings = {
      pattern: capability.name,
      speed: light.speed ?? capability.defaultSpeed,
      intensity: light.intensity,
      colors: light.colors ?? [...capability.colors.default],
      ...(light.allowFastFlashing === true && { allowFastFlashing: true as const }),
    };
    checkSpeed(context, capability, settings.speed);
    checkColors(context, capability, settings.colors);
    checkFlashing(context, capability, settings);
    return settings;
  });

type Context = z.RefinementCtx;

interface Refusal {
  readonly field: 'pattern' | 'speed' | 'colors';
  readonly input: unknown;
  readonly message: string;
  /** What would have been accepted, for the API's problem document. */
  readonly accepted: string;
}

function refuse(context: Context, { field, input, message, accepted }: Refusal): void {
  context.addIssue({ code: 'custom', path: [field], input, message, params: { accepted } });
}

function checkSpeed(context: Context, { name, speeds }: LightCapability, speed: number): void {
  if (speeds.includes(speed)) return;
  const accepted = speeds.length === 1 ? `only ${speeds.join()}` : `1 to ${Math.max(...speeds)}`;
  const message = `The speed of "${name}" can be ${accepted}.`;
  refuse(context, { field: 'speed', input: speed, message, accepted });
}

function checkFlashing(
  context: Context,
  { name, speeds }: LightCapability,
  { speed, allowFastFlashing }: { readonly speed: number; readonly allowFastFlashing?: true },
): void {
  const rate = flashRate({ pattern: name, speed });
  if (allowFastFlashing === true || rate <= SAFE_FLASH_RATE) return;
  const safe = speeds.filter((other) => flashRate({ pattern: name, speed: other }) <= SAFE_FLASH_RATE);
  const message =
    `"${name}" flashes ${rate} times a second at speed ${speed}. More than ${SAFE_FLASH_RATE} can cause seizures ` +
    'in people with photosensitive epilepsy; allowFastFlashing has it all the same.';
  const accepted = `${safe.join(', ')}, or any with allowFastFlashing`;
  refuse(context, { field: 'speed', input: speed, message, accepted });
}

function checkColors(
  context: Context,
  { name, colors: choice }: LightCapability,
  colors: LightColor[],
): void {
  if (colors.length < choice.min || colors.length > choice.max) {
    const accepted = countText(choice);
    refuse(context, { field: 'colors', input: colors, message: `"${name}" takes ${accepted}.`, accepted });
  }
  const refused = colors.filter((color) => !choice.allowed.includes(color));
  if (refused.length > 0 && choice.max > 0) {
    const accepted = choice.allowed.join(', ');
    const message = `"${name}" takes ${accepted}, not ${refused.join(', ')}.`;
    refuse(context, { field: 'colors', input: colors, message, accepted });
  }
}

function countText({ min, max }: { readonly min: number; readonly max: number }): string {
  if (max === 0) return 'no colour';
  if (min === max) return min === 1 ? 'exactly 1 colour' : `exactly ${min} colours`;
  return `${min} to ${max} colours`;
}
