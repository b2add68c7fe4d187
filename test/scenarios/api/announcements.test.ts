import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ANNOUNCEMENT_LIMITS } from '../../../src/calls/announcements.js';
import { findSoundPattern } from '../../../src/patterns/sound/index.js';
import { renderWav } from '../../../src/patterns/render-wav.js';
import { TestDevice } from '../../support/test-device.js';

let siren: TestDevice;
let file: Buffer;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
  const pattern = findSoundPattern('Siren: Evac') ?? anyPattern();
  file = await renderWav(pattern, { sampleRate: 8_000, intensity: 5 });
});

afterEach(() => siren.close());

function anyPattern(): never {
  throw new Error('this sound is gone; choose another');
}

async function put(name: string, body: Uint8Array, contentType?: string) {
  const response = await fetch(`${siren.url}/api/v1/announcements/${encodeURIComponent(name)}`, {
    method: 'PUT',
    body: body as Uint8Array<ArrayBuffer>,
    ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
  });
  return { status: response.status, body: (await response.json()) as object };
}

describe('An announcement', () => {
  it('is uploaded as it is, listed, downloaded and deleted', async () => {
    expect(await put('Leave the building', file, 'audio/wav')).toMatchObject({
      status: 200,
      body: { name: 'Leave the building', rate: 8_000, channels: 1, bits: 16, bytes: file.length },
    });
    expect(await put('Second', file)).toMatchObject({ status: 200 });
    expect((await siren.api('GET', '/announcements')).body).toMatchObject([
      { name: 'Leave the building' },
      { name: 'Second' },
    ]);
    const response = await fetch(`${siren.url}/api/v1/announcements/Second`);
    expect(response.headers.get('content-type')).toBe('audio/wav');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), file)).toBe(0);
    expect((await siren.api('DELETE', '/announcements/Second')).status).toBe(204);
    expect((await siren.api('GET', '/announcements/Second')).status).toBe(404);
  });

  it('is refused with the reason: no sound, too large, another kind of file, a bad name', async () => {
    expect(await put('a', Buffer.from('no sound at all, only text'), 'audio/wav')).toMatchObject({
      status: 422,
      body: { code: 'INVALID_VALUE', errors: [{ accepted: expect.stringContaining('WAV') }] },
    });
    expect(await put('a', Buffer.alloc(ANNOUNCEMENT_LIMITS.bytes + 1), 'audio/wav')).toMatchObject({
      status: 413,
      body: { detail: expect.stringContaining('16 MiB') },
    });
    expect(await put('a', file, 'audio/mpeg')).toMatchObject({
      status: 415,
      body: { detail: expect.stringContaining('audio/wav') },
    });
    expect(await put('../config', file, 'audio/wav')).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'name' }] },
    });
    expect((await siren.api('GET', '/announcements')).body).toEqual([]);
    expect((await siren.api('PUT', '/announcements/a')).status).toBe(422);
  });
});
