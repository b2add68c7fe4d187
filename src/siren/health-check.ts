import { join } from 'node:path';
import type { Clock, Timer } from '../base/clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import type { Unsubscribe } from '../base/emitter.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { EventBus } from '../events/event-bus.js';
import type { OutputRunner } from '../outputs/output-runner.js';
import { AtomicFile } from '../store/atomic-file.js';
import type { HealthCheckSettings } from './health-check-settings.js';
import { type HealthReport, healthReportSchema, type OutputOutcome } from './health-report.js';
import type { Siren } from './siren.js';

const FILE = 'health-check.json';

/** Half a second for each of the twelve sections of the ring. */
const SHOW_SECONDS = 6;

/** The least time from the start of the device to a silent check that is overdue. */
const SETTLING_MS = 60_000;

const HOUR_MS = 3_600_000;

export interface HealthCheckOptions {
  readonly folder: string;
  readonly siren: Pick<Siren, 'startOwn' | 'stopOwn' | 'hasAlarm'>;
  readonly outputs: Pick<OutputRunner, 'status' | 'test'>;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: HealthCheckSettings;
  /** How else the device does, beside its outputs. Throws nothing. Default: nothing else is asked. */
  readonly more?: () => Promise<readonly OutputOutcome[]>;
}

export interface HealthCheckWish {
  /** Shows and sounds nothing, only asks each output whether it works. */
  readonly silent: boolean;
  /** Who and why, for a person. */
  readonly cause: string;
}

/** A check that is under way. */
interface Running {
  readonly wish: HealthCheckWish;
  readonly startedAt: number;
  readonly tested: Promise<readonly OutputOutcome[]>;
  timer?: Timer;
}

/**
 * Checks the outputs: shows one section of the light after the other and a test tone on all of them, meanwhile asks
 * each whether it works, and keeps the last result. An alarm ends a check at once; a check never begins during one.
 */
