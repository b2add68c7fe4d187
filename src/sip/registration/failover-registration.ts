import type { Clock, Timer } from '../../base/clock.js';
import type { Duration } from '../../base/duration.js';
import { Emitter, type Unsubscribe } from '../../base/emitter.js';
import {
  nextFailover,
  type FailoverEffect,
  type FailoverInput,
  type FailoverState,
  type ServerCondition,
} from './failover-machine.js';
import type { Registration } from './registration.js';
import type { RegistrationStatus } from './registration-status.js';

/** What a registration with two servers is made of. */
export interface FailoverRegistrationOptions {
  readonly clock: Clock;
  /** Gives up after some attempts (`attempts`), for only then the secondary takes over. */
  readonly primary: Registration;
  readonly secondary: Registration;
  /** How often the primary is asked while the secondary serves. */
  readonly failback: Duration;
}

/** Keeps an address registered with one of two servers: with the first one whenever it answers. */
export class FailoverRegistration {
  readonly #options: FailoverRegistrationOptions;
  readonly #changes = new Emitter<undefined>();
  #state: FailoverState = { serving: 'primary' };
  #timer: Timer | undefined;
  /** The farewell of the secondary, while it is under way. */
  #farewell: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: FailoverRegistrationOptions) {
    this.#options = options;
    options.primary.onStatus((status) => {
      if (!this.#isStopped) this.#take({ type: 'primary', condition: conditionOf(status) });
      this.#changes.emit(undefined);
    });
    options.secondary.onStatus(() => this.#changes.emit(undefined));
  }

  /** Which server requests of this address go through now. */
  get serving(): 'primary' | 'secondary' {
    return this.#state.serving;
  }

  /** Calls `listener` whenever one of the servers or the choice between them has changed. */
  onChange(listener: () => void): Unsubscribe {
    return this.#changes.subscribe(listener);
  }

  start(): void {
    this.#options.primary.start();
  }

  /** Asks both servers now, the secondary one where it serves. */
  refreshNow(): void {
    this.#options.primary.refreshNow();
    if (this.#state.serving === 'secondary') this.#options.secondary.refreshNow();
  }

  /** Unregisters wherever a binding may be; see `Registration.stop`. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#take({ type: 'stop' });
    await Promise.all([this.#options.primary.stop(), this.#farewell]);
  }

  #take(input: FailoverInput): void {
    const { state, effects } = nextFailover(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform({ type }: FailoverEffect): void {
    const { clock, primary, secondary, failback } = this.#options;
    switch (type) {
      case 'start secondary':
        this.#startSecondary();
        return;
      case 'stop secondary':
        this.#stopSecondary();
        return;
      case 'probe primary':
        primary.probe();
        return;
      case 'probe secondary':
        secondary.probe();
        return;
      case 'start timer':
        this.#timer?.cancel();
        this.#timer = clock.startTimer('registration failback', failback, () => {
          this.#take({ type: 'timer failback', secondary: conditionOf(secondary.status) });
        });
        return;
      case 'stop timer':
        this.#timer?.cancel();
        this.#timer = undefined;
        return;
    }
  }

  /** What was said farewell to a moment ago is greeted when that is over. */
  #startSecondary(): void {
    const { secondary } = this.#options;
    if (!this.#farewell) {
      secondary.start();
      return;
    }
    void this.#farewell.then(() => {
      if (!this.#isStopped && this.#state.serving === 'secondary') secondary.start();
    });
  }

  #stopSecondary(): void {
    const farewell = this.#options.secondary.stop().then(() => {
      if (this.#farewell === farewell) this.#farewell = undefined;
    });
    this.#farewell = farewell;
  }
}

function conditionOf(status: RegistrationStatus): ServerCondition {
  if (status.gaveUpAfter !== undefined) return 'failed';
  switch (status.state) {
    case 'registered':
      return status.reason === undefined ? 'well' : 'ailing';
    case 'refused':
    case 'untrusted':
      return 'failed';
    case 'unreachable':
      return 'ailing';
    default:
      return 'open';
  }
}
