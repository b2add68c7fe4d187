import { milliseconds, type Duration } from '../base/duration.js';
import type { SampleRate } from '../patterns/sample-rate.js';
import { soundParts } from '../patterns/sound-loop.js';
import type { SoundParts, SoundPattern } from '../patterns/sound-pattern.js';
import { joined } from './joined.js';

/** Silence between text and siren, in milliseconds, and where a text is repeated alone. */
const PAUSE = 300;
const PAUSE_ALONE = 1_000;

export interface SpokenPatternOptions {
  readonly name: string;
  readonly siren: SoundPattern;
  /** The text, as a sound whose one period it is. */
  readonly text: SoundPattern;
  /** A factor of the amplitude of the text, from 0 to 1. */
  readonly volume: number;
  readonly when: 'before' | 'between' | 'alone';
  readonly everyRepetitions: number;
}

/** A part of the sound, in its order. */
interface Part {
  /** None is silence. */
  readonly pattern: SoundPattern | undefined;
  readonly gain: number;
  /** In milliseconds. */
  readonly lasts: number;
}

/** The siren of a profile with a text: once before it, between its repetitions too, or in its place. */
export class SpokenPattern implements SoundPattern {
  readonly name: string;
  readonly leadIn: Duration;
  readonly period: Duration;
  readonly #options: SpokenPatternOptions;
  readonly #leading: readonly Part[];
  readonly #looping: readonly Part[];

  constructor(options: SpokenPatternOptions) {
    const { name, siren, text, volume, when, everyRepetitions } = options;
    this.#options = options;
    this.name = name;
    const spoken: Part = { pattern: text, gain: volume, lasts: text.period };
    const sirens = (count: number): Part => ({ pattern: siren, gain: 1, lasts: count * siren.period });
    const pause = (lasts: number): Part => ({ pattern: undefined, gain: 0, lasts });
    this.#leading = when === 'alone' ? [] : [spoken, pause(PAUSE)];
    this.#looping = {
      before: [sirens(1)],
      between: [sirens(everyRepetitions), pause(PAUSE), spoken, pause(PAUSE)],
      alone: [spoken, pause(PAUSE_ALONE)],
    }[when];
    this.leadIn = lengthOf(this.#leading);
    this.period = lengthOf(this.#looping);
  }

  /** Whether it is made of these very sounds: an own sound may have been replaced. */
  isOf(siren: SoundPattern, text: SoundPattern): boolean {
    return this.#options.siren === siren && this.#options.text === text;
  }

  sample(seconds: number): number {
    const elapsed = seconds * 1_000;
    if (elapsed < this.leadIn) return sampleOf(this.#leading, elapsed);
    return sampleOf(this.#looping, (elapsed - this.leadIn) % this.period);
  }

  async render(sampleRate: SampleRate): Promise<SoundParts> {
    return {
      leadIn: await rendered(this.#leading, sampleRate),
      loop: await rendered(this.#looping, sampleRate),
    };
  }

  /** Repetitions of the siren, or of the text where that stands alone. */
  lasts(repetitions: number): Duration {
    const { siren, text, when, everyRepetitions } = this.#options;
    if (when !== 'between') return milliseconds(this.leadIn + repetitions * this.period);
    const texts = Math.floor((repetitions - 1) / everyRepetitions);
    return milliseconds(this.leadIn + repetitions * siren.period + texts * (text.period + 2 * PAUSE));
  }
}

function lengthOf(parts: readonly Part[]): Duration {
  return milliseconds(parts.reduce((length, { lasts }) => length + lasts, 0));
}

function sampleOf(parts: readonly Part[], elapsed: number): number {
  let left = elapsed;
  for (const { pattern, gain, lasts } of parts) {
    if (left < lasts) return pattern ? gain * pattern.sample(left / 1_000) : 0;
    left -= lasts;
  }
  return 0;
}

async function rendered(parts: readonly Part[], sampleRate: SampleRate): Promise<Float32Array> {
  const sounds: Float32Array[] = [];
  for (const { pattern, gain, lasts } of parts) {
    const sound = new Float32Array(Math.round((lasts * sampleRate) / 1_000));
    if (pattern) {
      const { loop } = await soundParts(pattern, sampleRate);
      for (let at = 0; at < sound.length; at += loop.length) {
        sound.set(loop.subarray(0, Math.min(loop.length, sound.length - at)), at);
      }
    }
    sounds.push(gain === 1 || !pattern ? sound : sound.map((sample) => gain * sample));
  }
  return joined(sounds);
}
