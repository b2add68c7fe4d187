import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileFolder } from './file-folder.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sipsiren-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a folder of files', () => {
  it('is made with its first file, gives files back, lists and removes them', async () => {
    const folder = new FileFolder(join(root, 'deep', 'folder'));
    expect(await folder.list('.bin')).toEqual([]);
    expect(await folder.read('a.bin')).toBeUndefined();
    expect(await folder.remove('a.bin')).toBe(false);
    await folder.write('b.bin', Buffer.from('b'));
    await folder.write('a.bin', Buffer.from('first'));
    await folder.write('a.bin', Buffer.from('second'));
    await folder.write('other.txt', Buffer.from('x'));
    expect((await folder.read('a.bin'))?.toString()).toBe('second');
    expect(await folder.list('.bin')).toMatchObject([
      { name: 'a.bin', bytes: 6 },
      { name: 'b.bin', bytes: 1 },
    ]);
    expect(await folder.remove('a.bin')).toBe(true);
    expect(readdirSync(folder.path).toSorted()).toEqual(['b.bin', 'other.txt']);
  });

  it('leaves nothing behind of a write that was interrupted or failed', async () => {
    const folder = new FileFolder(root);
    writeFileSync(join(root, '.half.tmp'), 'half');
    // A folder of that name cannot be replaced by a file.
    mkdirSync(join(root, 'taken.bin'));
    writeFileSync(join(root, 'taken.bin', 'inside'), '');
    await expect(folder.write('taken.bin', Buffer.from('x'))).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    });
    expect(readdirSync(root)).toEqual(['taken.bin']);
  });

  it('says what failed and where', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o600);
    await expect(new FileFolder(file).write('a', Buffer.from('x'))).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining(file),
    });
  });
});
