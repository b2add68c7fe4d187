import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';

interface DebouncerOptions {
  /** For the name of the timer. */
  readonly id: string;
  readonly clock: Clock;
  /** How long a level must last before it counts, in milliseconds. */
  readonly lasts: number;
  readonly onLevel: (isOn: boolean) => void;
}

/** Lets a contact that bounces come to rest. The first level counts at once. */
export class Debouncer {
  readonly #options: DebouncerOptions;
  #level: boolean | undefined;
  #timer: Timer | undefined;

  constructor(options: DebouncerOptions) {
    this.#options = options;
  }

  see(isOn: boolean): void {
    const { id, clock, lasts } = this.#options;
    if (isOn === this.#level) {
      this.#timer?.cancel();
      this.#timer = undefined;
      return;
    }
    if (this.#level === undefined || lasts === 0) {
      this.#accept(isOn);
      return;
    }
    this.#timer ??= clock.startTimer(`input ${id} bounces`, milliseconds(lasts), () => {
      this.#accept(isOn);
    });
  }

  /** What comes next counts at once. */
  forget(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#level = undefined;
  }

  #accept(isOn: boolean): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#level = isOn;
    this.#options.onLevel(isOn);
  }
}
