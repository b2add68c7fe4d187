import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav, wavFacts } from '../../src/media/wav-recording.js';
import { Ffmpeg } from '../support/ffmpeg.js';

/** The same on the left and on the right. */
const BOTH_SIDES = 'pan=stereo|c0=c0|c1=c0';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A second of 400 Hz in a WAV file. */
async function written(...options: string[]): Promise<Buffer> {
  const file = join(folder, 'tone.wav');
  const source = 'sine=frequency=400:duration=1:sample_rate=16000';
  await new Ffmpeg('-f', 'lavfi', '-i', source, ...options, file).done();
  return readFileSync(file);
}

describe('A WAV file that ffmpeg writes', () => {
  it.each([
    [['-c:a', 'pcm_u8'], 16_000, 1, 8],
    [['-c:a', 'pcm_s16le'], 16_000, 1, 16],
    [['-c:a', 'pcm_s24le', '-af', BOTH_SIDES, '-ar', '48000'], 48_000, 2, 24],
    [['-c:a', 'pcm_s32le', '-ar', '44100'], 44_100, 1, 32],
    [['-c:a', 'pcm_f32le', '-af', BOTH_SIDES], 16_000, 2, 32],
    [['-c:a', 'pcm_f64le'], 16_000, 1, 64],
    [['-c:a', 'pcm_alaw', '-ar', '8000'], 8_000, 1, 8],
    [['-c:a', 'pcm_mulaw', '-ar', '8000'], 8_000, 1, 8],
  ])('with %j can be an announcement', async (options, rate, channels, bits) => {
    const file = await written(...options);
    expect(wavFacts(file)).toEqual({ rate, channels, bits, seconds: 1, isCutOff: false });
    const { samples } = await readWav(file);
    const plain = await readWav(await written('-c:a', 'pcm_s16le', '-ar', String(rate)));
    let difference = 0;
    for (let index = 0; index < rate; index++) {
      difference = Math.max(difference, Math.abs((samples[index] ?? 0) - (plain.samples[index] ?? 0)));
    }
    // ffmpeg's sine has an eighth of full scale; 8 bits are right to 1/256 of full scale.
    expect(difference).toBeLessThan(bits === 8 ? 300 : 4);
  });
});
