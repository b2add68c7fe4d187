import { aWeighting } from './a-weighting.js';
import { withinBand } from './band-limit.js';
import { Envelope } from './envelope.js';
import { Filter } from './filter.js';
import type { Noise } from './sound-description.js';
import type { Voice } from './voice.js';

/** Hertz between two oscillators of a noise, on average: so close that the ear makes out none of them. */
const SPACING = 40;
const TURN = 2 * Math.PI;

interface Oscillator {
  readonly hertz: number;
  readonly amplitude: number;
  readonly phase: number;
}

/** A noise: oscillators at frequencies and phases without order. As a sum of sines it is the same at any rate. */
export class NoiseVoice implements Voice {
  readonly #envelope: Envelope;
  readonly #filter: Filter | undefined;
  readonly #oscillators: readonly Oscillator[];

  constructor(noise: Noise) {
    this.#envelope = new Envelope(noise);
    this.#filter = noise.filter && new Filter(noise.filter, noise.lasts);
    this.#oscillators = oscillatorsOf(noise.noise);
  }

  valueAt(elapsed: number): number {
    let sum = 0;
    for (const oscillator of this.#oscillators) {
      sum +=
        this.#amplitudeOf(oscillator, elapsed) *
        Math.sin(TURN * oscillator.hertz * elapsed + oscillator.phase);
    }
    return this.#envelope.at(elapsed) * sum;
  }

  powerAt(elapsed: number): number {
    let power = 0;
    for (const oscillator of this.#oscillators) {
      power += (this.#amplitudeOf(oscillator, elapsed) * aWeighting(oscillator.hertz)) ** 2 / 2;
    }
    return this.#envelope.at(elapsed) ** 2 * power;
  }

  #amplitudeOf({ hertz, amplitude }: Oscillator, elapsed: number): number {
    return amplitude * (this.#filter?.shareOf(hertz, elapsed) ?? 1);
  }
}

/** Together as strong as one sine. */
function oscillatorsOf([lowest, highest]: Noise['noise']): readonly Oscillator[] {
  const random = sequence();
  const count = Math.ceil((highest - lowest) / SPACING);
  return Array.from({ length: count }, (_, index) => {
    const hertz = lowest + (highest - lowest) * ((index + random()) / count);
    return { hertz, amplitude: withinBand(hertz) / Math.sqrt(count), phase: TURN * random() };
  });
}

/** Numbers from 0 to 1 without apparent order, the same each time (a linear congruential generator). */
function sequence(): () => number {
  let state = 1;
  return () => {
    state = (1_664_525 * state + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
