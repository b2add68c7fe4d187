import { SipsirenError } from '../../base/errors.js';
import { frameSamples, type ToneSource } from '../tone-source.js';
import { tonesOf } from './key-frequencies.js';

export interface InbandKeysOptions {
  /** How long each key sounds, in milliseconds from 40. Default 100. */
  readonly press?: number;
  /** Silence after each key, in milliseconds from 40. Default 100. */
  readonly pause?: number;
}

const SHORTEST = 40;
const DEFAULT_PRESS = 100;
const DEFAULT_PAUSE = 100;
/** About -9 dB of full scale for the low tone; the high one 2 dB above it, as lines lose more of that (Q.24). */
const LOW_AMPLITUDE = 8_000;
const HIGH_AMPLITUDE = 10_000;

/**
 * Keys as the tones of a telephone's keypad, for peers that take neither telephone events nor INFO. Throws
 * INVALID_VALUE for what is no key.
 */
export function inbandKeys(digits: string, options: InbandKeysOptions = {}): ToneSource {
  const keys = Array.from(digits, tonesOf);
  const press = Math.max(SHORTEST, options.press ?? DEFAULT_PRESS) / 1_000;
  const cycle = press + Math.max(SHORTEST, options.pause ?? DEFAULT_PAUSE) / 1_000;
  if (keys.length === 0 || keys.includes(undefined)) {
    throw new SipsirenError('INVALID_VALUE', `"${digits}" cannot be pressed.`, { accepted: '0-9 A-D * #' });
  }
  let elapsed = 0;
  return (rate) => {
    if (elapsed >= keys.length * cycle - 1e-9) return undefined;
    const samples = new Int16Array(frameSamples(rate));
    for (let index = 0; index < samples.length; index++) {
      const seconds = elapsed + index / rate;
      const place = Math.floor(seconds / cycle);
      const within = seconds - place * cycle;
      const tones = keys[place];
      if (tones === undefined || within >= press) continue;
      const angle = 2 * Math.PI * within;
      samples[index] =
        LOW_AMPLITUDE * Math.sin(angle * tones.low) + HIGH_AMPLITUDE * Math.sin(angle * tones.high);
    }
    elapsed += samples.length / rate;
    return samples;
  };
}
