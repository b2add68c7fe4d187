import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import type { Unsubscribe } from '../base/emitter.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { EventBus } from '../events/event-bus.js';
import { AtomicFile } from '../store/atomic-file.js';
import { readNewest } from '../store/read-newest.js';
import { SpacedWriter } from '../store/spaced-writer.js';
import type { Activity } from './activity.js';
import { OWN_ACTIVITIES } from './own-activities.js';
import { purposeOf } from './purpose.js';
import { readState, type StoredActivity, writeState } from './remembered-state.js';
import type { RememberedActivity } from './remembered-activity.js';
import type { Siren } from './siren.js';

const FILE = 'activities.json';

const UNREADABLE = 'activities of before the restart cannot be read';

export interface SirenMemoryOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Has the next start begin in maintenance mode, whatever else the folder holds. Throws STORAGE_FAILED. */
export async function rememberMaintenance(
  { folder, clock }: Pick<SirenMemoryOptions, 'folder' | 'clock'>,
  cause: string,
): Promise<void> {
  const file = new AtomicFile(join(folder, FILE));
  await file.prepare();
  const { priority } = OWN_ACTIVITIES.maintenance;
  const now = clock.wallTime();
  const common = { priority, content: {}, startedAt: now, cause, owners: ['maintenance'] };
  const functions = ['light', 'siren'] as const;
  await file.write(
    writeState(
      functions.map((one) => ({ function: one, ...common })),
      now,
    ),
  );
}

/** What is to be remembered. */
export interface MemorySources {
  readonly siren: Siren;
  readonly bus: EventBus;
  /** Whether what this owner holds is to come back, since something other than the owner ends it. */
  comesBack(owner: string): boolean;
}

/**
 * Keeps the activities in a file, so that they outlive a crash: a change is written at once, many of them together
 * once a second; no alarm waits for the disk, and one that cannot be written sounds all the same.
 */
export class SirenMemory {
  /** Whether there is a file of an earlier run, readable or not. */
  readonly hasPast: boolean;
  readonly #past: readonly RememberedActivity[];
  /** When the file was read; clock time. */
  readonly #readAt: number;
  readonly #clock: Clock;
  readonly #writer: SpacedWriter;
  #sources: MemorySources | undefined;
  #unsubscribe: Unsubscribe | undefined;

  /** Reads the file; one that is damaged is reported and the copy before it taken. Throws nothing. */
  static async open(options: SirenMemoryOptions): Promise<SirenMemory> {
    const file = new AtomicFile(join(options.folder, FILE));
    const log = options.log.room('siren');
    const readAt = options.clock.now();
    try {
      const wallTime = options.clock.wallTime();
      const { content, isThere, isDamaged } = await readNewest(file, (text) => readState(text, wallTime));
      if (isDamaged || (content && content.lost > 0)) {
        log.error(UNREADABLE, { file: file.path, lost: content?.lost ?? 'all' });
      }
      return new SirenMemory(file, {
        ...options,
        log,
        readAt,
        past: content?.activities ?? [],
        hasPast: isThere,
      });
    } catch (error) {
      log.error(UNREADABLE, { error: messageOf(error) });
      return new SirenMemory(file, { ...options, log, readAt, past: [], hasPast: true });
    }
  }

  private constructor(
    file: AtomicFile,
    options: SirenMemoryOptions & {
      readonly readAt: number;
      readonly past: readonly RememberedActivity[];
      readonly hasPast: boolean;
    },
  ) {
    const { clock, log } = options;
    this.#clock = clock;
    this.#writer = new SpacedWriter({
      clock,
      name: 'activities file',
      // By the clock that only grows: the other one differs by parts of a millisecond each time.
      content: () => JSON.stringify(this.#stored(0)),
      write: () => file.write(writeState(this.#stored(clock.wallTime() - clock.now()), clock.wallTime())),
      onFailure: (error) => {
        log.error('the activities could not be stored; a restart would forget them', {
          error: messageOf(error),
        });
      },
      written: options.hasPast ? undefined : '[]',
    });
    this.#past = options.past;
    this.#readAt = options.readAt;
    this.hasPast = options.hasPast;
  }

  /** What was there when the device ended, as old as it is now: a start takes its time. */
  get past(): readonly RememberedActivity[] {
    const since = this.#clock.now() - this.#readAt;
    return this.#past.map((activity) => ({ ...activity, ageMs: activity.ageMs + since }));
  }

  /** Follows the activities from now on. */
  follow(sources: MemorySources): void {
    this.#sources = sources;
    this.#unsubscribe = sources.bus.subscribe(({ event }) => {
      if (event.type === 'activity') this.#writer.changed();
    });
    this.#writer.changed();
  }

  /** Follows no longer; resolves when the last change is on the disk or has failed. Idempotent. */
  async close(): Promise<void> {
    if (!this.#unsubscribe) return;
    this.#unsubscribe();
    this.#unsubscribe = undefined;
    await this.#writer.close();
  }

  /** With their starts counted from `epoch`. */
  #stored(epoch: number): readonly StoredActivity[] {
    const { siren } = this.#sources ?? {};
    if (!siren) return [];
    const { light, siren: sirens } = siren.activities;
    return [...this.#storedOf('light', light, epoch), ...this.#storedOf('siren', sirens, epoch)];
  }

  #storedOf(
    of: StoredActivity['function'],
    activities: readonly Activity[],
    epoch: number,
  ): StoredActivity[] {
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
