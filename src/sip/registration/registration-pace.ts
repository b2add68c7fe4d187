import type { Clock, Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';

/** @public */
export interface RegistrationPaceOptions {
  /** How many REGISTERs may be under way to one server at a time. Default 20. */
  readonly atOnce?: number | undefined;
  /** How long one waits after the one before it, on average, in milliseconds. Default 5. */
  readonly spacing?: number | undefined;
}

/** A REGISTER that is under way, or waits until it may be. */
export interface PacedRequest {
  /** It is answered or given up. Idempotent. */
  leave(): void;
}

/** What is known of one server. */
interface Lane {
  readonly waiting: Set<Turn>;
  underWay: number;
  /** Runs for the time that the next one must keep from the last one. */
  pause: Timer | undefined;
}

interface Turn {
  readonly start: () => void;
  state: 'waiting' | 'under way' | 'left';
}

/**
 * Keeps a crowd of accounts from registering at once: to each server only so many REGISTERs are under way at
 * a time, and each keeps a random distance from the one before. A server that answers quickly is asked quickly,
 * one that comes back after an outage is not run over, and a dead one holds nobody up who is with another.
 */
export class RegistrationPace {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #atOnce: number;
  readonly #spacing: number;
  readonly #lanes = new Map<string, Lane>();

  constructor(clock: Clock, options: RegistrationPaceOptions & { readonly random?: () => number } = {}) {
    this.#clock = clock;
    this.#random = options.random ?? Math.random;
    this.#atOnce = options.atOnce ?? 20;
    this.#spacing = options.spacing ?? 5;
  }

  /** Calls `start` when a REGISTER may go to this server: at once where nobody else is there, in order otherwise. */
  enter(server: string, start: () => void): PacedRequest {
    const lane = this.#laneOf(server);
    const turn: Turn = { start, state: 'waiting' };
    lane.waiting.add(turn);
    this.#advance(server, lane);
    return { leave: () => this.#leave(server, lane, turn) };
  }

  #laneOf(server: string): Lane {
    const known = this.#lanes.get(server);
    if (known) return known;
    const lane: Lane = { waiting: new Set(), underWay: 0, pause: undefined };
    this.#lanes.set(server, lane);
    return lane;
  }

  #advance(server: string, lane: Lane): void {
    if (lane.pause || lane.underWay >= this.#atOnce) return;
    for (const turn of lane.waiting) {
      lane.waiting.delete(turn);
      lane.underWay += 1;
      turn.state = 'under way';
      const pause = milliseconds(this.#spacing * (0.5 + this.#random()));
      lane.pause = this.#clock.startTimer('registration pace', pause, () => {
        lane.pause = undefined;
        this.#advance(server, lane);
        this.#forgetIfEmpty(server, lane);
      });
      turn.start();
      return;
    }
  }

  #leave(server: string, lane: Lane, turn: Turn): void {
    if (turn.state === 'left') return;
    if (turn.state === 'under way') lane.underWay -= 1;
    else lane.waiting.delete(turn);
    turn.state = 'left';
    this.#advance(server, lane);
    this.#forgetIfEmpty(server, lane);
  }

  /** With nothing under way there is nobody left to keep a distance from that would matter. */
  #forgetIfEmpty(server: string, lane: Lane): void {
    if (lane.underWay > 0 || lane.waiting.size > 0) return;
    lane.pause?.cancel();
    lane.pause = undefined;
    if (this.#lanes.get(server) === lane) this.#lanes.delete(server);
  }
}