export class HealthCheck {
  readonly #options: HealthCheckOptions;
  readonly #log: Log;
  readonly #file: AtomicFile;
  readonly #unsubscribe: Unsubscribe;
  #settings: HealthCheckSettings;
  #running: Running | undefined;
  #last: HealthReport | undefined;
  #next: Timer | undefined;
  #storing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: HealthCheckOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#log = options.log.room('siren');
    this.#file = new AtomicFile(join(options.folder, FILE));
    this.#unsubscribe = options.bus.subscribe(({ event }) => {
      if (event.type === 'activity' && event.change === 'started' && event.purpose === undefined) {
        this.#interrupt(event.cause);
      }
    });
  }

  /** Reads and reports the last result, and plans the next silent check. Throws nothing. */
  async open(): Promise<void> {
    try {
      const text = await this.#file.read();
      if (text !== undefined) this.#last = healthReportSchema.parse(JSON.parse(text));
    } catch (error) {
      this.#log.warn('the last health check cannot be read', { error: messageOf(error) });
    }
    // What failed before a restart is not mended by it, and rules should know.
    if (this.#last && this.#last.outcome !== 'interrupted') this.#report(this.#last);
    this.#plan();
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** The last result, also of a run of the device before this one; none where there was no check yet. */
  get last(): HealthReport | undefined {
    return this.#last;
  }

  apply(settings: HealthCheckSettings): void {
    this.#settings = settings;
    this.#plan();
  }

  /**
   * Begins a check; its result is `last` and an event. Throws CONFLICT while another is under way and, unless it is
   * silent, while there is an alarm.
   */
  start(wish: HealthCheckWish): void {
    const { siren, clock, bus } = this.#options;
    if (this.#running) throw new SipsirenError('CONFLICT', 'A health check is under way already.');
    if (!wish.silent && siren.hasAlarm) {
      throw new SipsirenError(
        'CONFLICT',
        'There is an alarm. Check the device when it is over, or silently.',
      );
    }
    const running: Running = { wish, startedAt: clock.wallTime(), tested: this.#testAll() };
    this.#running = running;
    bus.publish({ type: 'healthCheck', state: 'started', silent: wish.silent, failed: [] });
    if (wish.silent) {
      void running.tested.then((outcomes) => this.#finish(running, outcomes));
      return;
    }
    siren.startOwn('healthCheck', { seconds: SHOW_SECONDS, cause: wish.cause });
    running.timer = clock.startTimer('health check', seconds(SHOW_SECONDS), () => {
      void running.tested.then((outcomes) => this.#finish(running, outcomes));
    });
  }

  /** Ends a check that is under way without a result; resolves when the last result is on the disk. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#next?.cancel();
    this.#running?.timer?.cancel();
    this.#running = undefined;
    await this.#storing;
  }

  /** The outputs are asked at the same time: one that does not answer delays no other. Never rejects. */
  async #testAll(): Promise<readonly OutputOutcome[]> {
    const { outputs, more } = this.#options;
    const others = more?.() ?? [];
    const tested = await Promise.all(
      outputs.status().map(async ({ id, name, kind }) => {
        const error = await outputs.test(id).then(
          () => undefined,
          (reason: unknown) => messageOf(reason),
        );
        return { id, name, kind, ok: error === undefined, ...(error !== undefined && { error }) };
      }),
    );
    return [...tested, ...(await others)];
  }

  #finish(running: Running, tested: readonly OutputOutcome[]): void {
    if (this.#running !== running) return;
    // What was shown may have failed where the mere asking did not.
    const failing = new Map(
      this.#options.outputs
        .status()
        .flatMap((status) => (status.state === 'failing' ? [[status.id, status.error] as const] : [])),
    );
    const outputs = tested.map((outcome) => {
      const error = outcome.error ?? failing.get(outcome.id);
      return error === undefined ? outcome : { ...outcome, ok: false, error };
    });
    this.#end(running, { outcome: outputs.every(({ ok }) => ok) ? 'passed' : 'failed', outputs });
  }

  #interrupt(cause: string): void {
    const running = this.#running;
    if (!running || running.wish.silent) return;
    running.timer?.cancel();
    this.#end(running, { outcome: 'interrupted', outputs: [] });
    this.#options.siren.stopOwn('healthCheck', { cause: `an alarm: ${cause}` });
  }

  #end(running: Running, { outcome, outputs }: Pick<HealthReport, 'outcome' | 'outputs'>): void {
    const { silent, cause } = running.wish;
    this.#running = undefined;
    const endedAt = this.#options.clock.wallTime();
    const report = { startedAt: running.startedAt, endedAt, silent, outcome, outputs, cause };
    this.#last = report;
    for (const { id, error } of outputs) {
      if (error !== undefined) this.#log.error('an output failed the health check', { output: id, error });
    }
    this.#report(report);
    this.#store(report);
    this.#plan();
  }

  #report({ outcome, silent, outputs }: HealthReport): void {
    const failed = outputs.filter(({ ok }) => !ok).map(({ id }) => id);
    this.#options.bus.publish({ type: 'healthCheck', state: outcome, silent, failed });
  }

  #store(report: HealthReport): void {
    this.#storing = this.#file.write(`${JSON.stringify(report, undefined, 2)}\n`).catch((error: unknown) => {
      this.#log.error('the result of the health check could not be stored', { error: messageOf(error) });
    });
  }

  /** The next silent check, so many hours after the last. */
  #plan(): void {
    this.#next?.cancel();
    this.#next = undefined;
    const interval = this.#settings.everyHours * HOUR_MS;
    if (interval === 0 || this.#isClosed) return;
    const now = this.#options.clock.wallTime();
    // A clock that was set back must not put the next check off for years.
    const since = this.#last ? Math.max(0, now - this.#last.endedAt) : 0;
    const wait = Math.max(SETTLING_MS, interval - since);
    this.#next = this.#options.clock.startTimer('silent health check', milliseconds(wait), () => {
      if (this.#running) this.#plan();
      else this.start({ silent: true, cause: `every ${this.#settings.everyHours} h` });
    });
  }
}
