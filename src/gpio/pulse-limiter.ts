import type { Clock, Timer } from '../base/clock.js';
import { milliseconds, type Duration } from '../base/duration.js';

interface PulseLimiterOptions {
  /** For the name of the timer. */
  readonly id: string;
  readonly clock: Clock;
  /** How long a level stays at least. */
  readonly minimum: Duration;
  readonly onLevel: (isOn: boolean) => void;
}

/** Slows changes down to what a relay survives. A flash that is too short is made longer, never left out. */
export class PulseLimiter {
  readonly #options: PulseLimiterOptions;
  #level = false;
  #wanted = false;
  /** It was wanted on while it had to stay off. */
  #wasWantedOn = false;
  #changedAt: number | undefined;
  #timer: Timer | undefined;

  constructor(options: PulseLimiterOptions) {
    this.#options = options;
  }

  set(isOn: boolean): void {
    this.#wanted = isOn;
    this.#wasWantedOn ||= isOn;
    this.#follow();
  }

  /** Forgets what was to come. */
  close(): void {
    this.#timer?.cancel();
  }

  #follow(): void {
    this.#timer?.cancel();
    const next = this.#wanted || (!this.#level && this.#wasWantedOn);
    if (next === this.#level) return;
    const { id, clock, minimum, onLevel } = this.#options;
    const rest = this.#changedAt === undefined ? 0 : this.#changedAt + minimum - clock.now();
    if (rest > 0) {
      this.#timer = clock.startTimer(`output ${id} pulse`, milliseconds(rest), () => {
        this.#follow();
      });
      return;
    }
    this.#level = next;
    this.#wasWantedOn = false;
    this.#changedAt = clock.now();
    onLevel(next);
    this.#follow();
  }
}
