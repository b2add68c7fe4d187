import type { AudioDecoder } from './audio-codec.js';
import { Band } from './g722-band.js';
import { LOWER_BAND, UPPER_BAND } from './g722-constants.js';
import { LOWER_INVERSE_6, MIRROR_FILTER } from './g722-tables.js';

const TAPS = 24;

/** Octets of 64 kbit/s to samples of 16 kHz (ITU-T G.722 section 4, mode 1). */
export class G722Decoder implements AudioDecoder {
  readonly #lower = new Band(LOWER_BAND);
  readonly #upper = new Band(UPPER_BAND);
  readonly #history = new Int32Array(TAPS * 2);
  #position = 0;
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
    this.#remember(lower + upper, lower - upper);
    const history = this.#history;
    const start = this.#position;
    let first = 0;
    let second = 0;
    for (let tap = 0; tap < MIRROR_FILTER.length; tap++) {
      first += (history[start + 2 * tap + 1] ?? 0) * (MIRROR_FILTER[11 - tap] ?? 0);
      second += (history[start + 2 * tap] ?? 0) * (MIRROR_FILTER[tap] ?? 0);
    }
    this.#samples[index] = saturate(first >> 11);
    this.#samples[index + 1] = saturate(second >> 11);
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

  #remember(first: number, second: number): void {
    if (this.#position === TAPS) {
      this.#history.copyWithin(0, TAPS + 2, TAPS * 2);
      this.#position = -2;
    }
    this.#position += 2;
    this.#history[this.#position + TAPS - 2] = first;
    this.#history[this.#position + TAPS - 1] = second;
  }
}

/** Block LIMIT: both sub-bands have 15 bits. */
function limit(value: number): number {
  return value > 16_383 ? 16_383 : value < -16_384 ? -16_384 : value;
}

function saturate(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}
