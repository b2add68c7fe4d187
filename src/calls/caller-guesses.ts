import type { Clock } from '../base/clock.js';
import { minutes, seconds } from '../base/duration.js';

/** Wrong passwords that an address may send before it is no longer listened to. */
const MOST_WRONG = 5;
/** One wrong password is forgiven in such a time. */
const FORGIVEN_AFTER = seconds(20);
/** How long an address that used up its guesses is refused, whatever it sends. */
const BLOCKED_FOR = minutes(1);
/** Addresses that are remembered; a guesser with more of them pushes out the oldest. */
const MOST_ADDRESSES = 10_000;

interface Guesser {
  /** Wrong passwords that are not forgiven yet, by the time of `since`. */
  wrong: number;
  since: number;
  blockedUntil: number;
}

/**
 * Counts the wrong passwords of each source address, and blocks for a minute one that has used up its five. That
 * leaves a guesser some hundred guesses an hour, and the right password of anybody else unharmed.
 */
export class CallerGuesses {
  readonly #clock: Clock;
  readonly #guessers = new Map<string, Guesser>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isBlocked(address: string): boolean {
    const guesser = this.#guessers.get(address);
    return guesser !== undefined && guesser.blockedUntil > this.#clock.now();
  }

  /** A password was wrong. Gives whether its source is blocked from now on. */
  note(address: string): boolean {
    const now = this.#clock.now();
    const guesser = this.#guessers.get(address) ?? { wrong: 0, since: now, blockedUntil: 0 };
    const forgiven = Math.floor((now - guesser.since) / FORGIVEN_AFTER);
    guesser.wrong = Math.max(0, guesser.wrong - forgiven) + 1;
    guesser.since = now;
    const isBlocked = guesser.wrong >= MOST_WRONG;
    if (isBlocked) {
      guesser.wrong = 0;
      guesser.blockedUntil = now + BLOCKED_FOR;
    }
    this.#remember(address, guesser);
    return isBlocked;
  }

  /** Newest last, which is the order of a Map. */
  #remember(address: string, guesser: Guesser): void {
    this.#guessers.delete(address);
    this.#guessers.set(address, guesser);
    if (this.#guessers.size <= MOST_ADDRESSES) return;
    const [oldest] = this.#guessers.keys();
    if (oldest !== undefined) this.#guessers.delete(oldest);
  }
}
