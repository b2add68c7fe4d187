import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import type { Log } from '../base/log.js';
import type { EventBus } from '../events/event-bus.js';
import type { HolidayList } from './holidays.js';
import { type Occurrence, Plan } from './plan.js';
import type { Schedule } from './schedule.js';

/** Somebody may set the clock: so often it is looked at, at least. */
const LONGEST_SLEEP_MS = 60_000;
/** A clock that runs by itself and one that is kept right by NTP drift apart by less than this in that time. */
const JUMP_MS = 1_000;

/** What is planned, and where the device hangs. */
export interface PlannedSettings {
  readonly schedules: readonly Schedule[];
  readonly holidays: readonly HolidayList[];
  /** The device's own, by its IANA name. */
  readonly timeZone: string;
}

interface SchedulesOptions extends PlannedSettings {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
}

/** How a schedule does now. All times in milliseconds of the Unix epoch. */
export interface ScheduleStatus {
  readonly active: boolean;
  /** When it begins or ends next; of a pulse, when it comes. */
  readonly nextChange?: number;
}

interface Running {
  readonly plan: Plan;
  active: boolean;
  next: number | undefined;
}

/** Keeps the schedules: reports when one begins or ends and when a pulse comes. docs/schedules.md. */
export class Schedules {
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #running = new Map<string, Running>();
  #settings: PlannedSettings;
  #timer: Timer | undefined;
  #hasStarted = false;
  /** Wall time less clock time; it changes when somebody sets the clock. */
  #epoch = 0;

  constructor({ bus, clock, log, ...settings }: SchedulesOptions) {
    this.#bus = bus;
    this.#clock = clock;
    this.#log = log.room('schedules');
    this.#settings = settings;
  }

  /** Reports how every schedule is now, and follows them from now on. */
  start(): void {
    this.#hasStarted = true;
    this.apply(this.#settings);
  }

  /** Takes other settings over. What was deleted while it was active ends. */
  apply(settings: PlannedSettings): void {
    this.#settings = settings;
    if (!this.#hasStarted) return;
    this.#epoch = this.#clock.wallTime() - this.#clock.now();
    const ids = new Set(settings.schedules.map(({ id }) => id));
    for (const [id, { plan, active }] of this.#running) {
      if (ids.has(id)) continue;
      this.#running.delete(id);
      if (active) this.#report(plan.schedule, false);
    }
    const { timeZone, holidays } = settings;
    for (const schedule of settings.schedules) this.#plan(new Plan({ schedule, timeZone, holidays }));
    this.#sleep();
  }

  /** Undefined where there is no such schedule. */
  status(id: string): ScheduleStatus | undefined {
    const one = this.#running.get(id);
    return one && { active: one.active, ...(one.next !== undefined && { nextChange: one.next }) };
  }

  /** The next times that it comes, for one that need not be saved. */
  occurrences(schedule: Schedule, most: number): { readonly timeZone: string; readonly next: Occurrence[] } {
    const { timeZone, holidays } = this.#settings;
    const plan = new Plan({ schedule, timeZone, holidays });
    return {
      timeZone: plan.wallClock.timeZone,
      next: [...plan.occurrences(this.#clock.wallTime(), most)],
    };
  }

  /** Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#hasStarted = false;
  }

  #plan(plan: Plan): void {
    const { id, kind } = plan.schedule;
    const before = this.#running.get(id);
    const state = plan.stateAt(this.#clock.wallTime());
    this.#running.set(id, { plan, ...state });
    if (kind === 'interval' && before?.active !== state.active) this.#report(plan.schedule, state.active);
    else if (kind === 'pulse' && before?.active) this.#report(plan.schedule, false);
  }

  #tick(): void {
    const wallTime = this.#clock.wallTime();
    const epoch = wallTime - this.#clock.now();
    const hasJumped = Math.abs(epoch - this.#epoch) > JUMP_MS;
    this.#epoch = epoch;
    if (hasJumped) this.#log.warn('the clock was set; every schedule is looked at anew');
    for (const one of this.#running.values()) {
      const isDue = one.next !== undefined && one.next <= wallTime;
      if (!isDue && !hasJumped) continue;
      this.#advance(one, wallTime, isDue && !hasJumped);
    }
    this.#sleep();
  }

  /** Pulses that a clock skipped when it was set do not come afterwards. */
  #advance(one: Running, wallTime: number, isPulseDue: boolean): void {
    const { schedule } = one.plan;
    const state = one.plan.stateAt(wallTime);
    one.next = state.next;
    if (schedule.kind === 'pulse') {
      if (isPulseDue) this.#bus.publish({ type: 'pulse', schedule: schedule.id, name: schedule.name });
      return;
    }
    if (state.active === one.active) return;
    one.active = state.active;
    this.#report(schedule, state.active);
  }

  #report({ id, name }: Schedule, active: boolean): void {
    this.#bus.publish({ type: 'schedule', schedule: id, name, active });
  }

  #sleep(): void {
    this.#timer?.cancel();
    if (!this.#hasStarted || this.#running.size === 0) return;
    const wallTime = this.#clock.wallTime();
    const due = Math.min(...[...this.#running.values()].map(({ next }) => next ?? Infinity));
    const delay = Math.max(1, Math.min(LONGEST_SLEEP_MS, due - wallTime));
    this.#timer = this.#clock.startTimer('schedules', milliseconds(delay), () => this.#tick());
  }
}
