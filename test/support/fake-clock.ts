import type { Clock, Timer } from '../../src/base/clock.js';
import type { Duration } from '../../src/base/duration.js';

interface PendingTimer {
  readonly name: string;
  readonly due: number;
  readonly order: number;
  readonly onExpiry: () => void;
  cancelled: boolean;
}

/** A clock that stands still until a test advances it. Timers fire in the order of their due time, then of their start. */
export class FakeClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #epoch: number;
  /** A binary heap, earliest first, so that a million timers cost what they should. */
  readonly #heap: PendingTimer[] = [];

  constructor(epoch = Date.UTC(2026, 0, 1)) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#epoch + this.#now;
  }

  startTimer(name: string, delay: Duration, onExpiry: () => void): Timer {
    const timer: PendingTimer = {
      name,
      due: this.#now + Math.max(0, delay),
      order: this.#order++,
      onExpiry,
      cancelled: false,
    };
    this.#push(timer);
    return {
      cancel: () => {
        timer.cancelled = true;
      },
    };
  }

  /** Lets `duration` pass and fires every timer that falls due on the way, also those started meanwhile. */
  advance(duration: Duration): void {
    const end = this.#now + duration;
    for (let next = this.#next(); next && next.due <= end; next = this.#next()) {
      this.#pop();
      this.#now = Math.max(this.#now, next.due);
      next.onExpiry();
    }
    this.#now = end;
  }

  /** Jumps to the next timer that is due and fires it; false where none is left. */
  advanceToNextTimer(): boolean {
    const next = this.#next();
    if (!next) return false;
    this.#pop();
    this.#now = Math.max(this.#now, next.due);
    next.onExpiry();
    return true;
  }

  /** The names of the timers that have neither fired nor been cancelled; empty when nothing was left over. */
  get pending(): string[] {
    return this.#heap.filter((timer) => !timer.cancelled).map((timer) => timer.name);
  }

  #next(): PendingTimer | undefined {
    while (this.#heap[0]?.cancelled) this.#pop();
    return this.#heap[0];
  }

  #push(timer: PendingTimer): void {
    const heap = this.#heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isEarlier(timer, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isEarlier(heap[child + 1]!, heap[child]!)) child++;
      if (!isEarlier(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function isEarlier(a: PendingTimer, b: PendingTimer): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
