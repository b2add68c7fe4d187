import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { FakeClock } from '../../test/support/fake-clock.js';
import { type Log, type LogFields, silentLog } from '../base/log.js';
import { checkDataFolder } from './check-data-folder.js';
import { ConfigStore } from './config-store.js';
import { defineSection } from './section.js';

const SECTIONS = [
  defineSection({
    name: 'lamps',
    schema: z.array(
      z.strictObject({ name: z.string().min(1).max(10), priority: z.int().min(1).max(10).default(3) }),
    ),
    defaults: [],
  }),
  defineSection({
    name: 'network',
    schema: z.strictObject({ port: z.int().min(1024).max(65_535) }),
    defaults: { port: 5060 },
  }),
] as const;

let folder: string;
let errors: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sipsiren-config-'));
  errors = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('ConfigStore', () => {
  it('gives a new folder the defaults, or what it is to start with, and stores them', async () => {
    const store = await open({ initial: { network: { port: 5070 } } });
    expect(store.origin).toBe('new');
    expect(store.document).toEqual({ lamps: [], network: { port: 5070 } });
    expect(await stored()).toEqual({ version: 1, lamps: [], network: { port: 5070 } });
  });

  it('uses what a folder is to start with only once', async () => {
    await (await open()).update('network', { port: 5080 });
    const again = await open({ initial: { network: { port: 5070 } } });
    expect(again.origin).toBe('stored');
    expect(again.get('network')).toEqual({ port: 5080 });
  });

  it('resolves when a change is on the disk, with defaults filled in', async () => {
    const store = await open();
    const lamps = await store.update('lamps', [{ name: 'red' } as never]);
    expect(lamps).toEqual([{ name: 'red', priority: 3 }]);
    expect(await stored()).toMatchObject({ lamps: [{ name: 'red', priority: 3 }] });
  });

  it('tells listeners after the change is on the disk, only of sections that changed', async () => {
    const store = await open();
    const heard: unknown[] = [];
    store.onChange('network', (next, previous) => heard.push([next, previous]));
    store.onAnyChange(({ sections }) => heard.push(sections));
    await store.update('network', { port: 5062 });
    await store.update('network', { port: 5062 });
    expect(heard).toEqual([[{ port: 5062 }, { port: 5060 }], ['network']]);
  });

  it('keeps telling the others when a listener throws', async () => {
    const store = await open();
    const heard: number[] = [];
    store.onChange('network', () => {
      throw new Error('broken listener');
    });
    store.onChange('network', ({ port }) => heard.push(port));
    await store.update('network', { port: 5062 });
    expect(heard).toEqual([5062]);
    expect(errors).toEqual(['a change of the configuration was not taken over']);
  });

  it('refuses a value with its path, what is wrong and what is accepted', async () => {
    const store = await open();
    const change = store.update('lamps', [
      { name: 'red', priority: 3 },
      { name: '', priority: 11 },
    ]);
    await expect(change).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      problems: [
        { path: 'lamps[1].name', message: 'is empty', accepted: 'text of 1 to 10 characters' },
        { path: 'lamps[1].priority', message: 'is too large', accepted: 'a whole number from 1 to 10' },
      ],
    });
    expect(store.get('lamps')).toEqual([]);
    expect(await stored()).toMatchObject({ lamps: [] });
  });

  it('refuses what contradicts itself between sections, but not what contradicted itself before', async () => {
    const checks = [
      ({ lamps, network }: { lamps: readonly unknown[]; network: { port: number } }) =>
        lamps.length > 0 && network.port === 6000
          ? [{ path: 'network.port', message: 'port 6000 is for no lamps' }]
          : [],
    ];
    const store = await open({ checks });
    await store.update('network', { port: 6000 });
    await expect(store.update('lamps', [{ name: 'red', priority: 1 }])).rejects.toMatchObject({
      problems: [{ path: 'network.port', message: 'port 6000 is for no lamps' }],
    });
    await writeFile(
      path(),
      JSON.stringify({ version: 1, lamps: [{ name: 'red' }], network: { port: 6000 } }),
    );
    const contradictory = await open({ checks });
    await contradictory.update('lamps', (lamps) => [...lamps, { name: 'blue', priority: 2 }]);
    expect(contradictory.get('lamps')).toHaveLength(2);
  });

  it('performs changes one after the other, each on what the one before made', async () => {
    const store = await open();
    const names = Array.from({ length: 20 }, (_, index) => `lamp ${index}`);
    await Promise.all(
      names.map((name) => store.update('lamps', (lamps) => [...lamps, { name, priority: 1 }])),
    );
    expect(store.get('lamps').map((lamp) => lamp.name)).toEqual(names);
    expect((await stored())['lamps']).toHaveLength(20);
  });

  it('changes several sections in one step or none', async () => {
    const store = await open();
    await expect(
      store.change(() => ({ network: { port: 5062 }, lamps: [{ name: '', priority: 1 }] })),
    ).rejects.toMatchObject({
      code: 'INVALID_VALUE',
    });
    expect(store.get('network')).toEqual({ port: 5060 });
    await store.change(() => ({ network: { port: 5062 }, lamps: [{ name: 'red', priority: 1 }] }));
    expect(await stored()).toMatchObject({ network: { port: 5062 }, lamps: [{ name: 'red' }] });
  });

  it('keeps the old value and says so where a change cannot be stored', async () => {
    const store = await open();
    await store.update('network', { port: 5061 });
    await rm(`${path()}.last-good`);
    await mkdir(`${path()}.last-good/in-the-way`, { recursive: true });
    await expect(store.update('network', { port: 5062 })).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(store.get('network')).toEqual({ port: 5061 });
  });

  it('hands out values that nobody can change', async () => {
    const store = await open();
    await store.update('lamps', [{ name: 'red', priority: 1 }]);
    expect(() => {
      store.get('lamps')[0]!.priority = 9;
    }).toThrow(TypeError);
  });
});

