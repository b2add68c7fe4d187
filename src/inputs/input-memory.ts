import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../base/clock.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { AtomicFile } from '../store/atomic-file.js';
import { readNewest } from '../store/read-newest.js';
import { SpacedWriter } from '../store/spaced-writer.js';
import { INPUT_LIMITS } from './limits.js';

const FILE = 'virtual-inputs.json';

/** An input that is active, and how long yet; until somebody deactivates it where that is left out. */
export interface RememberedInput {
  readonly port: number;
  readonly leftMs?: number;
}

const storedSchema = z.object({
  format: z.literal(1),
  /** Milliseconds since the Unix epoch. */
  savedAt: z.number(),
  active: z.array(
    z.object({
      port: z.int().min(1).max(INPUT_LIMITS.virtualInputs),
      /** When it goes back, in milliseconds since the Unix epoch. */
      until: z.number().optional(),
    }),
  ),
});

export interface InputMemoryOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps in a file which virtual inputs are active, so that they outlive a restart with the time that is left. */
export class InputMemory {
  /** What was active when the device ended, and still is. */
  readonly past: readonly RememberedInput[];
  readonly #clock: Clock;
  readonly #writer: SpacedWriter;
  #content: () => readonly RememberedInput[] = () => [];

  /** Reads the file; one that is damaged is reported and the copy before it taken. Throws nothing. */
  static async open(options: InputMemoryOptions): Promise<InputMemory> {
    const file = new AtomicFile(join(options.folder, FILE));
    const complain = (error: string): void => {
      options.log.error('which virtual inputs were active before the restart cannot be read', { error });
    };
    try {
      const { content, isDamaged } = await readNewest(file, (text) =>
        readPast(text, options.clock.wallTime()),
      );
      if (isDamaged) complain('the file is damaged');
      return new InputMemory(file, content ?? [], options);
    } catch (error) {
      complain(messageOf(error));
      return new InputMemory(file, [], options);
    }
  }

  private constructor(
    file: AtomicFile,
    past: readonly RememberedInput[],
    { clock, log }: InputMemoryOptions,
  ) {
    this.past = past;
    this.#clock = clock;
    this.#writer = new SpacedWriter({
      clock,
      name: 'virtual inputs file',
      content: () => JSON.stringify(this.#stored()),
      write: () => file.write(this.#text()),
      written: past.length === 0 ? '[]' : undefined,
      onFailure: (error) => {
        log.error('the virtual inputs could not be stored; a restart would forget them', {
          error: messageOf(error),
        });
      },
    });
  }

  /** Keeps what this gives from now on. */
  follow(content: () => readonly RememberedInput[]): void {
    this.#content = content;
    this.#writer.changed();
  }

  changed(): void {
    this.#writer.changed();
  }

  /** Resolves when the last change is on the disk or has failed. Idempotent. */
  close(): Promise<void> {
    return this.#writer.close();
  }

  /** The instant at which it ends stays the same while time passes, to the second. */
  #stored(): { port: number; until?: number }[] {
    const now = this.#clock.wallTime();
    return this.#content().map(({ port, leftMs }) => ({
      port,
      ...(leftMs !== undefined && { until: Math.round((now + leftMs) / 1_000) * 1_000 }),
    }));
  }

  #text(): string {
    const stored = { format: 1, savedAt: this.#clock.wallTime(), active: this.#stored() };
    return `${JSON.stringify(stored, undefined, 2)}\n`;
  }
}

/** Undefined where the text is none of ours. */
function readPast(text: string, wallTime: number): readonly RememberedInput[] | undefined {
  try {
    const { active, savedAt } = storedSchema.parse(JSON.parse(text));
    // A clock that was set back knows nothing of the time that passed.
    const now = Math.max(wallTime, savedAt);
    return active.flatMap(({ port, until }) =>
      until === undefined ? [{ port }] : until > now ? [{ port, leftMs: until - now }] : [],
    );
  } catch (_damaged) {
    return undefined;
  }
}
