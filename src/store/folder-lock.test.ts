import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FolderLock } from './folder-lock.js';
import { startOfProcess } from './process-identity.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
  path = join(folder, 'running.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const write = (holder: unknown) => writeFileSync(path, JSON.stringify(holder));
const holder = () => JSON.parse(readFileSync(path, 'utf8')) as { pid: number; started: string };

describe('A data folder', () => {
  it('is made where it is not there, is marked with its process, and unmarked again', async () => {
    folder = join(folder, 'data');
    path = join(folder, 'running.json');
    const lock = await FolderLock.take(folder);
    expect(holder()).toMatchObject({ pid: process.pid, started: await startOfProcess(process.pid) });
    await lock.release();
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused while another process runs on it, and is free when that is gone', async () => {
    const other = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(other, 'spawn');
    const pid = other.pid!;
    write({ pid, started: await startOfProcess(pid), token: 'other' });
    const refused = { code: 'FOLDER_IN_USE', message: expect.stringContaining(`process ${pid};`) as unknown };
    await expect(FolderLock.take(folder)).rejects.toMatchObject(refused);
    await expect(FolderLock.refuseInUse(folder)).rejects.toMatchObject(refused);
    expect(holder().pid).toBe(pid);
    expect(readdirSync(folder)).toEqual(['running.json']);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await FolderLock.refuseInUse(folder);
    const lock = await FolderLock.take(folder);
    expect(holder().pid).toBe(process.pid);
    await lock.release();
  });

  it.each([
    ['of a process whose number another one has now', { pid: 1, started: '-1', token: 'gone' }],
    ['that is damaged', 'gibberish'],
  ])('is free where it has a mark %s', async (_what, mark) => {
    write(mark);
    const lock = await FolderLock.take(folder);
    expect(holder().pid).toBe(process.pid);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('may be taken again by the same process, whose first one then leaves the mark of the second', async () => {
    const first = await FolderLock.take(folder);
    const second = await FolderLock.take(folder);
    await first.release();
    expect(existsSync(path)).toBe(true);
    await second.release();
    expect(existsSync(path)).toBe(false);
  });
});
