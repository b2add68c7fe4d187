import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { findLightCapability, type LightCapability } from '../../patterns/light-capabilities.js';
import { findSoundPattern } from '../../patterns/sound/index.js';
import { nearestColor } from './entity-colors.js';

/** A command of control/, as Home Assistant's wish stands for it. */
export interface EntityCommand {
  readonly name: string;
  readonly input: unknown;
}

/** What a wish is understood by. */
export interface CommandContext {
  readonly profiles: readonly string[];
  /** What sounds where none is named: a profile or a sound. */
  readonly defaultTone: string;
  /** Of what no profile starts. */
  readonly priority: number;
  /** The light that shows now. */
  readonly light?:
    | {
        readonly pattern: string;
        readonly intensity: number;
        readonly colors?: readonly string[];
        readonly speed?: number;
      }
    | undefined;
}

const USUAL_LIGHT = 'Steady';

const sirenWish = z.object({
  state: z.enum(['ON', 'OFF']),
  tone: z.string().optional(),
  /** Seconds. */
  duration: z.number().positive().optional(),
  volume_level: z.number().min(0).max(1).optional(),
});

const lightWish = z.object({
  state: z.enum(['ON', 'OFF']),
  effect: z.string().optional(),
  brightness: z.number().min(0).max(255).optional(),
  color: z.object({ r: z.number(), g: z.number(), b: z.number() }).optional(),
});

/** What the siren entity is told: a profile or a sound, for how long and how loud; or nothing more. */
export function sirenCommand(
  payload: string,
  { profiles, defaultTone, priority }: CommandContext,
): EntityCommand {
  const { state, tone = defaultTone, duration, volume_level: volume } = wishOf(payload, sirenWish);
  if (state === 'OFF') return { name: 'siren.stopAll', input: { stop: { functions: ['siren'] } } };
  const seconds = duration === undefined ? undefined : Math.max(1, Math.round(duration));
  if (profiles.includes(tone)) {
    return {
      name: 'profiles.start',
      input: { name: tone, start: { ...(seconds !== undefined && { seconds }) } },
    };
  }
  const pattern = findSoundPattern(tone);
  if (!pattern) throw new SipsirenError('NOT_FOUND', `There is no profile and no sound "${tone}".`);
  const siren = { pattern: pattern.name, ...(volume !== undefined && { intensity: stepOf(volume) }) };
  return {
    name: 'activities.start',
    input: {
      activity: { siren, priority, ...(seconds !== undefined && { duration: { unit: 'time', seconds } }) },
    },
  };
}

/** What the light entity is told: a pattern as its effect, a brightness and a colour; what is left out stays. */
export function lightCommand(payload: string, { priority, light: now }: CommandContext): EntityCommand {
  const { state, effect, brightness, color } = wishOf(payload, lightWish);
  if (state === 'OFF' || brightness === 0) {
    return { name: 'siren.stopAll', input: { stop: { functions: ['light'] } } };
  }
  const name = effect ?? now?.pattern ?? USUAL_LIGHT;
  const capability = findLightCapability(name);
  if (!capability) throw new SipsirenError('NOT_FOUND', `There is no light pattern "${name}".`);
  const isSame = now?.pattern === capability.name;
  const intensity = brightness === undefined ? now?.intensity : stepOf(brightness / 255);
  const light = {
    pattern: capability.name,
    ...(intensity !== undefined && { intensity }),
    ...(isSame && now.speed !== undefined && { speed: now.speed }),
    ...colorsOf(capability, color, isSame ? now.colors : undefined),
  };
  return { name: 'activities.start', input: { activity: { light, priority } } };
}

export function profileCommand(payload: string): EntityCommand {
  return { name: 'profiles.start', input: { name: payload } };
}

export function maintenanceCommand(payload: string): EntityCommand {
  if (payload !== 'ON' && payload !== 'OFF') throw unclear('ON or OFF');
  return { name: 'maintenance.set', input: { maintenance: { active: payload === 'ON' } } };
}

function colorsOf(
  { colors: { max, allowed } }: LightCapability,
  wanted: Parameters<typeof nearestColor>[0] | undefined,
  now: readonly string[] | undefined,
): { readonly colors?: readonly string[] } {
  if (max === 0) return {};
  const color = wanted && nearestColor(wanted, allowed);
  if (color !== undefined) return { colors: [color] };
  return now ? { colors: now } : {};
}

/** 1 to 5 of a part from 0 to 1. */
function stepOf(part: number): number {
  return Math.min(5, Math.max(1, Math.ceil(part * 5)));
}

function wishOf<Wish>(payload: string, schema: z.ZodType<Wish>): Wish {
  const plain = payload.trim().toUpperCase();
  let value: unknown = { state: plain };
  if (plain !== 'ON' && plain !== 'OFF') {
    try {
      value = JSON.parse(payload);
    } catch {
      throw unclear('ON, OFF or JSON with a state');
    }
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unclear(`JSON as Home Assistant sends it (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
}

function unclear(accepted: string): SipsirenError {
  return new SipsirenError('INVALID_VALUE', `The command cannot be understood; it must be ${accepted}.`);
}
