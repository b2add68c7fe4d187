import type { Clock } from '../../base/clock.js';
import { minutes, seconds } from '../../base/duration.js';

/** That something does not exist, or that nobody could be asked, is believed for this long. */
const NEGATIVE_TTL = seconds(5);
/** While no name server answers, an old answer beats none: the PBX is most likely where it was (RFC 8767). */
const STALE_TTL = minutes(24 * 60);
/** How long an old answer is used before the name server, which may take seconds to fail, is asked again. */
const STALE_REST = seconds(30);
const MAX_ENTRIES = 1_000;

interface Entry<Item> {
  answer: Promise<readonly Item[]>;
  /** When the answer must be asked for again; for ever while it is under way. */
  until: number;
  /** The last answer that came, and when. */
  old: readonly Item[] | undefined;
  oldAt: number;
}

/** Answers to one kind of question, kept for a while. The same question is put once at a time. */
export class AnswerCache<Item> {
  readonly #clock: Clock;
  readonly #ttlOf: (items: readonly Item[]) => number;
  readonly #entries = new Map<string, Entry<Item>>();

  /** `ttlOf` gives the milliseconds for which an answer that has something in it may be kept. */
  constructor(clock: Clock, ttlOf: (items: readonly Item[]) => number) {
    this.#clock = clock;
    this.#ttlOf = ttlOf;
  }

  get(name: string, ask: (name: string) => Promise<readonly Item[]>): Promise<readonly Item[]> {
    const known = this.#entries.get(name);
    if (known && known.until > this.#clock.now()) return known.answer;
    const entry: Entry<Item> = {
      answer: Promise.resolve([]),
      until: Number.POSITIVE_INFINITY,
      old: known?.old,
      oldAt: known?.oldAt ?? 0,
    };
    this.#store(name, entry);
    entry.answer = this.#fill(entry, ask(name));
    return entry.answer;
  }

  async #fill(entry: Entry<Item>, asked: Promise<readonly Item[]>): Promise<readonly Item[]> {
    try {
      const items = await asked;
      const now = this.#clock.now();
      entry.until = now + (items.length > 0 ? this.#ttlOf(items) : NEGATIVE_TTL);
      entry.old = items;
      entry.oldAt = now;
      return items;
    } catch (error) {
      const now = this.#clock.now();
      const old = now - entry.oldAt < STALE_TTL ? entry.old : undefined;
      entry.until = now + (old ? STALE_REST : NEGATIVE_TTL);
      if (old) return old;
      throw error;
    }
  }

  /** The oldest entry makes room; insertion order is what a Map keeps. */
  #store(name: string, entry: Entry<Item>): void {
    this.#entries.delete(name);
    if (this.#entries.size >= MAX_ENTRIES) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    this.#entries.set(name, entry);
  }
}
