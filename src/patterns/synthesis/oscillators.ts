import type { Timbre } from './sound-description.js';

const TURN = 2 * Math.PI;

/** How the amplitudes of a timbre change over a note, in rows evenly spaced in time. */
export interface Shaping {
  readonly rows: number;
  /** What the amplitude of the oscillator with this ratio is multiplied by in a row. */
  readonly weightOf: (ratio: number, row: number) => number;
}

interface Inharmonic {
  readonly ratio: number;
  /** One for each row. */
  readonly amplitudes: Float64Array;
}

/**
 * The oscillators of a timbre, summed. Those whose frequencies are whole multiples of the pitch are summed by
 * Clenshaw's recurrence, two multiplications each instead of a sine; the rest by sines. Their phases are spread as
 * Schroeder proposes (1970), so that many oscillators make a low peak.
 */
export class Oscillators {
  readonly #rows: number;
  /** Harmonics from the first to the highest. */
  readonly #count: number;
  /** Row by row, the amplitudes of the sine and of the cosine of each harmonic. */
  readonly #sines: Float64Array;
  readonly #cosines: Float64Array;
  readonly #inharmonics: readonly Inharmonic[];

  constructor(timbre: Timbre, { rows, weightOf }: Shaping) {
    const harmonics = timbre.filter(isHarmonic);
    this.#rows = rows;
    this.#count = Math.max(0, ...harmonics.map(({ ratio }) => ratio));
    this.#sines = new Float64Array(rows * this.#count);
    this.#cosines = new Float64Array(rows * this.#count);
    const phases = spreadPhases(harmonics, this.#count);
    for (const { ratio, amplitude } of harmonics) {
      const phase = phases[ratio - 1] ?? 0;
      const sine = amplitude * Math.cos(phase);
      const cosine = amplitude * Math.sin(phase);
      for (let row = 0; row < rows; row++) {
        const place = row * this.#count + ratio - 1;
        const weight = weightOf(ratio, row);
        this.#sines[place] = weight * sine;
        this.#cosines[place] = weight * cosine;
      }
    }
    this.#inharmonics = timbre
      .filter((each) => !isHarmonic(each))
      .map(({ ratio, amplitude }) => ({
        ratio,
        amplitudes: Float64Array.from({ length: rows }, (_, row) => amplitude * weightOf(ratio, row)),
      }));
  }

  /** The sum after so many cycles of the pitch, at a place between two rows. */
  sumAt(cycles: number, place: number): number {
    const row = Math.max(0, Math.min(this.#rows - 2, Math.floor(place)));
    const share = this.#rows === 1 ? 0 : place - row;
    let sum = this.#count > 0 ? this.#harmonicsAt(TURN * (cycles - Math.floor(cycles)), row, share) : 0;
    for (const { ratio, amplitudes } of this.#inharmonics) {
      const here = amplitudes[row] ?? 0;
      const amplitude = here + share * ((amplitudes[row + 1] ?? here) - here);
      sum += amplitude * Math.sin(TURN * cycles * ratio);
    }
    return sum;
  }

  #harmonicsAt(angle: number, row: number, share: number): number {
    const cosine = Math.cos(angle);
    const twice = 2 * cosine;
    const count = this.#count;
    const first = row * count;
    // With one row, or on it, the next row counts nothing; it then is this row, so that it need not be there.
    const ahead = share === 0 ? 0 : count;
    let sine1 = 0;
    let sine2 = 0;
    let cosine1 = 0;
    let cosine2 = 0;
    for (let place = first + count - 1; place >= first; place--) {
      const sineHere = this.#sines[place] ?? 0;
      const cosineHere = this.#cosines[place] ?? 0;
      const ofSines = sineHere + share * ((this.#sines[place + ahead] ?? 0) - sineHere);
      const ofCosines = cosineHere + share * ((this.#cosines[place + ahead] ?? 0) - cosineHere);
      const sine = ofSines + twice * sine1 - sine2;
      const other = ofCosines + twice * cosine1 - cosine2;
      sine2 = sine1;
      sine1 = sine;
      cosine2 = cosine1;
      cosine1 = other;
    }
    return sine1 * Math.sin(angle) + cosine1 * cosine - cosine2;
  }
}

function isHarmonic({ ratio }: { readonly ratio: number }): boolean {
  return Number.isInteger(ratio) && ratio >= 1;
}

/** The phase of each harmonic, by the power of those below it. */
function spreadPhases(harmonics: Timbre, count: number): Float64Array {
  const phases = new Float64Array(count);
  const total = harmonics.reduce((sum, { amplitude }) => sum + amplitude ** 2, 0);
  let [turned, powerBelow] = [0, 0];
  for (let index = 0; index < count; index++) {
    phases[index] = -TURN * turned;
    const amplitude = harmonics.find(({ ratio }) => ratio === index + 1)?.amplitude ?? 0;
    powerBelow += amplitude ** 2 / total;
    turned += powerBelow;
  }
  return phases;
}
