import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SipsirenError, messageOf, systemCodeOf } from '../base/errors.js';
import { syncFolder } from './sync-folder.js';

/** What an `AtomicFile` calls the copy that was replaced by the newest write. */
const LAST_GOOD_SUFFIX = '.last-good';
const TEMPORARY_SUFFIX = '.tmp';

/**
 * A text file that is replaced as a whole or not at all: a reader, and a start after a crash or SIGKILL at any
 * instant, finds a whole old or a whole new text. The copy before the newest is kept as `<name>.last-good`.
 */
export class AtomicFile {
  readonly path: string;
  readonly lastGoodPath: string;
  #tail: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
    this.lastGoodPath = path + LAST_GOOD_SUFFIX;
  }

  /**
   * Makes the folder, readable by its owner only, and removes what an interrupted write left behind. Call it
   * once, before the first write. Throws STORAGE_FAILED.
   */
  async prepare(): Promise<void> {
    const folder = dirname(this.path);
    await this.#storing('making the folder', async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const prefix = `.${basename(this.path)}.`;
      for (const name of await readdir(folder)) {
        if (name.startsWith(prefix) && name.endsWith(TEMPORARY_SUFFIX))
          await rm(join(folder, name), { force: true });
      }
    });
  }

  /** The newest text; undefined where there is none. */
  read(): Promise<string | undefined> {
    return readIfThere(this.path);
  }

  /** The text before the newest; undefined where there is none. */
  readLastGood(): Promise<string | undefined> {
    return readIfThere(this.lastGoodPath);
  }

  /**
   * Replaces the text; resolves when it is on the disk. Writes happen in the order they were asked for, so the
   * last one wins. Throws STORAGE_FAILED, and then the old text still stands.
   */
  write(text: string): Promise<void> {
    const done = this.#tail.then(() => this.#storing('writing', () => this.#replace(text)));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Moves the file out of the way; returns its new name, or nothing where there was no file. */
  async setAside(suffix: string): Promise<readonly string[]> {
    try {
      await rename(this.path, this.path + suffix);
      await syncFolder(dirname(this.path));
      return [this.path + suffix];
    } catch (error) {
      if (isMissing(error)) return [];
      throw this.#failure('setting aside', error);
    }
  }

  /** Gives the file and its last good copy second names that no write touches; returns those that are there. */
  async keepAside(suffix: string): Promise<readonly string[]> {
    const kept: string[] = [];
    for (const path of [this.path, this.lastGoodPath]) {
      try {
        await linkOrCopy(path, path + suffix);
        kept.push(path + suffix);
      } catch (error) {
        if (!isMissing(error)) throw this.#failure('keeping a copy', error);
      }
    }
    await syncFolder(dirname(this.path));
    return kept;
  }

  async #replace(text: string): Promise<void> {
    const fresh = this.#temporaryPath();
    try {
      await writeDurably(fresh, text);
      await this.#keepCurrentAsLastGood();
      await rename(fresh, this.path);
      await syncFolder(dirname(this.path));
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  }

  /** The current file gets a second name, so that at no instant there is none with a whole text. */
  async #keepCurrentAsLastGood(): Promise<void> {
    const second = this.#temporaryPath();
    try {
      await linkOrCopy(this.path, second);
      await rename(second, this.lastGoodPath);
    } catch (error) {
      if (!isMissing(error)) throw error;
    } finally {
      // POSIX rename() leaves both names where they already are the same file.
      await rm(second, { force: true });
    }
  }

  #temporaryPath(): string {
    return join(dirname(this.path), `.${basename(this.path)}.${randomUUID()}${TEMPORARY_SUFFIX}`);
  }

  async #storing(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw this.#failure(what, error);
    }
  }

  #failure(what: string, error: unknown): SipsirenError {
    const message = `${what} failed for ${this.path}: ${messageOf(error)}. Check the free space and the rights of the data folder.`;
    return new SipsirenError('STORAGE_FAILED', message, { cause: error, path: this.path });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Some file systems have no hard links; a copy does as well, since it becomes visible by rename only. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (isMissing(error)) throw error;
    await copyFile(from, to);
    const copy = await open(to, 'r+');
    try {
      await copy.sync();
    } finally {
      await copy.close();
    }
  }
}

function isMissing(error: unknown): boolean {
  return systemCodeOf(error) === 'ENOENT';
}
