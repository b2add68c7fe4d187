import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import { GpioLine } from '../gpio/gpio-line.js';
import { PulseLimiter } from '../gpio/pulse-limiter.js';
import { BY_HAND, HeldSwitch } from './held-switch.js';
import type { IoLineOptions, IoPortState } from './io-line.js';
import { type SequenceStep, StateSequence } from './state-sequence.js';

/** Who holds an output for a pulse. */
const BY_PULSE = 'pulse';

/** How an output is pulsed. */
export interface OutputPulses {
  /** How long it is active, and how long it is not in between. */
  readonly milliseconds: number;
  readonly times: number;
}

/** A port that is set. Nobody holds it after a start and after the end: then it is as it is normally. */
export class DigitalOutput {
  readonly #clock: Clock;
  readonly #id: string;
  readonly #switch = new HeldSwitch();
  readonly #line: GpioLine;
  readonly #limiter: PulseLimiter;
  readonly #onState: (state: IoPortState) => void;
  #fault: string | undefined;
  #timer: Timer | undefined;
  #sequence: StateSequence | undefined;

  constructor({
    port,
    clock,
    onState,
    holders = [],
  }: IoLineOptions & { readonly holders?: readonly string[] }) {
    const { id, chip, line, activeLow, normalState, minimumPulseMilliseconds } = port;
    this.#id = id;
    this.#clock = clock;
    this.#onState = onState;
    this.#line = new GpioLine({
      id: `port ${id}`,
      clock,
      // Off is how the circuit is normally, so that whatever lets go of the line leaves it so.
      settings: { chip, line, activeLow: activeLow !== (normalState === 'closed') },
      onFault: (fault) => {
        this.#fault = fault;
        this.#report();
      },
    });
    this.#limiter = new PulseLimiter({
      id: `port ${id}`,
      clock,
      minimum: milliseconds(minimumPulseMilliseconds),
      onLevel: (isOn) => {
        this.#line.set(isOn);
      },
    });
    for (const holder of holders) this.#switch.hold(holder);
    this.#line.keep();
    this.#follow();
  }

  /** Who keeps it active; a pulse is over with the line. */
  get holders(): readonly string[] {
    return this.#switch.holders.filter((holder) => holder !== BY_PULSE);
  }

  /** With seconds it goes back by itself after that time. Answers whether that changed its state. */
  activate(seconds?: number): boolean {
    this.#timer?.cancel();
    const isNew = this.#switch.hold(BY_HAND);
    if (seconds !== undefined) {
      this.#timer = this.#clock.startTimer(`port ${this.#id}`, milliseconds(1_000 * seconds), () => {
        this.#letGo(BY_HAND);
      });
    }
    this.#follow();
    return isNew;
  }

  /** Whoever holds it. Answers whether that changed its state. */
  deactivate(): boolean {
    this.#timer?.cancel();
    this.#sequence?.close();
    const hasChanged = this.#switch.turnOff();
    this.#follow();
    return hasChanged;
  }

  /** Active so many times; what pulsed it before ends. */
  pulse({ milliseconds: length, times }: OutputPulses): void {
    const steps = Array.from({ length: 2 * times }, (_none, index) => ({
      active: index % 2 === 0,
      milliseconds: length,
    }));
    this.#play(BY_PULSE, steps);
  }

  /** Active and inactive in turn; the last state stays. What pulsed it before ends. */
  play(steps: readonly SequenceStep[]): void {
    this.#timer?.cancel();
    this.#play(BY_HAND, steps);
  }

  hold(owner: string): void {
    this.#switch.hold(owner);
    this.#follow();
  }

  release(owner: string): void {
    this.#letGo(owner);
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#sequence?.close();
    this.#limiter.close();
    await this.#line.close();
  }

  #letGo(holder: string): void {
    this.#switch.letGo(holder);
    this.#follow();
  }

  #follow(): void {
    this.#limiter.set(this.#switch.isOn);
    this.#report();
  }

  #report(): void {
    const state = this.#switch.isOn ? 'active' : 'inactive';
    this.#onState(this.#fault === undefined ? { state } : { state: 'unknown', error: this.#fault });
  }

  #play(holder: string, steps: readonly SequenceStep[]): void {
    this.#sequence?.close();
    this.#switch.letGo(BY_PULSE);
    this.#sequence = new StateSequence({
      name: `port ${this.#id}`,
      clock: this.#clock,
      steps,
      onState: (isActive) => {
        if (isActive) this.#switch.hold(holder);
        else this.#switch.letGo(holder);
        this.#follow();
      },
    });
  }
}
