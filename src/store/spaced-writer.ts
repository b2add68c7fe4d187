import type { Clock, Timer } from '../base/clock.js';
import { type Duration, seconds } from '../base/duration.js';

/** From one write to the next in the long run, so that changes by the thousand wear no flash memory out. */
const SPACING = seconds(1);

/** So many writes may follow each other at once after a time of rest: a crash right after a few changes loses none. */
const BURST = 10;

/** After a write that failed. */
const RETRY_DELAY = seconds(10);

export interface SpacedWriterOptions {
  readonly clock: Clock;
  /** The name of its timer. */
  readonly name: string;
  /** What is to be on the disk, as a text that is the same while nothing has changed. */
  readonly content: () => string;
  /** Puts it there. */
  readonly write: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
  /** What is on the disk already, in the form of `content`. */
  readonly written?: string | undefined;
}

/**
 * Keeps a file in step with something that changes often: the first changes are written at once, and where they go on
 * those of a second together. A write that failed is tried again.
 */
export class SpacedWriter {
  readonly #options: SpacedWriterOptions;
  #written: string | undefined;
  #writing: Promise<void> | undefined;
  #pause: Timer | undefined;
  /** Writes that may follow at once, and when that was counted last. */
  #credit = BURST;
  #countedAt: number;
  #isClosed = false;

  constructor(options: SpacedWriterOptions) {
    this.#options = options;
    this.#written = options.written;
    this.#countedAt = options.clock.now();
  }

  /** Something may have changed. */
  changed(): void {
    if (this.#isClosed || this.#writing !== undefined || this.#pause !== undefined) return;
    this.#writing = this.#write().then((hasWritten) => {
      this.#writing = undefined;
      // What changed while the file was written.
      if (hasWritten) this.changed();
    });
  }

  /** Resolves when the last change is on the disk or has failed. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pause?.cancel();
    await this.#writing;
    await this.#write();
  }

  /** Whether something was written. */
  async #write(): Promise<boolean> {
    // What else changes in this turn, light and siren of one profile, goes into the same write.
    await Promise.resolve();
    const { content, write, onFailure } = this.#options;
    const text = content();
    if (text === this.#written) return false;
    try {
      await write();
      this.#written = text;
      if (!this.#takeCredit()) this.#lookAgainAfter(SPACING);
      return true;
    } catch (error) {
      onFailure(error);
      this.#lookAgainAfter(RETRY_DELAY);
      return false;
    }
  }

  /** Counts a write; whether another one may follow at once. */
  #takeCredit(): boolean {
    const now = this.#options.clock.now();
    this.#credit = Math.min(BURST, this.#credit + (now - this.#countedAt) / SPACING) - 1;
    this.#countedAt = now;
    return this.#credit >= 1;
  }

  #lookAgainAfter(delay: Duration): void {
    if (this.#isClosed) return;
    this.#pause = this.#options.clock.startTimer(this.#options.name, delay, () => {
      this.#pause = undefined;
      this.changed();
    });
  }
}
