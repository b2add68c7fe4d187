import { withinBand } from './band-limit.js';
import { Envelope } from './envelope.js';
import { Filter } from './filter.js';
import type { Noise } from './sound-description.js';
import type { Voice } from './voice.js';

/** Hertz between two oscillators of a noise, on average: so close that the ear makes out none of them. */
const SPACING = 60;
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
    const filter = this.#filter;
    const middle = filter?.middleAt(elapsed) ?? 0;
    let sum = 0;
    for (const { hertz, amplitude, phase } of this.#oscillators) {
      const share = filter ? filter.shareOf(hertz, middle) : 1;
      sum += share * amplitude * Math.sin(TURN * hertz * elapsed + phase);
    }
    return this.#envelope.at(elapsed) * sum;
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
