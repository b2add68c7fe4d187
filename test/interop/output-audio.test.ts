import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActivityId } from '../../src/base/ids.js';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { outputKindOf } from '../../src/outputs/drivers/index.js';
import { OutputRunner, type OutputStatus } from '../../src/outputs/output-runner.js';
import { outputSchema } from '../../src/outputs/outputs-schema.js';
import type { ShownSiren } from '../../src/outputs/show.js';
import { renderSound } from '../../src/patterns/render-sound.js';
import { findSoundPattern } from '../../src/patterns/sound/index.js';
import { until } from '../support/until.js';

/** Samples of the beginning that come up slowly. */
const FADE_IN = 240;

let folder: string;
let clock: SystemClock;
let runner: OutputRunner;
let states: OutputStatus[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-alsa-'));
  process.env['ALSA_CONFIG_PATH'] = join(folder, 'asound.conf');
  writeCards(['recorder']);
  clock = new SystemClock();
  states = [];
  runner = new OutputRunner({
    clock,
    log: silentLog,
    drivers: [],
    onState: (status) => states.push(status),
  });
});

afterEach(async () => {
  await runner.close();
  delete process.env['ALSA_CONFIG_PATH'];
  rmSync(folder, { recursive: true, force: true });
});

/** ALSA's null device, and its file device under each of the names. */
function writeCards(names: readonly string[]): void {
  const recorders = names.map(
    (name) =>
      `pcm.${name} { type file slave.pcm "null" file "${file(name)}" format "raw" hint { show on description "Writes a file" } }`,
  );
  writeFileSync(join(folder, 'asound.conf'), ['pcm.null { type null }', ...recorders].join('\n'));
}

const file = (name: string) => join(folder, `${name}.raw`);

/** What the device played so far; nothing before the player has opened it. */
function heard(name = 'recorder'): Int16Array {
  if (!existsSync(file(name))) return new Int16Array(0);
  const bytes = readFileSync(file(name));
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~1)));
}

const siren = (pattern = 'Siren: Evac', intensity = 5, startedAt = clock.now()): ShownSiren => ({
  activityId: 1 as ActivityId,
  priority: 5,
  pattern,
  intensity,
  startedAt,
});

function connect(settings: Record<string, unknown>): void {
  runner.apply([outputSchema.parse({ id: 'card', name: 'Card', kind: 'audio', settings })]);
}

/** What is expected to be heard, by name and intensity. */
const loops = new Map<string, Int16Array>();

beforeAll(async () => {
  for (const name of ['Siren: Evac', 'Alarm: Alarm low pitch']) {
    const loop = await renderSound(findSoundPattern(name)!, { sampleRate: 48_000, intensity: 5 });
    loops.set(`${name}/5`, loop);
  }
});

/** Where in a sound's period a recording begins, where it is that sound sample by sample. */
function phaseOf(samples: Int16Array, pattern: string, intensity: number): number | undefined {
  const loop = loops.get(`${pattern}/${intensity}`)!;
  const probe = Array.from(samples.subarray(FADE_IN, FADE_IN + 2_400));
  for (let phase = 0; phase < loop.length; phase++) {
    const fits = probe.every(
      (sample, index) => Math.abs(sample - loop[(phase + FADE_IN + index) % loop.length]!) <= 1,
    );
    if (fits) return phase;
  }
  return undefined;
}

