import type { Clock, Timer } from '../base/clock.js';
import { type Duration, seconds } from '../base/duration.js';

/** The least time between two writes, so that changes by the thousand wear no flash memory out. */
const SPACING = seconds(1);

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
 * Keeps a file in step with something that changes often: the first change is written at once, what follows within a
 * second together. A write that failed is tried again.
 */
export class SpacedWriter {
  readonly #options: SpacedWriterOptions;
  #written: string | undefined;
  #writing: Promise<void> | undefined;
  #pause: Timer | undefined;
  #isClosed = false;

  constructor(options: SpacedWriterOptions) {
    this.#options = options;
    this.#written = options.written;
  }

  /** Something may have changed. */
  changed(): void {
    if (this.#isClosed || this.#writing !== undefined || this.#pause !== undefined) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
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

  async #write(): Promise<void> {
    // What else changes in this turn, light and siren of one profile, goes into the same write.
    await Promise.resolve();
    const { content, write, onFailure } = this.#options;
    const text = content();
    if (text === this.#written) return;
    try {
      await write();
      this.#written = text;
      this.#lookAgainAfter(SPACING);
    } catch (error) {
      onFailure(error);
      this.#lookAgainAfter(RETRY_DELAY);
    }
  }

  #lookAgainAfter(delay: Duration): void {
    if (this.#isClosed) return;
    this.#pause = this.#options.clock.startTimer(this.#options.name, delay, () => {
      this.#pause = undefined;
      this.changed();
    });
  }
}
