import type { Clock } from '../base/clock.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { readWav, wavFacts } from '../media/wav-recording.js';
import { ownSoundPattern } from '../patterns/own-sound-name.js';
import { patternKey } from '../patterns/pattern-key.js';
import { wavFile } from '../patterns/wav-file.js';
import { FileFolder } from '../store/file-folder.js';
import { keptRecording } from './kept-recording.js';
import { SOUND_LIMITS } from './limits.js';
import { RecordedPattern } from './recorded-pattern.js';
import { SOUND_RATE } from './sound-rate.js';
import { readUploadedAudio, type UploadedAudio } from './uploaded-audio.js';

/** What an own sound may be called; it is the name of a file too. */
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,62}[\p{L}\p{N}_-])?$/u;

const SUFFIX = '.wav';

/** One own sound of the list. */
export interface OwnSoundFacts {
  readonly name: string;
  /** How profiles refer to it. */
  readonly pattern: string;
  readonly seconds: number;
  /** Size of the file as it is kept. */
  readonly bytes: number;
  /** Milliseconds since the Unix epoch. */
  readonly changedAt: number;
}

/** What became of an uploaded file. */
export interface StoredSound extends OwnSoundFacts {
  /** What the file was. */
  readonly from: { readonly format: UploadedAudio['format'] } & UploadedAudio['facts'];
}

