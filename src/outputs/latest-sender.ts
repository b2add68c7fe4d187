import { isDeepStrictEqual } from 'node:util';
import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import { Emitter, type Unsubscribe } from '../base/emitter.js';
import { messageOf } from '../base/errors.js';
import { backOff } from '../base/back-off.js';

interface LatestSenderOptions<State> {
  /** For the names of timers. */
  readonly id: string;
  readonly clock: Clock;
  /** Milliseconds between the beginnings of two requests, at least. */
  readonly spacing: number;
  /** Brings the output from what it was told last, if anything, to what it should be. */
  readonly send: (state: State, before: State | undefined) => Promise<void>;
  /** Milliseconds after which a state is said again, since the output may have been restarted; undefined is never. */
  readonly repeatAfter: (state: State) => number | undefined;
}

/**
 * Keeps something that takes requests in the newest state that was asked for: one request at a time, states that
 * are outdated before their turn are left out, and the last one is repeated until it is taken.
 */
export class LatestSender<State> {
  readonly #options: LatestSenderOptions<State>;
  readonly #faults = new Emitter<string | undefined>();
  readonly #taken = new Emitter<undefined>();
  #wanted: { readonly state: State } | undefined;
  #told: { readonly state: State } | undefined;
  #lastAt: number | undefined;
  #failures = 0;
  #fault: string | undefined;
  #isBusy = false;
  #isClosed = false;
  #timer: Timer | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: LatestSenderOptions<State>) {
    this.#options = options;
  }

  get fault(): string | undefined {
    return this.#fault;
  }

  /** Tells after each try what is wrong; undefined is nothing any more. */
  onFault(listener: (fault: string | undefined) => void): Unsubscribe {
    return this.#faults.subscribe(listener);
  }

  /** Tells when it is in the state that was wanted last, also where it was already. */
  onTaken(listener: () => void): Unsubscribe {
    return this.#taken.subscribe(listener);
  }

  want(state: State): void {
    this.#wanted = { state };
    // An alarm waits for no back-off, only for the pace that the output can take.
    this.#schedule(0);
  }

  /** Tries to bring it to its last state, once and without delay. Rejects where that fails. */
  async close(state: State): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#work;
    const before = this.#told?.state;
    const isSettled = before !== undefined && isDeepStrictEqual(before, state);
    if (!isSettled || this.#fault !== undefined) await this.#options.send(state, before);
  }

  #schedule(atLeast: number): void {
    if (this.#isBusy || this.#isClosed) return;
    this.#timer?.cancel();
    const { clock, spacing } = this.#options;
    const [wanted, told] = [this.#wanted, this.#told];
    if (!wanted) return;
    if (told && this.#fault === undefined && isDeepStrictEqual(told.state, wanted.state)) {
      this.#taken.emit(undefined);
      const pause = this.#options.repeatAfter(wanted.state);
      if (pause !== undefined) this.#sendAfter(pause, wanted.state);
      return;
    }
    const rest = this.#lastAt === undefined ? 0 : this.#lastAt + spacing - clock.now();
    const delay = Math.max(rest, atLeast);
    if (delay <= 0) this.#work = this.#send(wanted.state);
    else this.#sendAfter(delay, wanted.state);
  }

  #sendAfter(delay: number, state: State): void {
    const { id, clock } = this.#options;
    this.#timer = clock.startTimer(`output ${id} request`, milliseconds(delay), () => {
      this.#work = this.#send(state);
    });
  }

  async #send(state: State): Promise<void> {
    this.#isBusy = true;
    this.#lastAt = this.#options.clock.now();
    let delay = 0;
    try {
      await this.#options.send(state, this.#told?.state);
      this.#told = { state };
      this.#failures = 0;
      this.#setFault(undefined);
    } catch (error) {
      delay = backOff(this.#failures++);
      this.#setFault(messageOf(error));
    }
    this.#isBusy = false;
    this.#schedule(delay);
  }

  #setFault(fault: string | undefined): void {
    this.#fault = fault;
    if (!this.#isClosed) this.#faults.emit(fault);
  }
}