describe('ConfigStore with a damaged folder', () => {
  it('goes back to the last good copy, keeps the bad file and says so', async () => {
    const store = await open();
    await store.update('network', { port: 5061 });
    await store.update('network', { port: 5062 });
    await writeFile(path(), '{"version":1,"network":{"po');
    const recovered = await open();
    expect(recovered.origin).toBe('lastGood');
    expect(recovered.get('network')).toEqual({ port: 5061 });
    expect(errors.join('\n')).toContain('is damaged');
    expect(errors.join('\n')).toContain('The last good copy');
    expect(recovered.problems).toEqual(errors);
    expect(await readFile(`${path()}.corrupt-2026-01-01T00-00-00-000Z`, 'utf8')).toContain('"po');
    expect((await open()).origin).toBe('stored');
  });

  it('keeps every section that is good where both copies are damaged', async () => {
    await writeFile(path(), JSON.stringify({ version: 1, lamps: [{ name: 'red' }], network: { port: 1 } }));
    await writeFile(`${path()}.last-good`, 'nothing');
    const store = await open();
    expect(store.origin).toBe('salvaged');
    expect(store.document).toEqual({ lamps: [{ name: 'red', priority: 3 }], network: { port: 5060 } });
    expect(errors.join('\n')).toContain('network.port is too small');
    expect((await readdir(folder)).filter((name) => name.includes('.corrupt-'))).toHaveLength(2);
  });

  it('starts on its defaults, loudly, where nothing can be read', async () => {
    await writeFile(path(), '\u0000\u0000\u0000');
    const store = await open({ initial: { network: { port: 7000 } } });
    expect(store.origin).toBe('defaults');
    expect(store.document).toEqual({ lamps: [], network: { port: 5060 } });
    expect(errors.join('\n')).toContain('runs on its defaults');
    expect((await readdir(folder)).some((name) => name.startsWith('config.json.corrupt-'))).toBe(true);
  });

  it('comes back from the last good copy when the file itself is gone', async () => {
    const store = await open();
    await store.update('network', { port: 5061 });
    await store.update('network', { port: 5062 });
    await rm(path());
    const recovered = await open();
    expect(recovered.get('network')).toEqual({ port: 5061 });
    expect(recovered.problems.join()).toContain('is missing');
  });

  it('touches nothing that a newer version wrote', async () => {
    const text = JSON.stringify({ version: 2, lamps: 'in a shape that nobody knows yet' });
    await writeFile(path(), text);
    await expect(open()).rejects.toMatchObject({ code: 'CONFIG_TOO_NEW' });
    expect(await readFile(path(), 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('says STORAGE_FAILED where the folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    folder = join(folder, 'file', 'data');
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    folder = join(folder, '..', '..');
  });

  it('lets only the owner read it, since it holds passwords', async () => {
    await open();
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });
});

describe('migrations', () => {
  /** As version 1 wrote it; never to be changed. */
  const FROZEN = '{"version":1,"lights":[{"name":"red"}],"network":{"port":5065}}';
  const renameLights = (document: Readonly<Record<string, unknown>>) => {
    const { lights, ...others } = document;
    return { ...others, lamps: lights };
  };

  it('carry an old document to the newest version step by step', async () => {
    await writeFile(path(), FROZEN);
    const store = await open({ migrations: [renameLights, (document) => document] });
    expect(store.document).toEqual({ lamps: [{ name: 'red', priority: 3 }], network: { port: 5065 } });
    await store.update('network', { port: 5066 });
    expect(await stored()).toMatchObject({ version: 3, network: { port: 5066 } });
    expect(await readFile(`${path()}.last-good`, 'utf8')).toBe(FROZEN);
  });

  it('that fail count as a damaged file', async () => {
    await writeFile(path(), FROZEN);
    const store = await open({
      migrations: [
        () => {
          throw new Error('no lights');
        },
      ],
    });
    expect(store.origin).toBe('defaults');
    expect(errors.join()).toContain('no lights');
  });
});

describe('checkDataFolder', () => {
  it('finds nothing wrong in a folder that a device wrote', async () => {
    await open();
    expect(await checkDataFolder(folder, { sections: SECTIONS })).toEqual([]);
  });

  it('names every problem and changes nothing', async () => {
    await writeFile(path(), '{"version":1,"network":{"port":"x"},"lamps":[],"toys":1}');
    expect(await checkDataFolder(folder, { sections: SECTIONS })).toEqual([
      { path: 'network.port', message: 'has the wrong type', accepted: 'a whole number from 1024 to 65535' },
      { path: 'toys', message: 'there is no such part; the next change drops it' },
    ]);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('says that a folder has no configuration, or one that is too new', async () => {
    expect(await checkDataFolder(folder, { sections: SECTIONS })).toMatchObject([
      { message: 'there is no configuration in this folder' },
    ]);
    await writeFile(path(), '{"version":9}');
    expect(await checkDataFolder(folder, { sections: SECTIONS })).toMatchObject([{ accepted: '1 to 1' }]);
  });
});

type Options = Partial<Omit<Parameters<typeof ConfigStore.open<typeof SECTIONS>>[0], 'folder' | 'sections'>>;

function open(options: Options = {}) {
  return ConfigStore.open({
    folder,
    sections: SECTIONS,
    clock: new FakeClock(),
    log: listeningLog(),
    ...options,
  });
}

function listeningLog(): Log {
  const log: Log = {
    ...silentLog,
    error: (message: string, _fields?: LogFields) => void errors.push(message),
    room: () => log,
  };
  return log;
}

function path(): string {
  return join(folder, 'config.json');
}

async function stored(): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path(), 'utf8')) as Record<string, unknown>;
}
