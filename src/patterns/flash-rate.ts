import { bySpeed } from './by-speed.js';
import type { LightSettings } from './light-pattern.js';
import { findLightPattern } from './light/index.js';

/** Flashes in any second up to which light is held to be safe for people with photosensitive epilepsy (WCAG 2.3.1). */
export const SAFE_FLASH_RATE = 3;

/** The most flashes that a light shows in any second; none for a pattern that nobody knows. */
export function flashRate({
  pattern,
  speed,
}: { readonly pattern: string } & Pick<LightSettings, 'speed'>): number {
  const found = findLightPattern(pattern);
  return found ? bySpeed(found.flashesPerSecond, speed) : 0;
}
