import type { AudioDecoder } from './audio-codec.js';
import { Band } from './g722-band.js';
import { LOWER_BAND, UPPER_BAND } from './g722-constants.js';
import { MirrorFilter } from './g722-mirror-filter.js';
import { LOWER_INVERSE_6 } from './g722-tables.js';
import { saturate } from './saturate.js';

/** Octets of 64 kbit/s to samples of 16 kHz (ITU-T G.722 section 4, mode 1). */
export class G722Decoder implements AudioDecoder {
  readonly #lower = new Band(LOWER_BAND);
  readonly #upper = new Band(UPPER_BAND);
  readonly #mirror = new MirrorFilter();
  #samples = new Int16Array(0);

  decode(payload: Buffer): Int16Array {
    const count = payload.length;
    if (this.#samples.length !== 2 * count) this.#samples = new Int16Array(2 * count);
    for (let index = 0; index < count; index++) this.#decodeOctet(payload[index] ?? 0, 2 * index);
    return this.#samples;
  }

  #decodeOctet(octet: number, index: number): void {
    const lower = this.#decodeLower(octet & 0x3f);
    const upper = this.#decodeUpper(octet >> 6);
    this.#mirror.take(lower + upper, lower - upper);
    this.#samples[index] = saturate(this.#mirror.odd >> 11);
    this.#samples[index + 1] = saturate(this.#mirror.even >> 11);
  }

  #decodeLower(code: number): number {
    const band = this.#lower;
    const signal = limit(band.prediction + ((band.scale * (LOWER_INVERSE_6[code] ?? 0)) >> 15));
    band.adapt(code >> 2);
    return signal;
  }

  #decodeUpper(code: number): number {
    const band = this.#upper;
    const { prediction } = band;
    return limit(prediction + band.adapt(code));
  }
}

/** Block LIMIT: both sub-bands have 15 bits. */
function limit(value: number): number {
  return value > 16_383 ? 16_383 : value < -16_384 ? -16_384 : value;
}
