import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loudestReading as heldAgainst } from '../../test/support/sound-level-meter.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { RecordingLog } from '../../test/support/recording-log.js';
import { seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { SystemClock } from '../base/system-clock.js';
import { soundParts } from '../patterns/sound-loop.js';
import { findSoundPattern, SOUND_PATTERNS } from '../patterns/sound/index.js';
import { wavFile } from '../patterns/wav-file.js';
import { loudestReading } from './sound-level.js';
import { type SirenSound, Sounds } from './sounds.js';

let folder: string;
const { PATH = '' } = process.env;
const closing: Sounds[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
});

afterEach(async () => {
  process.env['PATH'] = PATH;
  for (const sounds of closing.splice(0)) await sounds.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(log = silentLog): Sounds {
  const sounds = new Sounds({ folder, clock: new SystemClock(), log });
  closing.push(sounds);
  return sounds;
}

/** A tone with its overtones, of 16 bits. */
function tone({ seconds = 1, hertz = 440, rate = 48_000, amplitude = 8_000 } = {}): Int16Array {
  return Int16Array.from({ length: Math.round(seconds * rate) }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hertz * index) / rate)),
  );
}

const decibels = (power: number) => 10 * Math.log10(power);

describe('The level meter', () => {
  it.each(
    SOUND_PATTERNS.filter(({ period }) => period <= 1_500).map((pattern) => [pattern.name, pattern] as const),
  )('reads %s as -12 dB, like the meter of the tests', async (_name, pattern) => {
    const { loop } = await soundParts(pattern, 48_000);
    const twice = new Float32Array(2 * loop.length);
    twice.set(loop);
    twice.set(loop, loop.length);
    expect(Math.abs((await loudestReading(twice)) + 12)).toBeLessThan(0.4);
  });
});

