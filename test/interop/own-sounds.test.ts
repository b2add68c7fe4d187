import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { soxFormat, soxLevels, soxPitch } from '../support/sox.js';
import { TestDevice } from '../support/test-device.js';

let folder: string;
let siren: TestDevice;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
  siren = await TestDevice.start({ http: true });
});

afterEach(async () => {
  await siren.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A file that sox makes; its ending says of which format. */
function made(name: string, ...effects: string[]): Buffer {
  const file = join(folder, name);
  execFileSync('sox', [
    '-n',
    ...effects.slice(0, effects.indexOf(':')),
    file,
    ...effects.slice(effects.indexOf(':') + 1),
  ]);
  return readFileSync(file);
}

const put = (name: string, bytes: Buffer, type = 'application/octet-stream') =>
  fetch(`${siren.url}/api/v1/own-sounds/${encodeURIComponent(name)}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body: new Uint8Array(bytes),
  });

/** What the device gives of a sound, as a file. */
async function heard(pattern: string, query: string): Promise<string> {
  const response = await fetch(`${siren.url}/api/v1/sounds/${encodeURIComponent(pattern)}?${query}`);
  expect(response.status).toBe(200);
  const file = join(folder, 'heard.wav');
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

describe('An own sound, measured by sox', () => {
  it.each([
    ['soft.wav', ['-r', '44100', '-c', '2', ':', 'synth', '2.5', 'sine', '800', 'vol', '0.01'], 'audio/wav'],
    [
      '24 bits.wav',
      ['-r', '96000', '-b', '24', ':', 'synth', '2.5', 'sine', '800', 'vol', '0.9'],
      'audio/x-wav',
    ],
    [
      'music.flac',
      ['-r', '48000', '-c', '2', ':', 'synth', '2.5', 'sine', '800', 'vol', '0.3'],
      'audio/flac',
    ],
    ['telephone.wav', ['-r', '8000', '-e', 'a-law', ':', 'synth', '2.5', 'sine', '800'], 'audio/wav'],
  ])(
    'from %s is as loud as a tone of the siren, of the same pitch, and loops',
    async (name, effects, type) => {
      expect((await put(name, made(name, ...effects), type)).status).toBe(200);
      for (const rate of [8_000, 16_000, 48_000]) {
        const file = await heard(`own: ${name}`, `sampleRate=${rate}`);
        expect(soxFormat(file)).toEqual({ rate, channels: 1, bits: 16, seconds: 2.48 });
        // A steady tone of 800 Hz, which reads -12 dB with the A-weighting's -0.8.
        expect(Math.abs(soxLevels(file).rms + 11.2)).toBeLessThan(0.4);
        expect(soxLevels(file).flatness).toBeLessThan(1);
        expect(Math.abs(soxPitch(file, 1) - 800)).toBeLessThan(14);
      }
    },
  );

  it('is used by a profile in any spelling, and is not deleted meanwhile', async () => {
    await put('Fire bell', made('bell.wav', '-r', '48000', ':', 'synth', '1', 'sine', '700'));
    const profile = { name: 'Bell', siren: { pattern: 'OWN firebell' } };
    expect(
      await siren.api('POST', '/profiles', { ...profile, siren: { pattern: 'own: nothing' } }),
    ).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'siren.pattern', accepted: 'one of Own: Fire bell' }] },
    });
    expect(await siren.api('POST', '/profiles', profile)).toMatchObject({
      status: 201,
      body: { siren: { pattern: 'Own: Fire bell' } },
    });
    expect(await siren.api('DELETE', '/own-sounds/FIRE%20BELL')).toMatchObject({ status: 409 });
    await siren.device.sounds.settled();
    await siren.api('POST', '/profiles/Bell/start');
    expect(siren.device.siren.show.siren?.sound?.name).toBe('Own: Fire bell');
    await siren.api('DELETE', '/profiles/Bell');
    expect(await siren.api('DELETE', '/own-sounds/fire%20bell')).toMatchObject({ status: 204 });
    expect((await put('bad', Buffer.from('no sound'))).status).toBe(422);
    expect((await put('bad', Buffer.from('x'), 'text/plain')).status).toBe(415);
  });
});

describe('A text spoken by espeak-ng', () => {
  it('is heard before the siren, as loud as that', async () => {
    const speech = { text: 'Fire in hall two. Please leave the building.', voice: 'en-gb' };
    const profile = { name: 'Hall two', siren: { pattern: 'Siren: Evac', intensity: 5, speech } };
    expect(await siren.api('POST', '/profiles', profile)).toMatchObject({ status: 201 });
    await siren.device.sounds.settled();
    await siren.api('POST', '/profiles/Hall%20two/start');
    const { name = '', leadIn = 0 } = siren.device.siren.show.siren?.sound ?? {};
    const file = await heard(name, 'part=leadIn&sampleRate=16000');
    expect(soxFormat(file).seconds).toBeCloseTo(leadIn / 1_000, 3);
    expect(leadIn).toBeGreaterThan(2_000);
    const spoken = soxLevels(file);
    const sounded = soxLevels(await heard(name, 'part=loop&sampleRate=16000'));
    // By the loudest 50 ms, without the weighting of the ear; peaks stay below full scale.
    expect(Math.abs(spoken.loudest - sounded.loudest)).toBeLessThan(5);
    expect(spoken.peak).toBeLessThanOrEqual(0);
    expect(await siren.api('GET', '/speech')).toMatchObject({
      body: { available: true, problems: [] },
    });
  });
});