export interface OwnSoundsOptions {
  /** It is made with the first sound. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Sounds that people have brought, kept as the device plays them: WAV files of 48 kHz and one channel. Names that differ
 * only in case, colons and spaces are the same. Those that profiles use are in memory.
 */
export class OwnSounds {
  readonly #folder: FileFolder;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By the key of the name. */
  #facts: ReadonlyMap<string, OwnSoundFacts> = new Map();
  readonly #loaded = new Map<string, RecordedPattern>();
  /** In memory for a preview: the key of the last one. */
  #borrowed: string | undefined;
  /** Changes happen one after the other. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor({ folder, clock, log }: OwnSoundsOptions) {
    this.#folder = new FileFolder(folder);
    this.#clock = clock;
    this.#log = log;
  }

  /** Reads what is there. Throws nothing: a file that cannot be read is left out and reported. */
  async open(): Promise<void> {
    try {
      const files = await this.#folder.list(SUFFIX);
      for (const { name: file, bytes, changedAt } of files) {
        const name = file.slice(0, -SUFFIX.length);
        try {
          const { seconds } = wavFacts((await this.#folder.read(file)) ?? new Uint8Array(0));
          this.#note({ name, pattern: ownSoundPattern(name), seconds, bytes, changedAt });
        } catch (error) {
          this.#log.error('an own sound cannot be read', { name, error: messageOf(error) });
        }
      }
    } catch (error) {
      this.#log.error('the own sounds cannot be read', { error: messageOf(error) });
    }
  }

  /** By name. */
  list(): readonly OwnSoundFacts[] {
    return [...this.#facts.values()].toSorted((one, other) => one.name.localeCompare(other.name));
  }

  /** What is known of a sound, however its name is spelled as to case, colons and spaces. */
  find(name: string): OwnSoundFacts | undefined {
    return this.#facts.get(patternKey(name));
  }

  /** The sound as it is played, a WAV file. Throws NOT_FOUND. */
  async file(name: string): Promise<Buffer> {
    const { name: stored } = this.find(name) ?? notFound(name);
    return (await this.#folder.read(stored + SUFFIX)) ?? notFound(name);
  }

  /** Adds or replaces one. Throws INVALID_VALUE, LIMIT_REACHED, PROGRAM_MISSING, STORAGE_FAILED. */
  put(wanted: string, file: Uint8Array): Promise<StoredSound> {
    return this.#alone(async () => {
      refuseBadName(wanted);
      const known = this.find(wanted);
      const name = known?.name ?? wanted;
      this.#refuseOneMore(known, 0);
      const { format, facts, recording } = await readUploadedAudio(file, { clock: this.#clock });
      this.#refuseOneMore(known, facts.seconds);
      const samples = await keptRecording(recording, { isLoop: true });
      const bytes = wavFile(samples, SOUND_RATE);
      await this.#folder.write(name + SUFFIX, bytes);
      const stored = {
        name,
        pattern: ownSoundPattern(name),
        seconds: wavFacts(bytes).seconds,
        bytes: bytes.length,
        changedAt: this.#clock.wallTime(),
      };
      this.#note(stored);
      const key = patternKey(name);
      if (this.#loaded.has(key)) this.#loaded.set(key, new RecordedPattern(stored.pattern, samples));
      return { ...stored, from: { format, ...facts } };
    });
  }

  /** What sounds goes on. Throws NOT_FOUND. */
  remove(name: string): Promise<void> {
    return this.#alone(async () => {
      const { name: stored } = this.find(name) ?? notFound(name);
      const key = patternKey(stored);
      this.#facts = new Map([...this.#facts].filter(([one]) => one !== key));
      this.#loaded.delete(key);
      await this.#folder.remove(stored + SUFFIX);
    });
  }

  /** The sound, where it is in memory. */
  loaded(name: string): RecordedPattern | undefined {
    return this.#loaded.get(patternKey(name));
  }

  /** The sound, read where it is not in memory; it stays there only where profiles use it. Throws NOT_FOUND. */
  async load(name: string): Promise<RecordedPattern> {
    const known = this.loaded(name);
    if (known) return known;
    const { samples } = await readWav(await this.file(name));
    return new RecordedPattern(ownSoundPattern(this.find(name)?.name ?? name), samples);
  }

  /** Keeps one in memory that no profile uses, until the next one. Throws NOT_FOUND. */
  async borrow(name: string): Promise<void> {
    const key = patternKey(name);
    if (this.#loaded.has(key)) return;
    const pattern = await this.load(name);
    if (this.#borrowed !== undefined) this.#loaded.delete(this.#borrowed);
    this.#borrowed = key;
    this.#loaded.set(key, pattern);
  }

  /** Keeps these in memory and no others; what is missing is left out. */
  async keep(names: readonly string[]): Promise<void> {
    const keys = new Set(names.map(patternKey));
    this.#borrowed = undefined;
    for (const key of this.#loaded.keys()) if (!keys.has(key)) this.#loaded.delete(key);
    for (const key of keys) {
      if (this.#loaded.has(key) || !this.#facts.has(key)) continue;
      try {
        const pattern = await this.load(key);
        // Meanwhile it may have been replaced.
        if (!this.#loaded.has(key)) this.#loaded.set(key, pattern);
      } catch (error) {
        this.#log.error('an own sound cannot be read', { name: key, error: messageOf(error) });
      }
    }
  }

  #refuseOneMore(known: OwnSoundFacts | undefined, seconds: number): void {
    const others = this.list().filter((one) => one !== known);
    const { ownSounds, totalSeconds } = SOUND_LIMITS;
    if (others.length >= ownSounds) {
      throw new SipsirenError('LIMIT_REACHED', `There can be ${ownSounds} own sounds; delete one first.`);
    }
    if (others.reduce((sum, one) => sum + one.seconds, seconds) > totalSeconds) {
      const text = `All own sounds together can last ${totalSeconds / 60} minutes; delete one first.`;
      throw new SipsirenError('LIMIT_REACHED', text);
    }
  }

  #note(facts: OwnSoundFacts): void {
    this.#facts = new Map([...this.#facts, [patternKey(facts.name), facts]]);
  }

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }
}

function refuseBadName(name: string): void {
  if (NAME.test(name)) return;
  throw new SipsirenError('INVALID_VALUE', `"${name}" cannot be the name of an own sound.`, {
    path: 'name',
    accepted: '1 to 64 letters and digits, between them blanks, dots, hyphens and underscores too',
  });
}

function notFound(name: string): never {
  throw new SipsirenError('NOT_FOUND', `There is no own sound with the name "${name}".`);
}
