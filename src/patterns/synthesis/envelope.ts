import type { SoundEvent } from './sound-description.js';

/** Seconds of a raised cosine at both ends where an event asks for none, so that nothing clicks. */
const SOFT_EDGE = 0.008;

/** The amplitude of an event over its time. */
export class Envelope {
  readonly #level: number;
  readonly #attack: number;
  readonly #release: number;
  readonly #lasts: number;
  readonly #fall: number;
  readonly #tremoloAngle: number;
  readonly #tremoloDepth: number;

  constructor({ level = 1, attack, release, lasts, decay = Infinity, tremolo }: SoundEvent) {
    this.#level = level;
    this.#attack = attack ?? SOFT_EDGE;
    this.#release = release ?? SOFT_EDGE;
    this.#lasts = lasts;
    this.#fall = 1 / decay;
    this.#tremoloAngle = 2 * Math.PI * (tremolo?.rate ?? 0);
    this.#tremoloDepth = tremolo?.depth ?? 0;
  }

  /** The amplitude `elapsed` seconds after the event began. */
  at(elapsed: number): number {
    const left = this.#lasts - elapsed;
    let amplitude = this.#level;
    if (elapsed < this.#attack) amplitude *= raisedCosine(elapsed / this.#attack);
    if (left < this.#release) amplitude *= raisedCosine(left / this.#release);
    if (this.#fall > 0) amplitude *= Math.exp(-elapsed * this.#fall);
    if (this.#tremoloDepth > 0) {
      amplitude *= 1 - (this.#tremoloDepth * (1 - Math.cos(this.#tremoloAngle * elapsed))) / 2;
    }
    return amplitude;
  }
}

/** From 0 to 1 as `part` goes from 0 to 1, level at both ends. */
function raisedCosine(part: number): number {
  return part <= 0 ? 0 : (1 - Math.cos(Math.PI * part)) / 2;
}
