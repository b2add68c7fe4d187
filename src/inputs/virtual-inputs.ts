import type { Clock, Timer } from '../base/clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import { SipsirenError } from '../base/errors.js';
import type { EventBus } from '../events/event-bus.js';
import { BY_HAND, HeldSwitch } from './held-switch.js';
import { type SequenceStep, StateSequence } from './state-sequence.js';
import { INPUT_LIMITS } from './limits.js';
import type { InputMemory, RememberedInput } from './input-memory.js';
import type { VirtualInputSettings } from './virtual-input-settings.js';

interface VirtualInputsOptions {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly settings: readonly VirtualInputSettings[];
  readonly memory: InputMemory;
}

/** How a virtual input is. */
export interface VirtualInputStatus {
  readonly port: number;
  readonly name: string;
  readonly active: boolean;
  /** When it goes back by itself, in milliseconds of the Unix epoch. */
  readonly until?: number;
}

interface VirtualInput extends HeldSwitch {
  timer?: Timer | undefined;
  sequence?: StateSequence | undefined;
  /** When it goes back, on the clock. */
  due?: number | undefined;
}

/** The virtual inputs 1 to 64, which clients activate and deactivate (VAPIX, virtual input API). */
export class VirtualInputs {
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #memory: InputMemory;
  readonly #inputs: readonly VirtualInput[] = Array.from(
    { length: INPUT_LIMITS.virtualInputs },
    () => new HeldSwitch(),
  );
  #names: ReadonlyMap<number, string> = new Map();

  constructor({ bus, clock, settings, memory }: VirtualInputsOptions) {
    this.#bus = bus;
    this.#clock = clock;
    this.#memory = memory;
    this.apply(settings);
  }

  /** Brings back what was active before a restart, for the time that is left, and reports every input that is. */
  start(): void {
    for (const { port, leftMs } of this.#memory.past) this.#hold(port, BY_HAND, leftMs);
    this.#memory.follow(() => this.#remembered());
  }

  apply(settings: readonly VirtualInputSettings[]): void {
    this.#names = new Map(settings.map(({ port, name }) => [port, name]));
  }

  list(): readonly VirtualInputStatus[] {
    return this.#inputs.map((_input, index) => this.status(index + 1));
  }

  /** Throws NOT_FOUND. */
  status(port: number): VirtualInputStatus {
    const input = this.#input(port);
    const until =
      input.isOn && input.due !== undefined
        ? Math.round(this.#clock.wallTime() + input.due - this.#clock.now())
        : undefined;
    return {
      port,
      name: this.#names.get(port) ?? '',
      active: input.isOn,
      ...(until !== undefined && { until }),
    };
  }

  /**
   * Activates an input. With seconds it goes back by itself after that time, also where it was active before; with 0
   * at once. Without, it stays. Answers whether that changed its state. Throws NOT_FOUND.
   */
  activate(port: number, options: { readonly seconds?: number | undefined } = {}): boolean {
    const leftMs = options.seconds === undefined ? undefined : seconds(options.seconds);
    this.#input(port).sequence?.close();
    return this.#hold(port, BY_HAND, leftMs);
  }

  /** Deactivates an input, whoever holds it. Answers whether that changed its state. Throws NOT_FOUND. */
  deactivate(port: number): boolean {
    const input = this.#input(port);
    input.sequence?.close();
    this.#forgetTime(input);
    return this.#changed(port, input.turnOff());
  }

  /** Activates and deactivates an input in turn; what is asked of it meanwhile ends that. Throws NOT_FOUND. */
  play(port: number, steps: readonly SequenceStep[]): void {
    const input = this.#input(port);
    input.sequence?.close();
    this.#forgetTime(input);
    input.sequence = new StateSequence({
      name: `virtual input ${port}`,
      clock: this.#clock,
      steps,
      onState: (isActive) => {
        this.#changed(port, isActive ? input.hold(BY_HAND) : input.letGo(BY_HAND));
      },
    });
  }

  /** Keeps an input active for an owner, such as a rule that is active. Throws NOT_FOUND. */
  hold(port: number, owner: string): void {
    this.#changed(port, this.#input(port).hold(owner));
  }

  /** The owner lets go; the input goes back unless somebody else holds it. */
  release(port: number, owner: string): void {
    const input = this.#input(port);
    if (!input.letGo(owner)) return;
    this.#forgetTime(input);
    this.#changed(port, true);
  }

  /** Resolves when what is active is on the disk. Idempotent. */
  async close(): Promise<void> {
    await this.#memory.close();
    for (const input of this.#inputs) {
      input.sequence?.close();
      input.timer?.cancel();
    }
  }

  #hold(port: number, holder: string, leftMs: number | undefined): boolean {
    const input = this.#input(port);
    const isNew = input.hold(holder);
    this.#forgetTime(input);
    if (leftMs !== undefined) {
      input.due = this.#clock.now() + leftMs;
      if (leftMs > 0) {
        input.timer = this.#clock.startTimer(`virtual input ${port}`, milliseconds(leftMs), () => {
          this.#end(port);
        });
      }
    }
    this.#changed(port, isNew);
    if (leftMs === 0) this.#end(port);
    return isNew;
  }

  /** Its time is over; a rule that holds it keeps it active. */
  #end(port: number): void {
    const input = this.#input(port);
    this.#forgetTime(input);
    const hasEnded = input.letGo(BY_HAND);
    this.#changed(port, hasEnded);
  }

  #forgetTime(input: VirtualInput): void {
    input.timer?.cancel();
    input.timer = undefined;
    input.due = undefined;
  }

  #changed(port: number, hasChanged: boolean): boolean {
    this.#memory.changed();
    if (!hasChanged) return false;
    const { name, active, until } = this.status(port);
    this.#bus.publish({
      type: 'input.virtual',
      input: port,
      name,
      active,
      ...(until !== undefined && { until }),
    });
    return true;
  }

  /** What a rule holds is not remembered: it holds it again, or not. */
  #remembered(): readonly RememberedInput[] {
    const now = this.#clock.now();
    return this.#inputs.flatMap((input, index) =>
      input.isHeldByHand
        ? [{ port: index + 1, ...(input.due !== undefined && { leftMs: Math.round(input.due - now) }) }]
        : [],
    );
  }

  #input(port: number): VirtualInput {
    const input = this.#inputs[port - 1];
    if (input) return input;
    throw new SipsirenError('NOT_FOUND', `There is no virtual input ${port}.`, {
      path: 'port',
      accepted: `1 to ${INPUT_LIMITS.virtualInputs}`,
    });
  }
}
