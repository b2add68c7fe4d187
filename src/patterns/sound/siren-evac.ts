import { synthesise } from '../synthesis/synthesise.js';
import { SOUNDER } from '../synthesis/timbres.js';

/**
 * The evacuation signal: three pulses of half a second, half a second apart, and a pause of one and a half
 * (ISO 8201, temporal-three), at the low pitch that wakes sleepers best (NFPA 72, 520 Hz).
 */
export const sirenEvac = synthesise({
  name: 'Siren: Evac',
  length: 4,
  gain: 0.431,
  events: [0, 1, 2].map((at) => ({ at, lasts: 0.5, pitch: 520, timbre: SOUNDER })),
});
