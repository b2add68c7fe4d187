import type { AudioEncoder } from './audio-codec.js';
import { Band } from './g722-band.js';
import { LOWER_BAND, UPPER_BAND } from './g722-constants.js';
import { MirrorFilter } from './g722-mirror-filter.js';
import { LOWER_LEVELS } from './g722-tables.js';
import { saturate } from './saturate.js';

const LAST_LEVEL = LOWER_LEVELS.length;

/** Samples of 16 kHz to octets of 64 kbit/s: 6 bits of the lower sub-band, 2 of the upper (ITU-T G.722 section 3). */
export class G722Encoder implements AudioEncoder {
  readonly #lower = new Band(LOWER_BAND);
  readonly #upper = new Band(UPPER_BAND);
  readonly #mirror = new MirrorFilter();

  encode(samples: Int16Array, target: Buffer, offset: number): number {
    const count = samples.length >> 1;
    for (let index = 0; index < count; index++) {
      target[offset + index] = this.#encodePair(samples[2 * index] ?? 0, samples[2 * index + 1] ?? 0);
    }
    return count;
  }

  encodeSilence(count: number, target: Buffer, offset: number): number {
    const octets = count >> 1;
    for (let index = 0; index < octets; index++) target[offset + index] = this.#encodePair(0, 0);
    return octets;
  }

  #encodePair(first: number, second: number): number {
    this.#mirror.take(first, second);
    const { even, odd } = this.#mirror;
    return (this.#encodeUpper((odd - even) >> 14) << 6) | this.#encodeLower((odd + even) >> 14);
  }

  /** Blocks QUANTL, INVQAL and what follows; a code of 6 bits. */
  #encodeLower(signal: number): number {
    const band = this.#lower;
    const error = saturate(signal - band.prediction);
    const magnitude = error >= 0 ? error : ~error;
    const { scale } = band;
    let level = 1;
    while (level < LAST_LEVEL && magnitude >= ((LOWER_LEVELS[level] ?? 0) * scale) >> 12) level++;
    const code = error >= 0 ? 62 - level : level < 3 ? 64 - level : 34 - level;
    band.adapt(code >> 2);
    return code;
  }

  /** Blocks QUANTH, INVQAH and what follows; a code of 2 bits. */
  #encodeUpper(signal: number): number {
    const band = this.#upper;
    const error = saturate(signal - band.prediction);
    const magnitude = error >= 0 ? error : ~error;
    const isLarge = magnitude >= (564 * band.scale) >> 12;
    const code = (error >= 0 ? 2 : 0) + (isLarge ? 0 : 1);
    band.adapt(code);
    return code;
  }
}
