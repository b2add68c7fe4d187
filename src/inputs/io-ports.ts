import type { Clock } from '../base/clock.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { EventBus } from '../events/event-bus.js';
import { DigitalInput } from './digital-input.js';
import { DigitalOutput, type OutputPulses } from './digital-output.js';
import type { IoPortState } from './io-line.js';
import type { SequenceStep } from './state-sequence.js';
import type { IoPort } from './io-port-settings.js';

interface IoPortsOptions {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly ports: readonly IoPort[];
}

interface RunningPort {
  readonly port: IoPort;
  readonly line: DigitalInput | DigitalOutput;
  state: IoPortState;
}

/** The I/O ports: inputs are watched and reported, outputs are set. docs/inputs.md. */
export class IoPorts {
  readonly #options: IoPortsOptions;
  readonly #log: Log;
  readonly #running = new Map<string, RunningPort>();
  /** Lines that are let go of, which the next that has the same one waits for. */
  #closing: Promise<unknown> = Promise.resolve();
  #ports: readonly IoPort[];
  /** Who kept an output active that was changed: the one in its place is active too. */
  readonly #holders = new Map<string, readonly string[]>();
  #isRunning = false;

  constructor(options: IoPortsOptions) {
    this.#options = options;
    this.#log = options.log.room('inputs');
    this.#ports = options.ports;
  }

  start(): void {
    this.#isRunning = true;
    this.apply(this.#ports);
  }

  /** Takes other ports over; those that stay as they are go on undisturbed. */
  apply(ports: readonly IoPort[]): void {
    this.#ports = ports;
    if (!this.#isRunning) return;
    const stays = (one: IoPort): boolean =>
      ports.some((port) => JSON.stringify(port) === JSON.stringify(one));
    const going = [...this.#running.values()].filter(({ port }) => !stays(port));
    for (const one of going) {
      this.#running.delete(one.port.id);
      if (one.line instanceof DigitalOutput) this.#holders.set(one.port.id, one.line.holders);
      // Whoever waits for the port learns that it is not there any more.
      if (one.state.state !== 'unknown')
        this.#publish(one.port, { state: 'unknown', error: 'it was changed' });
    }
    const gone = Promise.all(going.map(({ line }) => line.close()));
    this.#closing = Promise.all([this.#closing, gone]).then(
      () => this.#open(),
      (error: unknown) => {
        this.#log.error('a port could not be let go of', { error: messageOf(error) });
      },
    );
  }

  /** How it is; unknown where it is not running yet. */
  status(id: string): IoPortState {
    return this.#running.get(id)?.state ?? { state: 'unknown', error: 'it is not watched yet' };
  }

  /** Throws NOT_FOUND, and CONFLICT where it is no output. With seconds it goes back by itself after that time. */
  activate(id: string, seconds?: number): boolean {
    return this.#output(id).activate(seconds);
  }

  /** Throws NOT_FOUND, and CONFLICT where it is no output. */
  deactivate(id: string): boolean {
    return this.#output(id).deactivate();
  }

  /** Throws NOT_FOUND, and CONFLICT where it is no output. */
  pulse(id: string, pulses: OutputPulses): void {
    this.#output(id).pulse(pulses);
  }

  /** Active and inactive in turn. Throws NOT_FOUND, and CONFLICT where it is no output. */
  play(id: string, steps: readonly SequenceStep[]): void {
    this.#output(id).play(steps);
  }

  /** Keeps an output active for an owner. Throws NOT_FOUND, and CONFLICT where it is no output. */
  hold(id: string, owner: string): void {
    this.#output(id).hold(owner);
  }

  /** The owner lets go. Nothing happens where the port is not there any more. */
  release(id: string, owner: string): void {
    const line = this.#running.get(id)?.line;
    if (line instanceof DigitalOutput) line.release(owner);
  }

  /** Leaves every output as it is normally. Idempotent. */
  async close(): Promise<void> {
    this.#isRunning = false;
    await this.#closing;
    const running = [...this.#running.values()];
    this.#running.clear();
    await Promise.all(running.map(({ line }) => line.close()));
  }

  #open(): void {
    if (!this.#isRunning) return;
    for (const port of this.#ports) {
      if (!this.#running.has(port.id)) this.#run(port);
    }
    this.#holders.clear();
  }

  #run(port: IoPort): void {
    const { clock } = this.#options;
    let first: IoPortState = { state: 'unknown' };
    const onState = (state: IoPortState): void => {
      const running = this.#running.get(port.id);
      if (running?.port !== port) first = state;
      else this.#enter(running, state);
    };
    const options = { port, clock, onState };
    const line =
      port.direction === 'input'
        ? new DigitalInput(options)
        : new DigitalOutput({ ...options, holders: this.#holders.get(port.id) ?? [] });
    this.#running.set(port.id, { port, line, state: first });
    this.#publish(port, first);
  }

  #enter(running: RunningPort, state: IoPortState): void {
    const before = running.state;
    running.state = state;
    if (before.state === state.state && before.error === state.error) return;
    if (state.error !== undefined && before.error !== state.error) {
      const { id, name, chip, line } = running.port;
      this.#log.error('an I/O port cannot be reached', { port: id, name, chip, line, error: state.error });
    }
    this.#publish(running.port, state);
  }

  #publish({ id, name, direction }: IoPort, { state, error }: IoPortState): void {
    this.#options.bus.publish({
      type: 'input.digital',
      port: Number(id),
      name,
      direction,
      state,
      ...(error !== undefined && { error }),
    });
  }

  #output(id: string): DigitalOutput {
    const line = this.#running.get(id)?.line;
    if (line instanceof DigitalOutput) return line;
    if (line === undefined)
      throw new SipsirenError('NOT_FOUND', `There is no I/O port ${id}.`, { path: 'port' });
    throw new SipsirenError('CONFLICT', `The I/O port ${id} is an input; only an output can be set.`, {
      path: 'direction',
    });
  }
}
