import { synthesise } from '../synthesise.js';
import { SOUNDER } from '../timbres.js';

/**
 * The evacuation signal: three pulses of half a second, half a second apart, and a pause of one and a half
 * (ISO 8201, temporal-three), at the low pitch that wakes sleepers best (NFPA 72, 520 Hz).
 */
export const sirenEvac = synthesise({
  name: 'Siren: Evac',
  segments: [
    { tone: 0.5, pitch: 520, timbre: SOUNDER },
    { pause: 0.5 },
    { tone: 0.5, pitch: 520, timbre: SOUNDER },
    { pause: 0.5 },
    { tone: 0.5, pitch: 520, timbre: SOUNDER },
    { pause: 1.5 },
  ],
});
