import { join } from 'node:path';
import type { Clock, Timer } from '../base/clock.js';
import { type Duration, seconds } from '../base/duration.js';
import type { Unsubscribe } from '../base/emitter.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { EventBus } from '../events/event-bus.js';
import { AtomicFile } from '../store/atomic-file.js';
import type { Activity } from './activity.js';
import { purposeOf } from './purpose.js';
import { readState, type StoredActivity, writeState } from './remembered-state.js';
import type { RememberedActivity } from './remembered-activity.js';
import type { Siren } from './siren.js';

const FILE = 'activities.json';

const UNREADABLE = 'activities of before the restart cannot be read';

/** The least time between the ends and beginnings of writes, so that changes by the thousand wear no flash memory out. */
const SPACING = seconds(1);

/** After a write that failed. */
const RETRY_DELAY = seconds(10);

export interface SirenMemoryOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is to be remembered. */
export interface MemorySources {
  readonly siren: Siren;
  readonly bus: EventBus;
  /** Whether what this owner holds is to come back, since something other than the owner ends it. */
  comesBack(owner: string): boolean;
}

/**
 * Keeps the activities in a file, so that they outlive a crash. The first change is written at once, what follows
 * within a second together; no alarm waits for the disk, and one that cannot be written sounds all the same.
 */
export class SirenMemory {
  /** Whether there is a file of an earlier run, readable or not. */
  readonly hasPast: boolean;
  /** What was there when the device ended. */
  readonly past: readonly RememberedActivity[];
  readonly #file: AtomicFile;
  readonly #clock: Clock;
  readonly #log: Log;
  #sources: MemorySources | undefined;
  #unsubscribe: Unsubscribe | undefined;
  #written: string | undefined;
  #writing: Promise<void> | undefined;
  #pause: Timer | undefined;

  /** Reads the file; one that is damaged is reported and the copy before it taken. Throws nothing. */
  static async open(options: SirenMemoryOptions): Promise<SirenMemory> {
    const file = new AtomicFile(join(options.folder, FILE));
    const log = options.log.room('siren');
    try {
      await file.prepare();
      const texts = [await file.read(), await file.readLastGood()];
      const wallTime = options.clock.wallTime();
      const states = texts.map((text) => (text === undefined ? undefined : readState(text, wallTime)));
      const state = states[0] ?? states[1];
      if ((texts[0] !== undefined && !states[0]) || (state && state.lost > 0)) {
        log.error(UNREADABLE, { file: file.path, lost: state?.lost ?? 'all' });
      }
      const past = state?.activities ?? [];
      return new SirenMemory(file, {
        ...options,
        log,
        past,
        hasPast: texts.some((text) => text !== undefined),
      });
    } catch (error) {
      log.error(UNREADABLE, { error: messageOf(error) });
      return new SirenMemory(file, { ...options, log, past: [], hasPast: true });
    }
  }

  private constructor(
    file: AtomicFile,
    options: SirenMemoryOptions & { readonly past: readonly RememberedActivity[]; readonly hasPast: boolean },
  ) {
    this.#file = file;
    this.#clock = options.clock;
    this.#log = options.log;
    this.past = options.past;
    this.hasPast = options.hasPast;
    if (!options.hasPast) this.#written = '[]';
  }

  /** Follows the activities from now on. */
  follow(sources: MemorySources): void {
    this.#sources = sources;
    this.#unsubscribe = sources.bus.subscribe(({ event }) => {
      if (event.type === 'activity') this.#save();
    });
    this.#save();
  }

  /** Follows no longer; resolves when the last change is on the disk or has failed. Idempotent. */
  async close(): Promise<void> {
    if (!this.#unsubscribe) return;
    this.#unsubscribe();
    this.#unsubscribe = undefined;
    this.#pause?.cancel();
    await this.#writing;
    await this.#write();
  }

  #save(): void {
    if (this.#writing !== undefined || this.#pause !== undefined) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    // What else changes in this turn, light and siren of one profile, goes into the same write.
    await Promise.resolve();
    const activities = this.#stored();
    const text = JSON.stringify(activities);
    if (text === this.#written) return;
    try {
      await this.#file.write(writeState(activities, this.#clock.wallTime()));
      this.#written = text;
      this.#lookAgainAfter(SPACING);
    } catch (error) {
      this.#log.error('the activities could not be stored; a restart would forget them', {
        error: messageOf(error),
      });
      this.#lookAgainAfter(RETRY_DELAY);
    }
  }

  #lookAgainAfter(delay: Duration): void {
    if (!this.#unsubscribe) return;
    this.#pause = this.#clock.startTimer('activities file', delay, () => {
      this.#pause = undefined;
      this.#save();
    });
  }

  #stored(): readonly StoredActivity[] {
    const { siren } = this.#sources ?? {};
    if (!siren) return [];
    const { light, siren: sirens } = siren.activities;
    return [...this.#storedOf('light', light), ...this.#storedOf('siren', sirens)];
  }

  #storedOf(of: StoredActivity['function'], activities: readonly Activity[]): StoredActivity[] {
    const epoch = this.#clock.wallTime() - this.#clock.now();
    return activities.flatMap(({ profile, priority, content, startedAt, endsAt, cause, owners }) => {
      const purpose = purposeOf(priority);
      const lasting =
        purpose === undefined
          ? owners.filter((owner) => this.#sources?.comesBack(owner))
          : owners.filter(() => purpose === 'maintenance');
      if (lasting.length === 0) return [];
      return [
        {
          function: of,
          ...(profile !== undefined && { profile }),
          priority,
          content,
          startedAt: Math.round(epoch + startedAt),
          ...(endsAt !== undefined && { lasts: Math.round(endsAt - startedAt) }),
          cause,
          owners: lasting,
        },
      ];
    });
  }
}