/** The programs aplay that we have started and that run. */
function players(): number[] {
  try {
    return execFileSync('pgrep', ['-P', String(process.pid), '-x', 'aplay'], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    // pgrep finds nothing.
    return [];
  }
}

describe('A sound card that ALSA plays on', () => {
  it('has the siren sample by sample from its first period on, at the pace of time, and stops at once', async () => {
    connect({ device: 'recorder', channels: 1 });
    const startedAt = performance.now();
    runner.show({ siren: siren() });
    const samples = await until('half a second of sound', () => heard().length > 24_000 && heard());
    expect(phaseOf(samples, 'Siren: Evac', 5)).toBeLessThan(48_000 * 0.1);
    const most = ((performance.now() - startedAt) / 1_000 + 0.6) * 48_000;
    expect(samples.length).toBeLessThan(most);
    runner.show({});
    await until('silence', () => players().length === 0);
    expect(runner.status()[0]).toMatchObject({ state: 'ok' });
  });

  it('has it as loud as volume and intensity say, on both sides', async () => {
    connect({ device: 'recorder', channels: 2, volume: 50 });
    runner.show({ siren: siren('Siren: Evac', 4) });
    const samples = await until('sound', () => heard().length > 24_000 && heard());
    const left = samples.filter((_, index) => index % 2 === 0);
    const right = samples.filter((_, index) => index % 2 === 1);
    expect(left.slice(0, right.length)).toEqual(right);
    const loudest = (one: Int16Array) => one.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const loop = await renderSound(findSoundPattern('Siren: Evac')!, { sampleRate: 48_000, intensity: 4 });
    const expected = loop.subarray(0, left.length);
    expect(loudest(left) / loudest(expected)).toBeGreaterThan(0.45);
    expect(loudest(left) / loudest(expected)).toBeLessThan(0.55);
  });

  it('goes over to another sound, and comes back to the first in its rhythm', async () => {
    connect({ device: 'recorder', channels: 1 });
    const first = siren();
    runner.show({ siren: first });
    await until('the first sound', () => heard().length > 4_800);
    runner.show({ siren: siren('Alarm: Alarm low pitch') });
    await until('the second sound', () => phaseOf(heard(), 'Alarm: Alarm low pitch', 5) !== undefined);
    runner.show({ siren: first });
    const elapsed = ((clock.now() - first.startedAt) * 48) % (48 * 4_000);
    const phase = await until('the first sound again', () => phaseOf(heard(), 'Siren: Evac', 5));
    expect(Math.abs(phase - elapsed)).toBeLessThan(48_000 * 0.5);
  });

  it('plays on in the middle of an alarm when its player has died', async () => {
    connect({ device: 'recorder', channels: 1 });
    runner.show({ siren: siren() });
    await until('sound', () => heard().length > 4_800);
    const [player] = players();
    process.kill(player!, 'SIGKILL');
    await until('another player', () => players().some((one) => one !== player));
    await until('that it is well again', () => states.at(-1)?.state === 'ok');
    expect(states.map(({ state }) => state)).toEqual(['failing', 'ok']);
    expect(states[0]).toMatchObject({ error: expect.stringContaining('SIGKILL') });
    await until('sound again', () => heard().length > 4_800);
  });

  it('plays as soon as it is there, when it was missing as the alarm began', async () => {
    connect({ device: 'hall', channels: 1 });
    runner.show({ siren: siren() });
    await until('that it fails', () => states.at(-1)?.state === 'failing');
    expect(states.at(-1)).toMatchObject({ error: expect.stringMatching(/audio open error/) });
    writeCards(['recorder', 'hall']);
    await until('that it is well again', () => states.at(-1)?.state === 'ok');
    expect(phaseOf(heard('hall'), 'Siren: Evac', 5)).toBeDefined();
  });

  it('is tried in silence, and says what is wrong', async () => {
    connect({ device: 'recorder', channels: 1 });
    await runner.test('card');
    expect(heard().length).toBeGreaterThan(0);
    expect(heard().every((sample) => sample === 0)).toBe(true);
    connect({ device: 'nosuch' });
    await expect(runner.test('card')).rejects.toThrow(/No such file or directory/);
  });

  it('is found by its name', async () => {
    await expect(outputKindOf('audio').choices?.()).resolves.toEqual({
      device: [{ value: 'recorder', text: 'Writes a file' }],
    });
  });

  it.each(['file:/etc/passwd,raw', "file:'|reboot',raw", 'tee:null,x', '-D', 'a b', 'plug:file:x'])(
    'cannot be %s, which would write files or run programs',
    (device) => {
      const wish = { id: 'card', kind: 'audio', settings: { device } };
      expect(outputSchema.safeParse(wish)).toMatchObject({ success: false });
    },
  );
});
