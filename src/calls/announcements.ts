import { SipsirenError } from '../base/errors.js';
import { recordedSound } from '../media/recorded-sound.js';
import type { ToneSource } from '../media/tone-source.js';
import { readWav, wavFacts, type Recording, type WavFacts } from '../media/wav-recording.js';
import { FileFolder, type StoredFile } from '../store/file-folder.js';

/** One announcement of the list. */
export interface AnnouncementFacts extends Omit<WavFacts, 'isCutOff'> {
  readonly name: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Milliseconds since the Unix epoch. */
  readonly changedAt: number;
}

export const ANNOUNCEMENT_LIMITS = {
  announcements: 50,
  /** Bytes of one file: three minutes at 48 kHz and 16 bits. */
  bytes: 16 * 1_024 * 1_024,
  seconds: 600,
} as const;

/** What an announcement may be called; it is the name of a file too. */
const ANNOUNCEMENT_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,62}[\p{L}\p{N}_-])?$/u;

const SUFFIX = '.wav';
/** Bytes of decoded announcements that are kept: an alarm calls many people with the same one. */
const MOST_DECODED_BYTES = 32 * 1_024 * 1_024;

/** Spoken announcements for calls, as WAV files in the data folder. */
export class Announcements {
  readonly #folder: FileFolder;
  readonly #decoded = new Map<string, Recording>();
  readonly #decoding = new Map<string, Promise<Recording>>();
  /** What was read of each file, for as long as it is the same. */
  readonly #known = new Map<string, AnnouncementFacts>();
  /** Changes happen one after the other. */
  #tail: Promise<unknown> = Promise.resolve();

  /** `folder` is made with the first announcement. */
  constructor(folder: string) {
    this.#folder = new FileFolder(folder);
  }

  /** By name. Throws STORAGE_FAILED. A file that cannot be read is left out. */
  async list(): Promise<readonly AnnouncementFacts[]> {
    const facts: AnnouncementFacts[] = [];
    for (const file of await this.#folder.list(SUFFIX)) {
      const name = file.name.slice(0, -SUFFIX.length);
      const known = this.#known.get(name);
      if (known?.changedAt === file.changedAt) facts.push(known);
      else facts.push(...(await this.#describe(name, file)));
    }
    return facts;
  }

  /** The file as it came. Throws NOT_FOUND. */
  async file(name: string): Promise<Uint8Array> {
    return (await this.#read(name)) ?? notFound(name);
  }

  /** Adds or replaces one. Throws INVALID_VALUE, LIMIT_REACHED, STORAGE_FAILED. */
  put(name: string, file: Uint8Array): Promise<AnnouncementFacts> {
    return this.#alone(async () => {
      refuseBadName(name);
      refuseTooLong(file);
      const there = await this.#folder.list(SUFFIX);
      const isNew = !there.some((one) => one.name === name + SUFFIX);
      if (isNew && there.length >= ANNOUNCEMENT_LIMITS.announcements) {
        throw new SipsirenError(
          'LIMIT_REACHED',
          `There can be ${ANNOUNCEMENT_LIMITS.announcements} announcements; delete one first.`,
        );
      }
      await this.#folder.write(name + SUFFIX, file);
      this.#forget(name);
      const stored = (await this.list()).find((one) => one.name === name);
      return stored ?? notFound(name);
    });
  }

  /** Calls that play it go on. Throws NOT_FOUND. */
  remove(name: string): Promise<void> {
    return this.#alone(async () => {
      this.#forget(name);
      if (!ANNOUNCEMENT_NAME.test(name) || !(await this.#folder.remove(name + SUFFIX))) notFound(name);
    });
  }

  /** What `MediaSession.play` takes. Throws NOT_FOUND, INVALID_VALUE, before a call is placed for nothing. */
  async source(name: string, options: { readonly times?: number } = {}): Promise<ToneSource> {
    const { samples, rate } = await this.#decode(name);
    return recordedSound({ samples, rate, ...options });
  }

  /** A file that somebody else put there and that cannot be read is left out. */
  async #describe(name: string, { bytes, changedAt }: StoredFile): Promise<AnnouncementFacts[]> {
    try {
      const { rate, channels, bits, seconds } = wavFacts(await this.file(name));
      const facts = { name, rate, channels, bits, seconds, bytes, changedAt };
      this.#known.set(name, facts);
      return [facts];
    } catch (_unreadable) {
      return [];
    }
  }

  /** One that many calls want at the same moment is decoded once. */
  #decode(name: string): Promise<Recording> {
    const known = this.#decoded.get(name);
    if (known !== undefined) {
      // Set anew, it is the youngest.
      this.#decoded.delete(name);
      this.#decoded.set(name, known);
      return Promise.resolve(known);
    }
    const begun = this.#decoding.get(name);
    if (begun !== undefined) return begun;
    const decoding: Promise<Recording> = this.file(name)
      .then(readWav)
      .then((recording) => {
        // Replaced meanwhile, it is played to those who asked before, and to nobody else.
        if (this.#decoding.get(name) === decoding) this.#keep(name, recording);
        return recording;
      })
      .finally(() => {
        if (this.#decoding.get(name) === decoding) this.#decoding.delete(name);
      });
    this.#decoding.set(name, decoding);
    return decoding;
  }

  /** The eldest go until the rest has room; the newest always stays. */
  #keep(name: string, recording: Recording): void {
    this.#decoded.set(name, recording);
    let bytes = 0;
    for (const { samples } of this.#decoded.values()) bytes += samples.byteLength;
    for (const [eldest, { samples }] of this.#decoded) {
      if (bytes <= MOST_DECODED_BYTES || eldest === name) return;
      this.#decoded.delete(eldest);
      bytes -= samples.byteLength;
    }
  }

  #forget(name: string): void {
    this.#decoded.delete(name);
    this.#decoding.delete(name);
  }

  async #read(name: string): Promise<Uint8Array | undefined> {
    return ANNOUNCEMENT_NAME.test(name) ? this.#folder.read(name + SUFFIX) : undefined;
  }

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }
}

function refuseBadName(name: string): void {
  if (ANNOUNCEMENT_NAME.test(name)) return;
  throw new SipsirenError('INVALID_VALUE', `"${name}" cannot be the name of an announcement.`, {
    path: 'name',
    accepted: '1 to 64 letters and digits, between them blanks, dots, hyphens and underscores too',
  });
}

function refuseTooLong(file: Uint8Array): void {
  if (file.length <= ANNOUNCEMENT_LIMITS.bytes && wavFacts(file).seconds <= ANNOUNCEMENT_LIMITS.seconds)
    return;
  throw new SipsirenError('INVALID_VALUE', 'The announcement is too long.', {
    path: 'file',
    accepted: `up to ${ANNOUNCEMENT_LIMITS.seconds / 60} minutes and ${ANNOUNCEMENT_LIMITS.bytes / 1_048_576} MiB`,
  });
}

function notFound(name: string): never {
  throw new SipsirenError('NOT_FOUND', `There is no announcement with the name "${name}".`);
}
