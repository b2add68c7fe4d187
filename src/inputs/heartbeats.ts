import type { Clock, Timer } from '../base/clock.js';
import { type Duration, milliseconds, seconds } from '../base/duration.js';
import { SipsirenError } from '../base/errors.js';
import type { HeartbeatEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import { CLIENT_HEARTBEAT, type HeartbeatSettings } from './heartbeat-settings.js';

interface HeartbeatsOptions {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly heartbeats: readonly HeartbeatSettings[];
}

/** How a heartbeat is. Times in milliseconds of the Unix epoch. */
export interface HeartbeatStatus {
  readonly state: HeartbeatEvent['state'];
  readonly lastBeat?: number;
  /** When it will be lost, unless it beats. */
  readonly lostAt?: number;
}

interface Heartbeat {
  readonly settings: Pick<HeartbeatSettings, 'id' | 'name'>;
  every: Duration;
  state: HeartbeatEvent['state'];
  lastBeat: number | undefined;
  /** When it is lost, on the clock. */
  due: number | undefined;
  timer: Timer | undefined;
}

/** Dead-man switches: who does not call in again in time is lost, until the next beat. */
export class Heartbeats {
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #heartbeats = new Map<string, Heartbeat>();
  #settings: readonly HeartbeatSettings[];
  #hasStarted = false;

  constructor({ bus, clock, heartbeats }: HeartbeatsOptions) {
    this.#bus = bus;
    this.#clock = clock;
    this.#settings = heartbeats;
  }

  /** Begins to wait for those that count from the start of the device. */
  start(): void {
    this.#hasStarted = true;
    this.apply(this.#settings);
  }

  /** Takes other heartbeats over. One whose time was changed counts anew; one that is deleted is lost no longer. */
  apply(settings: readonly HeartbeatSettings[]): void {
    this.#settings = settings;
    if (!this.#hasStarted) return;
    for (const [id, heartbeat] of this.#heartbeats) {
      if (id === CLIENT_HEARTBEAT || settings.some((one) => one.id === id)) continue;
      this.#heartbeats.delete(id);
      this.#wait(heartbeat);
    }
    for (const one of settings) this.#take(one);
  }

  /** Undefined where there is no such heartbeat. */
  status(id: string): HeartbeatStatus | undefined {
    const heartbeat = this.#heartbeats.get(id);
    if (!heartbeat) return undefined;
    const { state, lastBeat, due } = heartbeat;
    const lostAt =
      due === undefined ? undefined : Math.round(this.#clock.wallTime() + due - this.#clock.now());
    return { state, ...(lastBeat !== undefined && { lastBeat }), ...(lostAt !== undefined && { lostAt }) };
  }

  /** It is alive. Throws NOT_FOUND. */
  beat(id: string): HeartbeatStatus {
    const heartbeat = this.#heartbeats.get(id);
    if (!heartbeat || id === CLIENT_HEARTBEAT) {
      throw new SipsirenError('NOT_FOUND', `There is no heartbeat with the id "${id}".`);
    }
    this.#beat(heartbeat);
    return this.status(id) ?? { state: heartbeat.state };
  }

  /** The heartbeat of VAPIX clients beats, and must do so again within this time; 0 ends the watch. */
  beatOfClient(within: Duration): void {
    const heartbeat =
      this.#heartbeats.get(CLIENT_HEARTBEAT) ??
      this.#add({ id: CLIENT_HEARTBEAT, name: 'VAPIX client' }, within);
    heartbeat.every = within;
    if (within > 0) this.#beat(heartbeat);
    else this.#wait(heartbeat);
  }

  /** Idempotent. */
  close(): void {
    for (const { timer } of this.#heartbeats.values()) timer?.cancel();
    this.#heartbeats.clear();
    this.#hasStarted = false;
  }

  #take(settings: HeartbeatSettings): void {
    const every = seconds(settings.everySeconds);
    const before = this.#heartbeats.get(settings.id);
    const heartbeat = this.#add(settings, every, before);
    if (before?.every === every) return;
    if (settings.countsFrom === 'start' || before?.state === 'alive') this.#startCounting(heartbeat);
  }

  #add(settings: Heartbeat['settings'], every: Duration, before?: Heartbeat): Heartbeat {
    const { state = 'waiting', lastBeat, due, timer } = before ?? {};
    // The timer looks the heartbeat up, so that it finds the one that is in place then.
    const heartbeat: Heartbeat = { settings, every, state, lastBeat, due, timer };
    this.#heartbeats.set(settings.id, heartbeat);
    if (!before) this.#report(heartbeat);
    return heartbeat;
  }

  #beat(heartbeat: Heartbeat): void {
    heartbeat.lastBeat = this.#clock.wallTime();
    this.#startCounting(heartbeat);
    this.#enter(heartbeat, 'alive');
  }

  #startCounting(heartbeat: Heartbeat): void {
    const { every, settings } = heartbeat;
    heartbeat.timer?.cancel();
    heartbeat.due = this.#clock.now() + every;
    heartbeat.timer = this.#clock.startTimer(`heartbeat ${settings.id}`, milliseconds(every), () => {
      const current = this.#heartbeats.get(settings.id);
      if (!current) return;
      current.due = undefined;
      this.#enter(current, 'lost');
    });
  }

  #wait(heartbeat: Heartbeat): void {
    heartbeat.timer?.cancel();
    heartbeat.due = undefined;
    this.#enter(heartbeat, 'waiting');
  }

  #enter(heartbeat: Heartbeat, state: HeartbeatEvent['state']): void {
    if (heartbeat.state === state) return;
    heartbeat.state = state;
    this.#report(heartbeat);
  }

  #report({ settings: { id, name }, state, lastBeat }: Heartbeat): void {
    this.#bus.publish({
      type: 'heartbeat',
      heartbeat: id,
      name,
      state,
      ...(lastBeat !== undefined && { lastBeat }),
    });
  }
}
