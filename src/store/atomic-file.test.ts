import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { transformFile } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AtomicFile } from './atomic-file.js';

const KILLS = 30;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sipsiren-store-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('AtomicFile', () => {
  it('reads what was written last and keeps the text before it', async () => {
    const file = await prepared('value.json');
    expect(await file.read()).toBeUndefined();
    await file.write('one');
    await file.write('two');
    expect(await file.read()).toBe('two');
    expect(await file.readLastGood()).toBe('one');
  });

  it('performs writes that overlap in their order, so that the last one wins', async () => {
    const file = await prepared('value.json');
    await Promise.all(Array.from({ length: 20 }, (_, index) => file.write(`${index}`)));
    expect(await file.read()).toBe('19');
    expect(await file.readLastGood()).toBe('18');
  });

  it('lets only the owner in', async () => {
    const file = new AtomicFile(join(folder, 'data', 'value.json'));
    await file.prepare();
    await file.write('secret');
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  });

  it('removes what an interrupted write left behind, and nothing else', async () => {
    await writeFile(join(folder, '.value.json.1234.tmp'), 'half');
    await writeFile(join(folder, '.other.json.1234.tmp'), 'not mine');
    await prepared('value.json');
    expect(await readdir(folder)).toEqual(['.other.json.1234.tmp']);
  });

  it('fails with STORAGE_FAILED and keeps the old text where the new one cannot be stored', async () => {
    const file = await prepared('value.json');
    await file.write('old');
    // A folder in the place of the last good copy is in the way for everybody, also for root.
    await mkdir(join(file.lastGoodPath, 'in-the-way'), { recursive: true });
    await expect(file.write('new')).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(await file.read()).toBe('old');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('writes again after a write that failed', async () => {
    const file = await prepared('value.json');
    await file.write('old');
    await mkdir(join(file.lastGoodPath, 'in-the-way'), { recursive: true });
    await expect(file.write('new')).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    await rm(file.lastGoodPath, { recursive: true });
    await file.write('newer');
    expect(await file.read()).toBe('newer');
  });

  it('sets a file aside under a new name', async () => {
    const file = await prepared('value.json');
    expect(await file.setAside('.bad')).toEqual([]);
    await file.write('bad');
    expect(await file.setAside('.bad')).toEqual([`${file.path}.bad`]);
    expect(await file.read()).toBeUndefined();
    expect(await readFile(`${file.path}.bad`, 'utf8')).toBe('bad');
  });

  it('keeps copies aside that later writes do not touch', async () => {
    const file = await prepared('value.json');
    expect(await file.keepAside('.bad')).toEqual([]);
    await file.write('one');
    await file.write('two');
    expect(await file.keepAside('.bad')).toEqual([`${file.path}.bad`, `${file.lastGoodPath}.bad`]);
    await file.write('three');
    expect(await readFile(`${file.path}.bad`, 'utf8')).toBe('two');
    expect(await readFile(`${file.lastGoodPath}.bad`, 'utf8')).toBe('one');
  });

  it(`holds a whole text and a whole last good copy whenever its writer is killed`, async () => {
    const script = await childScript();
    const file = await prepared('value.json');
    let newest = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      await killWhileWriting(script, file.path, kill % 10);
      newest = Math.max(newest, wholeValue(await file.read()));
      wholeValue((await file.readLastGood()) ?? (await file.read()));
    }
    expect(newest).toBeGreaterThan(0);
    await file.prepare();
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }, 60_000);
});

async function prepared(name: string): Promise<AtomicFile> {
  const file = new AtomicFile(join(folder, name));
  await file.prepare();
  return file;
}

/** The number in a text that is whole: a number, 50,000 of one letter, and the number again. */
function wholeValue(text: string | undefined): number {
  const found = /^(\d+) (x{50000}) (\d+)$/.exec(text ?? '');
  expect(found?.[1]).toBeDefined();
  expect(found?.[1]).toBe(found?.[3]);
  return Number(found?.[1]);
}

/** The real room as plain JavaScript, with a program that writes without end. */
async function childScript(): Promise<string> {
  const source = join(import.meta.dirname, '..');
  for (const path of ['store/atomic-file', 'store/sync-folder', 'base/errors', 'base/error-table']) {
    const { code } = await transformFile(join(source, `${path}.ts`), {
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
      swcrc: false,
    });
    await mkdir(join(folder, 'program', path, '..'), { recursive: true });
    await writeFile(join(folder, 'program', `${path}.js`), code);
  }
  await writeFile(join(folder, 'program', 'package.json'), '{"type":"module"}');
  const script = join(folder, 'program', 'writer.js');
  const program = `
    import { AtomicFile } from './store/atomic-file.js';
    const file = new AtomicFile(process.argv[2]);
    await file.prepare();
    const first = Number(process.hrtime.bigint() % 1000000000n);
    for (let count = first; ; count++) {
      await file.write(count + ' ' + 'x'.repeat(50000) + ' ' + count);
      if (count === first) process.stdout.write('writing');
    }
  `;
  await writeFile(script, program);
  await chmod(script, 0o700);
  return script;
}

/** Lets the child write its first text and some more, then kills it in the middle of whatever it does. */
async function killWhileWriting(script: string, path: string, moreEvents: number): Promise<void> {
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  // Other instants at each turn, by waiting for so many changes of the folder instead of for time.
  for (let event = 0; event < moreEvents; event++) await stat(path);
  child.kill('SIGKILL');
  await once(child, 'exit');
}
