import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SipsirenError, systemCodeOf } from '../base/errors.js';
import { syncFolder } from './sync-folder.js';

const TEMPORARY_SUFFIX = '.tmp';

/** A file of a folder. */
export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
  /** When it was last replaced, milliseconds since the Unix epoch. */
  readonly changedAt: number;
}

/**
 * A folder of files that are each replaced as a whole or not at all. It is made with its first file. Names come from
 * the caller, who must let nothing through that leads out of the folder.
 */
export class FileFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Every file that ends so, by name. Throws STORAGE_FAILED. */
  async list(suffix: string): Promise<StoredFile[]> {
    return this.#storing('reading the folder', async () => {
      const names = await this.#namesThere();
      const files = names.filter((name) => name.endsWith(suffix)).toSorted();
      return Promise.all(
        files.map(async (name) => {
          const { size, mtimeMs } = await stat(join(this.path, name));
          return { name, bytes: size, changedAt: Math.round(mtimeMs) };
        }),
      );
    });
  }

  /** The whole file; undefined where there is none. Throws STORAGE_FAILED. */
  async read(name: string): Promise<Buffer | undefined> {
    return this.#storing('reading', async () => {
      try {
        return await readFile(join(this.path, name));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  /** Replaces a file; resolves when it is on the disk. Throws STORAGE_FAILED, and then the old one still stands. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#storing('writing', async () => {
      await mkdir(this.path, { recursive: true, mode: 0o700 });
      await this.#removeLeftovers();
      const fresh = join(this.path, `.${randomUUID()}${TEMPORARY_SUFFIX}`);
      try {
        await writeDurably(fresh, bytes);
        await rename(fresh, join(this.path, name));
        await syncFolder(this.path);
      } catch (error) {
        await rm(fresh, { force: true });
        throw error;
      }
    });
  }

  /** Whether there was such a file to remove. Throws STORAGE_FAILED. */
  async remove(name: string): Promise<boolean> {
    return this.#storing('removing', async () => {
      try {
        await rm(join(this.path, name));
        await syncFolder(this.path);
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    });
  }

  /** What an interrupted write left behind; writes happen one at a time. */
  async #removeLeftovers(): Promise<void> {
    for (const name of await this.#namesThere()) {
      if (name.endsWith(TEMPORARY_SUFFIX)) await rm(join(this.path, name), { force: true });
    }
  }

  async #namesThere(): Promise<string[]> {
    try {
      return await readdir(this.path);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async #storing<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const message = `${what} failed in ${this.path}: ${messageOf(error)}. Check the free space and the rights of the data folder.`;
      throw new SipsirenError('STORAGE_FAILED', message, { cause: error, path: this.path });
    }
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function isMissing(error: unknown): boolean {
  return systemCodeOf(error) === 'ENOENT';
}
