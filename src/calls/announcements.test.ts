import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { SipsirenError } from '../base/errors.js';
import { readWav, wavFacts } from '../media/wav-recording.js';
import { ANNOUNCEMENT_LIMITS, Announcements } from './announcements.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A WAV file of 16 bits, one channel. */
function wav(samples: readonly number[], rate = 8_000): Buffer {
  const data = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, index) => data.writeInt16LE(sample, index * 2));
  return riff({ code: 1, channels: 1, rate, bits: 16 }, data);
}

function riff(
  { code, channels, rate, bits }: { code: number; channels: number; rate: number; bits: number },
  data: Buffer,
): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(code, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE((rate * channels * bits) / 8, 28);
  head.writeUInt16LE((channels * bits) / 8, 32);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

describe('a WAV file', () => {
  it('of several channels is mixed into one, at the rate that it has', async () => {
    const data = Buffer.alloc(8);
    [1_000, 3_000, -2_000, -4_000].forEach((sample, index) => data.writeInt16LE(sample, index * 2));
    const file = riff({ code: 1, channels: 2, rate: 44_100, bits: 16 }, data);
    expect(wavFacts(file)).toEqual({ rate: 44_100, channels: 2, bits: 16, seconds: 0, isCutOff: false });
    expect(await readWav(file)).toEqual({ rate: 44_100, samples: Int16Array.of(2_000, -3_000) });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'no WAV file'],
    ['text', Buffer.from('this is some text, longer than a header'), 'no WAV file'],
    ['a head alone', wav([]).subarray(0, 36), 'no sound'],
    ['no sound', wav([]), 'no sound'],
    [
      'ten channels',
      riff({ code: 1, channels: 10, rate: 8_000, bits: 16 }, Buffer.alloc(100)),
      '10 channels',
    ],
    ['a strange rate', riff({ code: 1, channels: 1, rate: 100, bits: 16 }, Buffer.alloc(100)), '100 samples'],
    [
      'MP3 inside',
      riff({ code: 0x55, channels: 1, rate: 8_000, bits: 0 }, Buffer.alloc(100)),
      'not supported',
    ],
  ])('with %s is refused with the reason', (_what, file, reason) => {
    expect(() => wavFacts(file)).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', message: expect.stringContaining(reason) }),
    );
  });

  it('never makes the reader do anything but refuse or read', async () => {
    const good = wav([1, 2, 3, 4]);
    const damaged = fc
      .tuple(
        fc.integer({ min: 0, max: good.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 0, max: good.length }),
      )
      .map(([at, octet, length]) => {
        const copy = Buffer.from(good);
        copy[at] = octet;
        return copy.subarray(0, length);
      });
    await fc.assert(
      fc.asyncProperty(damaged, async (file) => {
        const outcome = await readWav(file).then(
          ({ samples }) => samples.length > 0,
          (error: unknown) => (error as SipsirenError).code === 'INVALID_VALUE',
        );
        expect(outcome).toBe(true);
      }),
    );
  });
});

describe('announcements', () => {
  it('are stored, listed, given back as they came, replaced and deleted', async () => {
    const announcements = new Announcements(join(folder, 'announcements'));
    expect(await announcements.list()).toEqual([]);
    const file = wav(new Array<number>(4_000).fill(100));
    expect(await announcements.put('Evacuate now', file)).toMatchObject({
      name: 'Evacuate now',
      seconds: 0.5,
      bits: 16,
    });
    await announcements.put('Alles klar äöü', wav([1, 2, 3]));
    expect((await announcements.list()).map(({ name }) => name)).toEqual(['Alles klar äöü', 'Evacuate now']);
    expect(Buffer.compare(await announcements.file('Evacuate now'), file)).toBe(0);
    await announcements.put('Evacuate now', wav(new Array<number>(8_000).fill(1)));
    expect((await announcements.list())[1]).toMatchObject({ seconds: 1 });
    await announcements.remove('Evacuate now');
    await expect(announcements.remove('Evacuate now')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(announcements.file('Evacuate now')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // A new device finds what the other has stored.
    expect(await new Announcements(join(folder, 'announcements')).list()).toHaveLength(1);
  });

  it('play at the rate of the codec, as often as asked', async () => {
    const announcements = new Announcements(folder);
    await announcements.put('a', wav(new Array<number>(320).fill(5_000), 16_000));
    const source = await announcements.source('a', { times: 2 });
    expect(source(8_000)).toHaveLength(160);
    expect(source(8_000)?.[80]).toBeCloseTo(5_000, -2);
    expect(source(8_000)).toBeUndefined();
  });

  it('are decoded once for many calls, and never played as they were before they were replaced', async () => {
    const announcements = new Announcements(folder);
    await announcements.put('a', wav(new Array<number>(160).fill(5_000)));
    const first = announcements.source('a');
    const more = Array.from({ length: 50 }, () => announcements.source('a'));
    await announcements.put('a', wav(new Array<number>(160).fill(-5_000)));
    expect((await first)(8_000)?.[80]).toBeDefined();
    await Promise.all(more);
    expect((await announcements.source('a'))(8_000)?.[80]).toBeCloseTo(-5_000, -2);
    await announcements.remove('a');
    await expect(announcements.source('a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stay in their folder whatever they are called', async () => {
    const announcements = new Announcements(join(folder, 'announcements'));
    for (const name of ['../config', 'a/b', '..', '.hidden', '', 'a\\b', 'x'.repeat(65), 'nul\0']) {
      await expect(announcements.put(name, wav([1]))).rejects.toMatchObject({
        code: 'INVALID_VALUE',
        path: 'name',
      });
      await expect(announcements.file(name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(announcements.remove(name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('have limits of size, length and number', async () => {
    const announcements = new Announcements(folder);
    const long = riff({ code: 1, channels: 1, rate: 4_000, bits: 8 }, Buffer.alloc(4_000 * 601));
    await expect(announcements.put('long', long)).rejects.toMatchObject({ code: 'INVALID_VALUE' });
    const small = wav([1]);
    for (let count = 0; count < ANNOUNCEMENT_LIMITS.announcements; count++)
      writeFileSync(join(folder, `${count}.wav`), small);
    await expect(announcements.put('one more', small)).rejects.toMatchObject({ code: 'LIMIT_REACHED' });
    expect(await announcements.put('7', small)).toMatchObject({ name: '7' });
  });

  it('leave out files that somebody else put there, and clear what an interrupted write left', async () => {
    const announcements = new Announcements(folder);
    writeFileSync(join(folder, 'notes.wav'), 'no sound at all');
    writeFileSync(join(folder, '.half.tmp'), 'half');
    await announcements.put('a', wav([1]));
    expect((await announcements.list()).map(({ name }) => name)).toEqual(['a']);
    expect(readdirSync(folder).sort()).toEqual(['a.wav', 'notes.wav']);
  });
});
