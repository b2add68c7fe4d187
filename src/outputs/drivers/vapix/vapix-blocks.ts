import { findLightCapability } from '../../../patterns/light-capabilities.js';
import { findSoundPattern } from '../../../patterns/sound/index.js';
import type { Picture } from '../../picture.js';
import { isLightShown } from '../../reduction.js';
import type { VapixSettings } from './vapix-settings.js';

const LOWEST_PRIORITY = 1;
const HIGHEST_PRIORITY = 10;

interface Shared {
  readonly pattern: string;
  readonly intensity: number;
  readonly priority: number;
}

/** A light as `start` takes it. */
export interface LightBlock extends Shared {
  readonly speed: number;
  readonly colors: readonly string[];
}

/** A siren as `start` takes it. */
export type SirenBlock = Shared;

/** What the other siren is to do: nothing, a profile that it has, or what is shown and sounded here. */
export interface VapixTarget {
  readonly profile?: string;
  readonly light?: LightBlock;
  readonly siren?: SirenBlock;
}

export function isNothing({ profile, light, siren }: VapixTarget): boolean {
  return profile === undefined && !light && !siren;
}

/** Our own activities, maintenance or a health check, are ours alone: the other siren has its own. */
export function vapixTarget(picture: Picture, settings: VapixSettings): VapixTarget {
  const { shows, send } = settings;
  const light = shows !== 'siren' && isLightShown(picture) ? lightOf(picture.light, settings) : undefined;
  const siren = shows === 'light' ? undefined : sirenOf(picture.siren, settings);
  if (!light && !siren) return {};
  if (send === 'profile') {
    const profile =
      settings.profile === '' ? (picture.light?.profile ?? picture.siren?.profile) : settings.profile;
    if (profile !== undefined) return { profile };
  }
  return { ...(light && { light }), ...(siren && { siren }) };
}

function lightOf(light: Picture['light'], settings: VapixSettings): LightBlock | undefined {
  const capability = light && findLightCapability(light.pattern);
  if (!capability) return undefined;
  const { speed, colors, intensity } = light;
  const { name: pattern } = capability;
  return { pattern, speed, colors, intensity, priority: priorityOf(light.priority, settings) };
}

function sirenOf(siren: Picture['siren'], settings: VapixSettings): SirenBlock | undefined {
  const pattern = siren && findSoundPattern(siren.pattern);
  return (
    pattern && {
      pattern: pattern.name,
      intensity: siren.intensity,
      priority: priorityOf(siren.priority, settings),
    }
  );
}

function priorityOf(here: number, { priority }: VapixSettings): number {
  return priority ?? Math.min(HIGHEST_PRIORITY, Math.max(LOWEST_PRIORITY, here));
}
