import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../base/clock.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Intent } from '../rules/intent.js';
import type { LastingMemory } from '../rules/lasting-memory.js';
import { AtomicFile } from '../store/atomic-file.js';
import { readNewest } from '../store/read-newest.js';
import { SpacedWriter } from '../store/spaced-writer.js';
import { isIntentKind } from './intent-performer.js';

const FILE = 'lasting-actions.json';

const storedSchema = z.object({
  format: z.literal(1),
  held: z.array(
    z.object({
      owner: z.string(),
      undo: z.looseObject({
        kind: z.string().refine(isIntentKind),
        cause: z.looseObject({ rule: z.string(), name: z.string(), text: z.string(), at: z.number() }),
      }),
    }),
  ),
});

export interface LastingFileOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The memory of lasting actions as a file in the data folder. */
export class LastingFile implements LastingMemory {
  readonly past: ReadonlyMap<string, Intent>;
  readonly #writer: SpacedWriter;
  #held: ReadonlyMap<string, Intent>;

  /** Reads the file; one that cannot be read is reported and the copy before it taken. Throws nothing. */
  static async open(options: LastingFileOptions): Promise<LastingFile> {
    const file = new AtomicFile(join(options.folder, FILE));
    try {
      const { content, isDamaged } = await readNewest(file, heldIn);
      if (isDamaged) complain(options.log, 'it is damaged');
      return new LastingFile(file, content ?? new Map<string, Intent>(), options);
    } catch (error) {
      complain(options.log, messageOf(error));
      return new LastingFile(file, new Map(), options);
    }
  }

  private constructor(
    file: AtomicFile,
    past: ReadonlyMap<string, Intent>,
    { clock, log }: LastingFileOptions,
  ) {
    this.past = past;
    this.#held = past;
    this.#writer = new SpacedWriter({
      clock,
      name: 'lasting actions file',
      content: () => textOf(this.#held),
      write: () => file.write(textOf(this.#held)),
      written: textOf(past),
      onFailure: (error) => {
        log.error('what rules hold could not be stored; a crash would leave it on', {
          error: messageOf(error),
        });
      },
    });
  }

  remember(held: ReadonlyMap<string, Intent>): void {
    this.#held = held;
    this.#writer.changed();
  }

  /** Resolves when the last change is on the disk or has failed. Idempotent. */
  close(): Promise<void> {
    return this.#writer.close();
  }
}

function textOf(held: ReadonlyMap<string, Intent>): string {
  const list = [...held].map(([owner, undo]) => ({ owner, undo }));
  return `${JSON.stringify({ format: 1, held: list }, undefined, 2)}\n`;
}

/** Undefined where the text is none of ours. */
function heldIn(text: string): ReadonlyMap<string, Intent> | undefined {
  try {
    const { held } = storedSchema.parse(JSON.parse(text));
    // It was written from intents, and of their kinds there are all.
    return new Map(held.map(({ owner, undo }) => [owner, undo as unknown as Intent]));
  } catch (_damaged) {
    return undefined;
  }
}

function complain(log: Log, error: string): void {
  log
    .room('rules')
    .error('what rules held before the restart cannot be read; look whether anything is still on', {
      file: FILE,
      error,
    });
}
