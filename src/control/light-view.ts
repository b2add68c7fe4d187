import type { LightLimits } from '../outputs/light-limits.js';

/** What the light of the device may do, and which profiles a person should know about. */
export interface LightView extends LightLimits {
  readonly warnings: readonly FlashWarning[];
}

/** A profile whose light flashes faster than is safe, or than the device shows. */
export interface FlashWarning {
  readonly profile: string;
  /** The most flashes in any second. */
  readonly flashesPerSecond: number;
  /** For a person. */
  readonly message: string;
}