describe('Own sounds', () => {
  it('are kept as they are played: as loud as the siren, at every rate, without a click', async () => {
    const { own } = open();
    for (const [name, file] of [
      ['soft', wavFile(tone({ amplitude: 200 }), 48_000)],
      ['loud', wavFile(tone({ amplitude: 32_000 }), 48_000)],
      ['44.1', wavFile(tone({ rate: 44_100 }), 44_100)],
      ['telephone', wavFile(tone({ rate: 8_000 }), 8_000)],
    ] as const) {
      await own.put(name, file);
      const pattern = await own.load(name);
      expect(pattern.name).toBe(`Own: ${name}`);
      expect(pattern.period).toBeGreaterThan(970);
      for (const rate of [8_000, 16_000, 48_000] as const) {
        const { loop } = await soundParts(pattern, rate);
        expect(loop).toHaveLength((pattern.period * rate) / 1_000);
        expect(Math.abs(heldAgainst(loop, rate) + 12)).toBeLessThan(1.5);
        const step = Math.max(...loop.map((each, index) => Math.abs(each - loop.at(index - 1)!)));
        // No step is larger than the steepest of the tone itself.
        expect(step).toBeLessThan((1.3 * 2 * Math.PI * 440 * Math.max(...loop)) / rate);
      }
    }
  });

  it('fold no high tone back at the rate of telephones', async () => {
    const { own } = open();
    const high = tone({ hertz: 7_000 });
    const mixed = tone({ hertz: 1_000 }).map((each, index) => each + high[index]!);
    await own.put('high', wavFile(mixed, 48_000));
    const { loop } = await soundParts(await own.load('high'), 8_000);
    // Seven kilohertz would fold to one; what is there is as loud as at 16 kHz without it.
    const power = loop.reduce((sum, each) => sum + each * each, 0) / loop.length;
    const whole = await soundParts(await own.load('high'), 48_000);
    const both = whole.loop.reduce((sum, each) => sum + each * each, 0) / whole.loop.length;
    expect(Math.abs(decibels(both / power) - 3)).toBeLessThan(0.5);
  });

  it('are the same by any spelling of case, colons and spaces, also after a restart', async () => {
    const sounds = open();
    await sounds.own.put('Fire bell', wavFile(tone(), 48_000));
    await sounds.own.put('firebell', wavFile(tone({ seconds: 2 }), 48_000));
    expect(sounds.own.list()).toMatchObject([{ name: 'Fire bell', pattern: 'Own: Fire bell' }]);
    const again = open();
    await again.open({ sirens: [{ pattern: 'Own: FIRE BELL' }], texts: [] });
    await again.settled();
    expect(again.find('own fire:bell')?.period).toBe(1_980);
    expect(again.own.list()).toHaveLength(1);
    await again.own.remove('FIREBELL');
    expect(readdirSync(join(folder, 'own-sounds'))).toEqual([]);
  });

  it('that are gone are heard as another alarm, and the log says so once', () => {
    const log = new RecordingLog();
    const sounds = open(log);
    const siren = { pattern: 'Own: gone' };
    expect([sounds.ofSiren(siren), sounds.ofSiren(siren)].map((sound) => sound?.name)).toEqual([
      'Alarm: Industrial',
      'Alarm: Industrial',
    ]);
    expect(log.messages('error')).toEqual(['an own sound is missing; another one sounds in its place']);
  });

  const wav = wavFile(tone(), 48_000);
  const bomb = Buffer.from(wav.subarray(0, 200));
  bomb.writeUInt32LE(0x6fff_ffff, 40);
  const flacBomb = () => {
    const file = Buffer.from(execFileSync('flac', ['--silent', '--stdout', '-'], { input: wav }));
    // STREAMINFO claims no number of samples; the frames say how many there are.
    file.writeUInt32BE(0, 22);
    file[21] = file[21]! & 0xf0;
    return file;
  };
  it.each([
    ['nothing', () => Buffer.alloc(0), 'no WAV file'],
    ['text', () => Buffer.from('hello, this is not a sound'), 'no WAV file'],
    ['a WAV bomb', () => bomb, 'claims to hold more'],
    ['a head alone', () => wav.subarray(0, 30), 'cut off'],
    ['a file that was cut off', () => wav.subarray(0, 50_000), 'claims to hold more'],
    ['silence', () => wavFile(new Int16Array(48_000), 48_000), 'silent'],
    ['a tick', () => wavFile(tone({ seconds: 0.05 }), 48_000), 'too short'],
    ['a lecture', () => wavFile(tone({ seconds: 301, rate: 8_000 }), 8_000), 'lasts 301 seconds'],
    ['a damaged FLAC file', () => Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(60, 1)]), 'FLAC'],
    ['a FLAC file that was cut off', () => flacBomb().subarray(0, 300), 'FLAC'],
  ])('refuse %s with the reason, and change nothing', async (_what, make, reason) => {
    const { own } = open();
    await expect(own.put('x', make())).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      message: expect.stringContaining(reason) as unknown,
      path: 'file',
    });
    expect(own.list()).toEqual([]);
  });

  it('refuse a FLAC file that grows beyond all measure while it is decoded', async () => {
    const { own } = open();
    // A few hundred kilobytes of silence that become 111 MB.
    const long = Buffer.alloc(2 * 2 * 96_000 * 290);
    const head = wavFile(new Int16Array(0), 48_000);
    head.writeUInt16LE(2, 22);
    head.writeUInt32LE(96_000, 24);
    head.writeUInt32LE(96_000 * 4, 28);
    head.writeUInt16LE(4, 32);
    head.writeUInt32LE(long.length, 40);
    const file = execFileSync('flac', ['--silent', '--fast', '--stdout', '-'], {
      input: Buffer.concat([head, long]),
      maxBuffer: 1e9,
    });
    expect(file.length).toBeLessThan(2e6);
    await expect(own.put('x', file)).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      message: expect.stringContaining('more than 100 MB') as unknown,
    });
  });

  it('may be FLAC, and say what to install where that cannot be decoded', async () => {
    const { own } = open();
    const file = execFileSync('flac', ['--silent', '--stdout', '-'], { input: wav });
    expect(await own.put('x', file)).toMatchObject({
      seconds: 0.98,
      from: { format: 'flac', rate: 48_000, channels: 1, bits: 16, seconds: 1 },
    });
    process.env['PATH'] = folder;
    await expect(own.put('y', file)).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      message: expect.stringContaining('package flac') as unknown,
    });
    expect(await own.put('z', wav)).toMatchObject({ name: 'z' });
  });

  it('stay in their folder whatever they are called', async () => {
    const { own } = open();
    for (const name of ['../config', 'a/b', '..', '.hidden', '', 'x'.repeat(65), 'nul\0', 'a:b']) {
      await expect(own.put(name, wav)).rejects.toMatchObject({ code: 'INVALID_VALUE', path: 'name' });
      await expect(own.file(name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('A text', () => {
  const siren = (speech: Partial<NonNullable<SirenSound['speech']>> & { readonly text: string }) => {
    const usual = { voice: 'en', speed: 160, volume: 100, when: 'before', everyRepetitions: 1 } as const;
    return { pattern: 'Alarm: Single beep', speech: { ...usual, ...speech } };
  };

  it('is spoken before the siren, as loud as that, and once for all who have it', async () => {
    const sounds = open();
    const wanted = siren({ text: 'Fire in hall two. Leave the building.' });
    expect(sounds.ofSiren(wanted)?.name).toBe('Alarm: Single beep');
    await sounds.open({ sirens: [wanted, { ...wanted, pattern: 'Siren: Evac' }], texts: [] });
    await sounds.settled();
    const sound = sounds.ofSiren(wanted)!;
    const beep = findSoundPattern('Alarm: Single beep')!;
    expect(sound.name).toMatch(/^Alarm: Single beep \+ speech [0-9a-f]{12}$/);
    expect(sounds.find(sound.name)).toBe(sound);
    expect(sounds.ofSiren({ ...wanted })).toBe(sound);
    expect(sound.period).toBe(beep.period);
    expect(sound.leadIn).toBeGreaterThan(1_500);
    for (const rate of [8_000, 16_000, 48_000] as const) {
      const { leadIn, loop } = await soundParts(sound, rate);
      expect(leadIn).toHaveLength((sound.leadIn! * rate) / 1_000);
      expect([...loop.slice(0, 100)]).toEqual([...(await soundParts(beep, rate)).loop.slice(0, 100)]);
      expect(Math.abs(heldAgainst(leadIn, rate) + 12)).toBeLessThan(1.5);
      expect(leadIn.every((each) => Math.abs(each) <= 1)).toBe(true);
    }
    expect(readdirSync(join(folder, 'speech'))).toHaveLength(1);
  });

  it('comes between the repetitions, or stands alone, and counts in the time that they last', async () => {
    const sounds = open();
    const between = siren({ text: 'Attention', when: 'between', everyRepetitions: 3, volume: 50 });
    const alone = siren({ text: 'Attention', when: 'alone' });
    await sounds.open({ sirens: [between, alone], texts: [] });
    await sounds.settled();
    const beep = findSoundPattern('Alarm: Single beep')!.period;
    const [one, other] = [sounds.ofSiren(between)!, sounds.ofSiren(alone)!];
    const spoken = other.period - 1_000;
    expect(one.leadIn).toBe(spoken + 300);
    expect(one.period).toBe(3 * beep + spoken + 600);
    expect(one.lasts!(3)).toBe(one.leadIn! + 3 * beep);
    expect(one.lasts!(4)).toBe(one.leadIn! + one.period + beep);
    expect([other.leadIn, other.lasts!(2)]).toEqual([0, 2 * other.period]);
    // Half of the amplitude.
    const [{ leadIn }, { loop }] = [await soundParts(one, 16_000), await soundParts(other, 16_000)];
    const peak = (sound: Float32Array) => Math.max(...sound.map(Math.abs));
    expect(peak(loop) / peak(leadIn)).toBeCloseTo(2, 2);
    // What is sampled and what is rendered is the same.
    expect(one.sample((one.leadIn! + 3 * beep + 400) / 1_000)).toBeCloseTo(one.sample(0.1), 5);
  });

  it('is kept over a restart and forgotten when no profile has it', async () => {
    const wanted = siren({ text: 'Leave the building', speed: 120 });
    const first = open();
    await first.open({ sirens: [wanted], texts: [] });
    await first.settled();
    process.env['PATH'] = folder;
    const second = open();
    await second.open({ sirens: [wanted], texts: [] });
    // Ready at once, without espeak-ng.
    expect(second.ofSiren(wanted)?.leadIn).toBeGreaterThan(500);
    const third = open();
    await third.open({ sirens: [], texts: [] });
    await third.settled();
    expect(readdirSync(join(folder, 'speech'))).toEqual([]);
  });

  it('says nothing to a shell and takes no option from the text', async () => {
    const sounds = open();
    const mark = join(folder, 'mark');
    const wanted = siren({ text: `-f /etc/passwd $(touch ${mark}) ; touch ${mark} <speak>` });
    await sounds.open({ sirens: [wanted], texts: [] });
    await sounds.settled();
    expect(sounds.ofSiren(wanted)?.leadIn).toBeGreaterThan(500);
    expect(readdirSync(folder)).toEqual(['speech']);
  });

  it('that cannot be spoken leaves the siren as it is and says what to install', async () => {
    process.env['PATH'] = folder;
    const log = new RecordingLog();
    const sounds = open(log);
    const wanted = siren({ text: 'Fire' });
    await sounds.open({ sirens: [wanted], texts: [] });
    await sounds.settled();
    expect(sounds.ofSiren(wanted)?.name).toBe('Alarm: Single beep');
    const problem = expect.stringContaining('package espeak-ng') as unknown;
    expect(await sounds.speech.facts()).toEqual({
      available: false,
      problem,
      voices: [],
      problems: [{ text: 'Fire', voice: 'en', speed: 160, problem }],
    });
    expect(log.messages('error')).toHaveLength(1);
    process.env['PATH'] = PATH;
    sounds.keep({ sirens: [wanted], texts: [] });
    await sounds.settled();
    expect(sounds.ofSiren(wanted)?.leadIn).toBeGreaterThan(100);
    const facts = await sounds.speech.facts();
    expect([facts.available, facts.problems]).toEqual([true, []]);
    expect(facts.voices.map(({ voice }) => voice)).toEqual(expect.arrayContaining(['de', 'en-gb']));
  });

  it('that somebody waits for comes before all others, once for all who want it, and is not kept', async () => {
    const sounds = open();
    const others = Array.from({ length: 8 }, (_, number) => siren({ text: `Text number ${number}` }));
    sounds.keep({ sirens: others, texts: [] });
    const wanted = { text: 'Intruder at gate three', voice: 'en', speed: 160 };
    const [one, other] = await Promise.all([sounds.speech.speak(wanted), sounds.speech.speak({ ...wanted })]);
    expect(one.period).toBeGreaterThan(800);
    expect(other).toBe(one);
    expect(sounds.ofSiren(others.at(-1)!)?.leadIn).toBeUndefined();
    await sounds.settled();
    expect(sounds.ofSiren(others.at(-1)!)?.leadIn).toBeGreaterThan(500);
    expect(readdirSync(join(folder, 'speech'))).toHaveLength(8);
    expect(await sounds.speech.speak(wanted)).toBe(one);
  });

  it('that somebody waits for is given up after five seconds, and refused where too many are spoken', async () => {
    const standIn = join(folder, 'espeak-ng');
    writeFileSync(standIn, '#!/bin/sh\nexec sleep 100\n');
    chmodSync(standIn, 0o755);
    process.env['PATH'] = folder + delimiter + PATH;
    const clock = new FakeClock();
    const sounds = new Sounds({ folder, clock, log: silentLog });
    closing.push(sounds);
    const say = (number: number) => sounds.speech.speak({ text: `Text ${number}`, voice: 'en', speed: 160 });
    const spoken = Array.from({ length: 16 }, (_, number) => say(number));
    await expect(say(16)).rejects.toMatchObject({ code: 'LIMIT_REACHED' });
    clock.advance(seconds(5));
    for (const one of spoken) await expect(one).rejects.toMatchObject({ code: 'TIMEOUT' });
    process.env['PATH'] = PATH;
    expect((await say(16)).period).toBeGreaterThan(200);
  });

  it('of a voice that there is not, or of espeak-ng that hangs or floods, is given up', async () => {
    const sounds = open();
    const wanted = siren({ text: 'Fire', voice: 'xx' });
    await sounds.open({ sirens: [wanted], texts: [] });
    await sounds.settled();
    expect((await sounds.speech.facts()).problems).toMatchObject([{ voice: 'xx' }]);
    const standIn = join(folder, 'espeak-ng');
    writeFileSync(standIn, '#!/bin/sh\nexec cat /dev/zero\n');
    chmodSync(standIn, 0o755);
    process.env['PATH'] = folder + delimiter + PATH;
    const flooded = siren({ text: 'Flood' });
    sounds.keep({ sirens: [flooded], texts: [] });
    await sounds.settled();
    expect((await sounds.speech.facts()).problems).toMatchObject([
      { text: 'Flood', problem: expect.stringContaining('wrote more than') as unknown },
    ]);
    writeFileSync(standIn, '#!/bin/sh\nexec sleep 100\n');
    sounds.keep({ sirens: [siren({ text: 'Hang' })], texts: [] });
    // Closing the device waits for no program.
    await sounds.close();
  });
});
