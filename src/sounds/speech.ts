import { setMaxListeners } from 'node:events';
import type { Clock } from '../base/clock.js';
import { seconds } from '../base/duration.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { readWav } from '../media/wav-recording.js';
import { wavFile } from '../patterns/wav-file.js';
import { FileFolder } from '../store/file-folder.js';
import { RecordedPattern } from './recorded-pattern.js';
import { SOUND_RATE } from './sound-rate.js';
import { type SpeechFacts, speechFacts, synthesise } from './speech-synthesis.js';
import { type SpokenText, spokenTextKey } from './spoken-text.js';

const SUFFIX = '.wav';

/** Texts that nobody keeps and that stay ready all the same: previews, names of profiles, texts of calls. */
const MOST_PASSING = 20;

/** How long a call waits for its text: it is placed without it then. */
const PATIENCE_OF_CALLS = seconds(5);
/** Texts that are spoken at once, each for whoever waits for it. */
const MOST_AT_ONCE = 16;

export interface SpeechOptions {
  /** It is made with the first text. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A text that could not be spoken. */
export interface SpeechProblem extends SpokenText {
  readonly problem: string;
}

/** Texts, each spoken once by espeak-ng and kept on the disk for as long as a profile has it. */
export class Speech {
  readonly #folder: FileFolder;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #ready = new Map<string, RecordedPattern>();
  readonly #problems = new Map<string, SpeechProblem>();
  readonly #closing = new AbortController();
  #kept: ReadonlySet<string> = new Set();
  /** What somebody waits for now, by key. */
  readonly #urgent = new Map<string, Promise<RecordedPattern>>();
  /** One text after the other: nothing of it is urgent, and the machine may be small. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor({ folder, clock, log }: SpeechOptions) {
    this.#folder = new FileFolder(folder);
    this.#clock = clock;
    this.#log = log;
    setMaxListeners(MOST_AT_ONCE + 1, this.#closing.signal);
  }

  /** Whether the device can speak, the voices, and which texts could not be spoken. */
  async facts(): Promise<SpeechFacts & { readonly problems: readonly SpeechProblem[] }> {
    const facts = await speechFacts({ clock: this.#clock, signal: this.#closing.signal });
    return { ...facts, problems: this.problems };
  }

  /** Which of the texts that are kept could not be spoken. */
  get problems(): readonly SpeechProblem[] {
    return [...this.#problems.values()];
  }

  /** The text as a sound, where it is ready. */
  ready(text: SpokenText): RecordedPattern | undefined {
    return this.#ready.get(spokenTextKey(text));
  }

  /** Takes what is on the disk into memory; texts that are not there are left for `keep`. Throws nothing. */
  async open(texts: readonly SpokenText[]): Promise<void> {
    for (const text of texts) await this.#fromDisk(spokenTextKey(text));
  }

  /** Keeps these texts, speaks those that are new, and forgets all others, on the disk too. Throws nothing. */
  async keep(texts: readonly SpokenText[]): Promise<void> {
    this.#kept = new Set(texts.map(spokenTextKey));
    for (const key of this.#problems.keys()) if (!this.#kept.has(key)) this.#problems.delete(key);
    await Promise.all(texts.map((text) => this.prepare(text)));
    await this.#alone(() => this.#clean());
  }

  /** Makes a text ready; where that fails, says so in the log and in the facts. Throws nothing. */
  prepare(text: SpokenText): Promise<RecordedPattern | undefined> {
    const known = this.ready(text);
    return known ? Promise.resolve(known) : this.#alone(() => this.#prepare(text));
  }

  /**
   * The text as a sound for somebody who waits for it, ahead of all others; it is not kept on the disk. Throws
   * LIMIT_REACHED, and what `synthesise` does.
   */
  speak(text: SpokenText): Promise<RecordedPattern> {
    const known = this.ready(text);
    if (known) return Promise.resolve(known);
    const key = spokenTextKey(text);
    const begun = this.#urgent.get(key);
    if (begun) return begun;
    if (this.#urgent.size >= MOST_AT_ONCE) {
      const most = `${MOST_AT_ONCE} texts are being spoken at this moment, which is the limit; try again.`;
      return Promise.reject(new SipsirenError('LIMIT_REACHED', most));
    }
    const options = { clock: this.#clock, signal: this.#closing.signal, patience: PATIENCE_OF_CALLS };
    const spoken = synthesise(text, options)
      .then((samples) => this.#add(key, samples))
      .finally(() => this.#urgent.delete(key));
    this.#urgent.set(key, spoken);
    return spoken;
  }

  /** Ends espeak-ng where it runs. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([this.#tail, ...this.#urgent.values()]);
  }

  async #prepare(text: SpokenText): Promise<RecordedPattern | undefined> {
    const key = spokenTextKey(text);
    const there = this.#ready.get(key) ?? (await this.#fromDisk(key));
    if (there || this.#isClosing()) return there;
    try {
      const samples = await synthesise(text, { clock: this.#clock, signal: this.#closing.signal });
      this.#problems.delete(key);
      await this.#store(key, samples);
      return this.#add(key, samples);
    } catch (error) {
      if (this.#isClosing()) return undefined;
      const problem = messageOf(error);
      // Said once for each text: every start of the device and every change of a profile tries again.
      if (this.#problems.get(key)?.problem !== problem) {
        this.#log.error(
          'a text cannot be spoken; sirens sound without it, and calls play an alarm in its place',
          {
            text: text.text,
            error: problem,
          },
        );
      }
      const { text: words, voice, speed } = text;
      if (this.#kept.has(key)) this.#problems.set(key, { text: words, voice, speed, problem });
      return undefined;
    }
  }

  /** Asked through a method, since it may have changed while something was awaited. */
  #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  async #store(key: string, samples: Int16Array): Promise<void> {
    try {
      await this.#folder.write(key + SUFFIX, wavFile(samples, SOUND_RATE));
    } catch (error) {
      this.#log.error('a spoken text could not be stored', { error: messageOf(error) });
    }
  }

  async #fromDisk(key: string): Promise<RecordedPattern | undefined> {
    try {
      const file = await this.#folder.read(key + SUFFIX);
      return file && this.#add(key, (await readWav(file)).samples);
    } catch (error) {
      this.#log.warn('a spoken text cannot be read and is spoken anew', { error: messageOf(error) });
      return undefined;
    }
  }

  #add(key: string, samples: Int16Array): RecordedPattern {
    const pattern = new RecordedPattern(`Speech ${key}`, samples);
    this.#ready.set(key, pattern);
    const passing = [...this.#ready.keys()].filter((one) => !this.#kept.has(one));
    for (const eldest of passing.slice(0, -MOST_PASSING)) this.#ready.delete(eldest);
    return pattern;
  }

  async #clean(): Promise<void> {
    try {
      for (const { name } of await this.#folder.list(SUFFIX)) {
        const key = name.slice(0, -SUFFIX.length);
        if (!this.#kept.has(key) && !this.#ready.has(key)) await this.#folder.remove(name);
      }
    } catch (error) {
      this.#log.warn('spoken texts that nobody needs could not be removed', { error: messageOf(error) });
    }
  }

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }
}
