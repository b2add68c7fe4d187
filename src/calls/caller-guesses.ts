import type { Clock } from '../base/clock.js';
import { minutes, seconds } from '../base/duration.js';
import { blockKey, comparableAddress } from './access-list-address.js';

/** Wrong passwords that an address may send before it is no longer listened to. */
const MOST_WRONG = 5;
/** The same for the addresses of one IPv6 network together: whoever has one of them has all. */
const MOST_WRONG_OF_NETWORK = 50;
const NETWORK_BITS = 64;
/** One wrong password is forgiven in such a time. */
const FORGIVEN_AFTER = seconds(20);
/** How long an address that used up its guesses is refused, whatever it sends. */
const BLOCKED_FOR = minutes(1);
/** Addresses that are remembered; a guesser with more of them pushes out the oldest. */
const MOST_ADDRESSES = 10_000;
/** Addresses that are remembered to have known a password. */
const MOST_KNOWN = 1_000;

interface Guesser {
  /** Wrong passwords that are not forgiven yet, by the time of `since`. */
  wrong: number;
  since: number;
  blockedUntil: number;
}

/**
 * Counts the wrong passwords of each source address, and blocks for a minute one that has used up its five. That
 * leaves a guesser some hundred guesses an hour, and the right password of anybody else unharmed: an IPv6 network
 * is blocked as a whole where many of its addresses guess, but not for those that have known a password before.
 */
export class CallerGuesses {
  readonly #addresses: Counts;
  readonly #networks: Counts;
  readonly #known = new Set<string>();

  constructor(clock: Clock) {
    this.#addresses = new Counts(clock, MOST_WRONG);
    this.#networks = new Counts(clock, MOST_WRONG_OF_NETWORK);
  }

  isBlocked(address: string): boolean {
    if (this.#addresses.isBlocked(address)) return true;
    const network = networkOf(address);
    return network !== undefined && !this.#known.has(address) && this.#networks.isBlocked(network);
  }

  /** A password was wrong. Gives whether its source is blocked from now on. */
  note(address: string): boolean {
    const network = networkOf(address);
    if (network !== undefined) this.#networks.note(network);
    this.#addresses.note(address);
    return this.isBlocked(address);
  }

  /** A password was right. */
  noteRight(address: string): void {
    this.#known.delete(address);
    this.#known.add(address);
    if (this.#known.size > MOST_KNOWN) forgetOldest(this.#known);
  }
}

/** The counts of one kind of source. */
class Counts {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #guessers = new Map<string, Guesser>();

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  isBlocked(source: string): boolean {
    const guesser = this.#guessers.get(source);
    return guesser !== undefined && guesser.blockedUntil > this.#clock.now();
  }

  note(source: string): void {
    const now = this.#clock.now();
    const guesser = this.#guessers.get(source) ?? { wrong: 0, since: now, blockedUntil: 0 };
    const forgiven = Math.floor((now - guesser.since) / FORGIVEN_AFTER);
    guesser.wrong = Math.max(0, guesser.wrong - forgiven) + 1;
    guesser.since = now;
    if (guesser.wrong >= this.#most) {
      guesser.wrong = 0;
      guesser.blockedUntil = now + BLOCKED_FOR;
    }
    // Newest last, which is the order of a Map.
    this.#guessers.delete(source);
    this.#guessers.set(source, guesser);
    if (this.#guessers.size > MOST_ADDRESSES) forgetOldest(this.#guessers);
  }
}

/** The network of an IPv6 address (RFC 4291 section 2.5.4); an IPv4 address stands for itself. */
function networkOf(address: string): string | undefined {
  const comparable = comparableAddress(address);
  return comparable?.family === 6 ? String(blockKey(comparable, NETWORK_BITS)) : undefined;
}

function forgetOldest(sources: Map<string, unknown> | Set<string>): void {
  const [oldest] = sources.keys();
  if (oldest !== undefined) sources.delete(oldest);
}
