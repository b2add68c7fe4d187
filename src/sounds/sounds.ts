import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import { ownSoundName } from '../patterns/own-sound-name.js';
import type { SoundPattern } from '../patterns/sound-pattern.js';
import { findSoundPattern } from '../patterns/sound/index.js';
import { OwnSounds } from './own-sounds.js';
import { Speech } from './speech.js';
import { SpokenPattern } from './spoken-pattern.js';
import type { SpokenText } from './spoken-text.js';
import { STAND_IN_SOUND } from './stand-in-sound.js';

/** Combinations of siren and text that are kept, more than profiles and previews have. */
const MOST_COMBINED = 64;

/** A siren of a profile. */
export interface SirenSound {
  readonly pattern: string;
  readonly speech?:
    | (SpokenText & {
        /** Per cent. */
        readonly volume: number;
        readonly when: 'before' | 'between' | 'alone';
        readonly everyRepetitions: number;
      })
    | undefined;
}

/** What is kept ready. */
export interface SoundsToKeep {
  readonly sirens: readonly SirenSound[];
  /** Texts that are spoken without a siren, in calls. */
  readonly texts: readonly SpokenText[];
}

export interface SoundsOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Every sound that the device can make: the manual's, those that people brought, and texts spoken with them. */
export class Sounds {
  readonly own: OwnSounds;
  readonly speech: Speech;
  readonly #log: Log;
  readonly #combined = new Map<string, SpokenPattern>();
  readonly #missed = new Set<string>();
  #keeping: Promise<void> = Promise.resolve();

  constructor({ folder, clock, log }: SoundsOptions) {
    this.#log = log.room('sounds');
    this.own = new OwnSounds({ folder: join(folder, 'own-sounds'), clock, log: this.#log });
    this.speech = new Speech({ folder: join(folder, 'speech'), clock, log: this.#log });
  }

  /** Makes ready what is on the disk of these. Throws nothing. */
  async open(wanted: SoundsToKeep): Promise<void> {
    await this.own.open();
    await this.own.keep(namesOf(wanted));
    await this.speech.open(textsOf(wanted));
    this.keep(wanted);
  }

  /** Keeps these and forgets the rest; texts that are new are spoken meanwhile. */
  keep(wanted: SoundsToKeep): void {
    this.#keeping = this.#keeping.then(async () => {
      await this.own.keep(namesOf(wanted));
      await this.speech.keep(textsOf(wanted));
    });
  }

  /** Resolves when everything that was asked for is ready, or has failed. */
  settled(): Promise<void> {
    return this.#keeping;
  }

  /** A sound by its name, where it is ready. */
  find(name: string): SoundPattern | undefined {
    const own = ownSoundName(name);
    return findSoundPattern(name) ?? (own === undefined ? this.#combined.get(name) : this.own.loaded(own));
  }

  /** A sound by its name, also one that is not in memory. Throws NOT_FOUND for an own sound that is not there. */
  async load(name: string): Promise<SoundPattern | undefined> {
    const own = ownSoundName(name);
    return this.find(name) ?? (own === undefined ? undefined : await this.own.load(own));
  }

  /** What a siren sounds now: without its text where that is not ready. */
  ofSiren(siren: SirenSound): SoundPattern | undefined {
    const base = this.find(siren.pattern) ?? this.#standIn(siren.pattern);
    const { speech } = siren;
    const text = speech && this.speech.ready(speech);
    if (!base || !text) return base;
    const { when, everyRepetitions, volume } = speech;
    const parts = JSON.stringify([text.name, when, everyRepetitions, volume]);
    const name = `${base.name} + speech ${createHash('sha256').update(parts).digest('hex').slice(0, 12)}`;
    const known = this.#combined.get(name);
    if (known?.isOf(base, text) === true) return known;
    const made = new SpokenPattern({ name, siren: base, text, volume: volume / 100, when, everyRepetitions });
    this.#combined.delete(name);
    this.#combined.set(name, made);
    for (const eldest of this.#combined.keys()) {
      if (this.#combined.size <= MOST_COMBINED) break;
      this.#combined.delete(eldest);
    }
    return made;
  }

  /** Makes a siren ready that no profile has, a preview. Throws NOT_FOUND, and nothing for a text that cannot be spoken. */
  async prepare(siren: SirenSound): Promise<void> {
    await this.prepareOwn(siren);
    if (siren.speech) await this.speech.prepare(siren.speech);
  }

  /** The same, without waiting for a text. Throws NOT_FOUND. */
  async prepareOwn({ pattern, speech }: SirenSound): Promise<void> {
    const own = ownSoundName(pattern);
    if (own !== undefined) await this.own.borrow(own);
    if (speech) void this.speech.prepare(speech);
  }

  async close(): Promise<void> {
    await this.speech.close();
    await this.#keeping;
  }

  #standIn(pattern: string): SoundPattern | undefined {
    if (ownSoundName(pattern) === undefined) return undefined;
    if (!this.#missed.has(pattern)) {
      this.#missed.add(pattern);
      this.#log.error('an own sound is missing; another one sounds in its place', {
        pattern,
        sounds: STAND_IN_SOUND,
      });
    }
    return findSoundPattern(STAND_IN_SOUND);
  }
}

function namesOf({ sirens }: SoundsToKeep): string[] {
  return sirens.flatMap(({ pattern }) => ownSoundName(pattern) ?? []);
}

function textsOf({ sirens, texts }: SoundsToKeep): SpokenText[] {
  return [...sirens.flatMap(({ speech }) => speech ?? []), ...texts];
}
