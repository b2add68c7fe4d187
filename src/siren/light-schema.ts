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
      const names = LIGHT_PATTERNS.map(({ name }) => name).join(', ');
      refuse(context, 'pattern', light.pattern, `There is no such light pattern; accepted: ${names}.`);
      return z.NEVER;
    }
    const speed = light.speed ?? pattern.defaultSpeed;
    const colors = light.colors ?? [...pattern.colors.default];
    checkSpeed(context, pattern, speed);
    checkColors(context, pattern, colors);
    return { pattern: pattern.name, speed, intensity: light.intensity, colors };
  });

type Context = z.RefinementCtx;

function refuse(context: Context, field: string, input: unknown, message: string): void {
  context.addIssue({ code: 'custom', path: [field], input, message });
}

function checkSpeed(context: Context, { name, speeds }: LightPattern, speed: number): void {
  if (speeds.includes(speed)) return;
  const accepted = speeds.length === 1 ? `only ${speeds.join()}` : `1 to ${Math.max(...speeds)}`;
  refuse(context, 'speed', speed, `The speed of "${name}" can be ${accepted}.`);
}

function checkColors(context: Context, { name, colors: choice }: LightPattern, colors: LightColor[]): void {
  if (colors.length < choice.min || colors.length > choice.max) {
    refuse(context, 'colors', colors, `"${name}" takes ${countText(choice)}.`);
  }
  const refused = colors.filter((color) => !choice.allowed.includes(color));
  if (refused.length > 0 && choice.max > 0) {
    const message = `"${name}" takes ${choice.allowed.join(', ')}, not ${refused.join(', ')}.`;
    refuse(context, 'colors', colors, message);
  }
}

function countText({ min, max }: { readonly min: number; readonly max: number }): string {
  if (max === 0) return 'no colour';
  if (min === max) return min === 1 ? 'exactly 1 colour' : `exactly ${min} colours`;
  return `${min} to ${max} colours`;
}
