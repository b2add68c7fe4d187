import { z } from 'zod';
import type { LightPattern } from '../patterns/light-pattern.js';
import { findLightPattern, LIGHT_PATTERNS } from '../patterns/light/index.js';
import { LIGHT_COLORS, type LightColor } from '../patterns/light-color.js';
import { MAX_INTENSITY } from './limits.js';

const DEFAULT_INTENSITY = 2;

/**
 * The light of a profile. The pattern may be spelled without regard to case, colons and spaces and is stored as
 * the manual spells it; speed and colours that are left out are the pattern's own.
 */
export const lightSchema = z
  .strictObject({
    pattern: z.string(),
    speed: z.int().optional(),
    intensity: z.int().min(1).max(MAX_INTENSITY).default(DEFAULT_INTENSITY),
    colors: z.array(z.enum(LIGHT_COLORS)).optional(),
  })
  .transform((light, context) => {
    const pattern = findLightPattern(light.pattern);
    if (!pattern) {
      const accepted = LIGHT_PATTERNS.map(({ name }) => name).join(', ');
      const message = `There is no such light pattern; accepted: ${accepted}.`;
      refuse(context, { field: 'pattern', input: light.pattern, message, accepted });
      return z.NEVER;
    }
    const speed = light.speed ?? pattern.defaultSpeed;
    const colors = light.colors ?? [...pattern.colors.default];
    checkSpeed(context, pattern, speed);
    checkColors(context, pattern, colors);
    return { pattern: pattern.name, speed, intensity: light.intensity, colors };
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

function checkSpeed(context: Context, { name, speeds }: LightPattern, speed: number): void {
  if (speeds.includes(speed)) return;
  const accepted = speeds.length === 1 ? `only ${speeds.join()}` : `1 to ${Math.max(...speeds)}`;
  const message = `The speed of "${name}" can be ${accepted}.`;
  refuse(context, { field: 'speed', input: speed, message, accepted });
}

function checkColors(context: Context, { name, colors: choice }: LightPattern, colors: LightColor[]): void {
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
