import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Journal } from './journal.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-journal-'));
  path = join(folder, 'one.journal');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ENTRIES = ['{"a":1}', '', '{"text":"hej å 😀"}', 'x'.repeat(70)];

async function written(entries: readonly string[]): Promise<Buffer> {
  const journal = new Journal(path);
  await journal.open();
  await Promise.all(entries.map((entry) => journal.append(entry)));
  await journal.close();
  return readFileSync(path);
}

async function read(): Promise<{ entries: readonly string[]; damaged: number }> {
  const journal = new Journal(path);
  const contents = await journal.open();
  await journal.close();
  return contents;
}

describe('A journal', () => {
  it('gives back what was appended, in its order', async () => {
    await written(ENTRIES);
    expect(await read()).toEqual({ entries: ENTRIES, damaged: 0 });
  });

  it('cut off at any byte, it holds every whole entry, and takes new ones', async () => {
    const whole = await written(ENTRIES);
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const journal = new Journal(path);
      const { entries, damaged } = await journal.open();
      expect(entries).toEqual(ENTRIES.slice(0, entries.length));
      expect(whole.subarray(0, length).toString().split('\n').length - 1).toBe(entries.length);
      expect(damaged).toBe(0);
      await journal.append('next');
      await journal.close();
      expect((await read()).entries).toEqual([...entries, 'next']);
    }
  });

  it('with any byte damaged, it loses at most the entries that the byte stands in or between', async () => {
    const whole = await written(ENTRIES);
    for (let position = 0; position < whole.length; position++) {
      const damaged = Buffer.from(whole);
      damaged[position] = (damaged[position] ?? 0) ^ 0x55;
      writeFileSync(path, damaged);
      const { entries } = await read();
      expect(entries.every((entry) => ENTRIES.includes(entry))).toBe(true);
      expect(entries.length).toBeGreaterThanOrEqual(ENTRIES.length - 2);
    }
  });

  it('is replaced as a whole, and loses nothing that is appended meanwhile', async () => {
    const journal = new Journal(path);
    await journal.open();
    const known: string[] = [];
    const add = async (entry: string) => {
      known.push(entry);
      await journal.append(entry);
    };
    const adding = Array.from({ length: 50 }, (_, index) => add(`before ${index}`));
    const compacting = journal.compact(() => [...known]);
    adding.push(...Array.from({ length: 50 }, (_, index) => add(`after ${index}`)));
    await Promise.all([...adding, compacting]);
    await add('last');
    await journal.close();
    const { entries } = await read();
    expect([...new Set(entries)]).toEqual(known);
  });

  it('takes nothing more when it is closed', async () => {
    const journal = new Journal(path);
    await journal.open();
    await journal.close();
    await expect(journal.append('late')).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });
});
