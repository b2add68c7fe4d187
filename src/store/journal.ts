import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { messageOf, SipsirenError, systemCodeOf } from '../base/errors.js';
import { syncFolder } from './sync-folder.js';

/** What was read of a journal. */
interface JournalContents {
  readonly entries: readonly string[];
  /** Lines that were damaged and are left out; one that was never finished does not count. */
  readonly damaged: number;
}

interface WaitingEntry {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const TEMPORARY_SUFFIX = '.tmp';
/** What may wait for a slow disk, in UTF-16 code units; beyond it nothing is taken. */
const MOST_WAITING = 16 * 1_024 * 1_024;

/**
 * A file to which entries are added at the end, one line each with its checksum. An entry is on the disk when `append`
 * resolves; those that wait at the same time share one write. After a crash at any instant the file holds every entry
 * that was on the disk, in their order; a last line that was not finished is cut off.
 */
export class Journal {
  readonly path: string;
  #file: FileHandle | undefined;
  /** Bytes of whole entries; where the next one goes. */
  #length = 0;
  #waiting: WaitingEntry[] = [];
  #waitingLength = 0;
  #isScheduled = false;
  #isClosed = false;
  /** The file is worked on by one at a time. */
  #tail: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  /** Size of the file in bytes. */
  get length(): number {
    return this.#length;
  }

  /** Reads every entry, and makes the file where there is none. Call it once, first. Throws STORAGE_FAILED. */
  async open(): Promise<JournalContents> {
    return this.#storing('opening', async () => {
      const folder = dirname(this.path);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await this.#removeLeftovers(folder);
      const { text, entries, damaged } = entriesIn(await contentsOf(this.path));
      this.#file = await open(this.path, 'a', 0o600);
      this.#length = Buffer.byteLength(text, 'latin1');
      await this.#file.truncate(this.#length);
      await this.#file.sync();
      await syncFolder(folder);
      return { entries, damaged };
    });
  }

  /** Resolves when the entry is on the disk. Throws STORAGE_FAILED, and then it is not in the file. */
  append(entry: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed || this.#waitingLength > MOST_WAITING) {
        const why = this.#isClosed ? 'it is closed' : 'the disk is too slow';
        return reject(this.#failure('writing', new Error(why)));
      }
      const line = lineOf(entry);
      this.#waiting.push({ line, resolve, reject });
      this.#waitingLength += line.length;
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      this.#alone(() => this.#writeWaiting());
    });
  }

  /**
   * Puts other entries in place of all, as a whole or not at all. They are asked for when it is their turn and must
   * say everything that was appended by then.
   */
  compact(entries: () => readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#alone(() => this.#replace(entries).then(resolve, reject));
    });
  }

  /** Writes what waits, and lets the file go. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await new Promise<void>((resolve) => {
      this.#alone(async () => {
        await this.#file?.close();
        this.#file = undefined;
        resolve();
      });
    });
  }

  /** Closes and removes the file. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }

  #alone(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(work).catch(() => undefined);
  }

  #takeWaiting(): WaitingEntry[] {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#isScheduled = false;
    return batch;
  }

  async #writeWaiting(): Promise<void> {
    const batch = this.#takeWaiting();
    if (batch.length === 0) return;
    try {
      const bytes = Buffer.from(batch.map(({ line }) => line).join(''));
      await this.#storing('writing', () => this.#write(bytes));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    const file = this.#file;
    if (!file) throw new Error('it is not open');
    try {
      await file.appendFile(bytes);
      await file.datasync();
      this.#length += bytes.length;
    } catch (error) {
      // Half an entry must not stand before the next one.
      await file.truncate(this.#length).catch(() => undefined);
      throw error;
    }
  }

  async #replace(entries: () => readonly string[]): Promise<void> {
    const batch = this.#takeWaiting();
    const fresh = join(dirname(this.path), `.${basename(this.path)}.${randomUUID()}${TEMPORARY_SUFFIX}`);
    try {
      await this.#storing('rewriting', async () => {
        const bytes = Buffer.from(entries().map(lineOf).join(''));
        const file = await open(fresh, 'ax', 0o600);
        try {
          await file.appendFile(bytes);
          await file.sync();
          await rename(fresh, this.path);
          await syncFolder(dirname(this.path));
        } catch (error) {
          await file.close();
          await rm(fresh, { force: true });
          throw error;
        }
        await this.#file?.close();
        this.#file = file;
        this.#length = bytes.length;
      });
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
      throw error;
    }
  }

  async #removeLeftovers(folder: string): Promise<void> {
    const prefix = `.${basename(this.path)}.`;
    for (const name of await readdir(folder)) {
      if (name.startsWith(prefix) && name.endsWith(TEMPORARY_SUFFIX))
        await rm(join(folder, name), { force: true });
    }
  }

  async #storing<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw this.#failure(what, error);
    }
  }

  #failure(what: string, error: unknown): SipsirenError {
    const message = `${what} failed for ${this.path}: ${messageOf(error)}. Check the free space and the rights of the data folder.`;
    return new SipsirenError('STORAGE_FAILED', message, { cause: error, path: this.path });
  }
}

/** `8c736521 {"a":1}` and a line feed; the checksum is that of the UTF-8 bytes. An entry is one line. */
function lineOf(entry: string): string {
  return `${checksumOf(Buffer.from(entry))} ${entry}\n`;
}

function checksumOf(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}

/** What is whole; the text is what stays in the file, a byte for each character. */
function entriesIn(bytes: Buffer): JournalContents & { readonly text: string } {
  const text = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1).toString('latin1');
  const lines = text.split('\n').slice(0, -1);
  const entries = lines.map(entryIn).filter((entry) => entry !== undefined);
  return { text, entries, damaged: lines.length - entries.length };
}

function entryIn(line: string): string | undefined {
  const bytes = Buffer.from(line.slice(9), 'latin1');
  return line[8] === ' ' && line.slice(0, 8) === checksumOf(bytes) ? bytes.toString() : undefined;
}

async function contentsOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
