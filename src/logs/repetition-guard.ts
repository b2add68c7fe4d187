import type { Clock, Timer } from '../base/clock.js';
import type { Duration } from '../base/duration.js';

/** How many lines of one kind are written, and in how long. */
export type RepetitionLimit = {
  readonly lines: number;
  readonly window: Duration;
};

/** Kinds that are watched at once; a message is a constant text, so there are few. */
const MOST_KINDS = 1_000;

type Kind = {
  count: number;
  readonly timer: Timer;
};

/**
 * Keeps a flood of equal messages from filling the disk: of each kind so many lines pass in a window, and when
 * it ends one line says how many there were beyond.
 */
export class RepetitionGuard {
  readonly #clock: Clock;
  readonly #limit: RepetitionLimit;
  readonly #kinds = new Map<string, Kind>();

  constructor(options: { readonly clock: Clock; readonly limit: RepetitionLimit }) {
    this.#clock = options.clock;
    this.#limit = options.limit;
  }

  /** Whether the line may be written. `onSuppressed` is called once, at the end of a window in which some were not. */
  admits(kind: string, onSuppressed: (count: number) => void): boolean {
    const watched = this.#kinds.get(kind);
    if (watched) return ++watched.count <= this.#limit.lines;
    // Beyond that a flood of ever new texts is under way, which this guard cannot tell from many good ones.
    if (this.#kinds.size >= MOST_KINDS) return false;
    const timer = this.#clock.startTimer('repeated log lines', this.#limit.window, () =>
      this.#end(kind, onSuppressed),
    );
    this.#kinds.set(kind, { count: 1, timer });
    return true;
  }

  /** Forgets every window. */
  close(): void {
    for (const { timer } of this.#kinds.values()) timer.cancel();
    this.#kinds.clear();
  }

  #end(kind: string, onSuppressed: (count: number) => void): void {
    const suppressed = (this.#kinds.get(kind)?.count ?? 0) - this.#limit.lines;
    this.#kinds.delete(kind);
    if (suppressed > 0) onSuppressed(suppressed);
  }
}
