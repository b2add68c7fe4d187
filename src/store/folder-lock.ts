import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SipsirenError, systemCodeOf } from '../base/errors.js';
import { startOfProcess } from './process-identity.js';

const NAME = 'running.json';

const holderSchema = z.object({ pid: z.int().positive(), started: z.string(), token: z.string() });

type Holder = z.infer<typeof holderSchema>;

/**
 * Keeps a second process from a data folder: two devices on one would overwrite each other's configuration. It is a
 * file that names the process; one of a process that runs no longer, after a crash, counts for nothing. Several
 * devices of one process are its own affair.
 */
export class FolderLock {
  readonly #folder: string;
  readonly #own: Holder | undefined;

  private constructor(folder: string, own: Holder | undefined) {
    this.#folder = folder;
    this.#own = own;
  }

  /**
   * Throws FOLDER_IN_USE, and what keeps the file from being written. Where the system does not tell when a process
   * started nothing is locked: a siren that wrongly does not start is worse than two.
   */
  static async take(folder: string): Promise<FolderLock> {
    const started = await startOfProcess(process.pid);
    if (started === undefined) return new FolderLock(folder, undefined);
    const own = { pid: process.pid, started, token: randomUUID() };
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const fresh = join(folder, `.${own.token}.tmp`);
    await writeFile(fresh, `${JSON.stringify(own)}\n`, { mode: 0o600 });
    try {
      while (!(await linked(fresh, join(folder, NAME)))) await clear(folder);
    } finally {
      await rm(fresh, { force: true });
    }
    return new FolderLock(folder, own);
  }

  /** Throws FOLDER_IN_USE where another process runs on the folder. */
  static async refuseInUse(folder: string): Promise<void> {
    const holder = await holderOf(join(folder, NAME));
    if (holder && (await isOther(holder))) throw inUse(folder, holder.pid);
  }

  /** Idempotent. Leaves the file of another device of this process. */
  async release(): Promise<void> {
    const path = join(this.#folder, NAME);
    if (this.#own && (await holderOf(path))?.token === this.#own.token) await rm(path, { force: true });
  }
}

/** Removes a file that counts for nothing; throws FOLDER_IN_USE where it does. */
async function clear(folder: string): Promise<void> {
  await FolderLock.refuseInUse(folder);
  // By another name first: somebody else may find the same and put a file of its own there meanwhile.
  const path = join(folder, NAME);
  const aside = join(folder, `.${randomUUID()}.tmp`);
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return;
    throw error;
  }
  const holder = await holderOf(aside);
  const isNew = holder && (await isOther(holder));
  if (isNew) await linked(aside, path);
  await rm(aside, { force: true });
  if (isNew) throw inUse(folder, holder.pid);
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined where there is no file, or a damaged one. */
async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === undefined || code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isOther({ pid, started }: Holder): Promise<boolean> {
  return pid !== process.pid && (await startOfProcess(pid)) === started;
}

function inUse(folder: string, pid: number): SipsirenError {
  return new SipsirenError(
    'FOLDER_IN_USE',
    `The data folder ${folder} is in use by process ${pid}; stop that first, or choose another folder with --data.`,
  );
}
