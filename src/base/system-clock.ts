import type { Clock, Timer } from './clock.js';
import type { Duration } from './duration.js';

/** The longest delay that setTimeout takes; a longer one would fire at once. */
const LONGEST_DELAY = 2_147_483_647;

/** The machine's own clock. */
export class SystemClock implements Clock {
  now(): number {
    return performance.now();
  }

  wallTime(): number {
    return Date.now();
  }

  startTimer(_name: string, delay: Duration, onExpiry: () => void): Timer {
    return new SystemTimer(delay, onExpiry);
  }
}

class SystemTimer implements Timer {
  #handle: NodeJS.Timeout;

  constructor(delay: number, onExpiry: () => void) {
    this.#handle = delay <= LONGEST_DELAY ? setTimeout(onExpiry, delay) : this.#startInSteps(delay, onExpiry);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  #startInSteps(remaining: number, onExpiry: () => void): NodeJS.Timeout {
    if (remaining <= LONGEST_DELAY) return setTimeout(onExpiry, remaining);
    return setTimeout(() => {
      this.#handle = this.#startInSteps(remaining - LONGEST_DELAY, onExpiry);
    }, LONGEST_DELAY);
  }
}
