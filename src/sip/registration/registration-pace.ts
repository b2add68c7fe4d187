import type { Clock, Timer } from '../../base/clock.js';
import { milliseconds, seconds } from '../../base/duration.js';

/** @public */
export interface RegistrationPaceOptions {
  /** How many REGISTERs may wait for the first answer of one server at a time. Default 40. */
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
  state: 'waiting' | 'under way' | 'slow' | 'left';
  /** Runs while it is under way. */
  patience: Timer | undefined;
}

/**
 * One that is not answered for so long stands in nobody's way any more: at a dead server every account must find
 * out soon that it is dead, and go to another.
 */
const PATIENCE = seconds(2);

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
    this.#atOnce = options.atOnce ?? 40;
    this.#spacing = options.spacing ?? 5;
  }

  /** Calls `start` when a REGISTER may go to this server: at once where nobody else is there, in order otherwise. */
  enter(server: string, start: () => void): PacedRequest {
    const lane = this.#laneOf(server);
    const turn: Turn = { start, state: 'waiting', patience: undefined };
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
      turn.patience = this.#clock.startTimer('registration patience', PATIENCE, () => {
        turn.state = 'slow';
        this.#release(server, lane);
      });
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
    const { state } = turn;
    turn.state = 'left';
    turn.patience?.cancel();
    if (state === 'under way') this.#release(server, lane);
    if (state !== 'waiting') return;
    lane.waiting.delete(turn);
    this.#forgetIfEmpty(server, lane);
  }

  #release(server: string, lane: Lane): void {
    lane.underWay -= 1;
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
