import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestDevice } from '../../support/test-device.js';

let folder: string;
let siren: TestDevice;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
  siren = await TestDevice.start({ http: true, folder });
});

afterEach(async () => {
  await siren.close();
  rmSync(folder, { recursive: true, force: true });
});

const hall = { id: 'hall', name: 'Hall', kind: 'audio', settings: { device: 'no_such_card' } };

describe('The outputs over the API', () => {
  it('are the page alone at first, which stays', async () => {
    expect(await siren.api('GET', '/outputs')).toEqual({
      status: 200,
      body: [
        {
          id: 'virtual',
          name: 'Page',
          kind: 'virtual',
          enabled: true,
          settings: {},
          isLasting: true,
          status: { state: 'ok' },
        },
      ],
    });
    expect(await siren.api('DELETE', '/outputs/virtual')).toMatchObject({ status: 409 });
    expect(await siren.api('POST', '/outputs/virtual/test')).toMatchObject({
      status: 200,
      body: { ok: true },
    });
    expect(await siren.api('POST', '/outputs', { ...hall, id: 'virtual' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'id' }] },
    });
  });

  it('are added, say that they fail, are changed with what was read, and go', async () => {
    expect(await siren.api('POST', '/outputs', hall)).toMatchObject({
      status: 201,
      body: { id: 'hall', settings: { device: 'no_such_card', channels: 2, volume: 100 } },
    });
    const { event } = await siren.event('output.state', ({ output }) => output === 'hall');
    expect(event).toMatchObject({ name: 'Hall', kind: 'audio', state: 'failing', error: expect.any(String) });
    const { body } = await siren.api('GET', '/outputs/hall');
    expect(body).toMatchObject({ status: { state: 'failing', error: expect.any(String) } });
    expect(await siren.api('POST', '/outputs/hall/test')).toMatchObject({
      status: 200,
      body: { ok: false, error: expect.any(String) },
    });
    const off = { ...(body as object), enabled: false };
    expect(await siren.api('PUT', '/outputs/hall', off)).toMatchObject({
      status: 200,
      body: { enabled: false, status: { state: 'off' } },
    });
    expect(await siren.api('POST', '/outputs/hall/test')).toMatchObject({ status: 409 });
    expect(await siren.api('POST', '/outputs', hall)).toMatchObject({ status: 409 });
    expect(await siren.api('DELETE', '/outputs/hall')).toMatchObject({ status: 204 });
    expect(await siren.api('GET', '/outputs/hall')).toMatchObject({ status: 404 });
  });

  it('are there again after a restart', async () => {
    await siren.api('POST', '/outputs', hall);
    await siren.close();
    siren = await TestDevice.start({ http: true, folder });
    expect(await siren.api('GET', '/outputs/hall')).toMatchObject({ status: 200, body: { name: 'Hall' } });
  });

  it('say which field is wrong, and which kinds there are', async () => {
    const loud = { ...hall, settings: { volume: 101 } };
    expect(await siren.api('POST', '/outputs', loud)).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'settings.volume', accepted: 'a whole number from 0 to 100' }] },
    });
    expect(await siren.api('POST', '/outputs', { ...hall, kind: 'trumpet' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'kind' }] },
    });
    const { body } = await siren.api('GET', '/output-kinds');
    for (const kind of body as { kind: string; settings: object }[]) {
      expect(kind).toMatchObject({ summary: expect.any(String), settings: { type: 'object' } });
    }
  });

  it('never show a secret, keep it with its destination, and forget it with another', async () => {
    const at = (origin: string) => ({
      id: 'lamp',
      kind: 'http',
      enabled: false,
      settings: { on: { url: `${origin}/on` }, off: { url: `${origin}/off` } },
    });
    const lamp = at('http://127.0.0.1:9');
    const secret = { ...lamp, settings: { ...lamp.settings, secret: 's3cret' } };
    const created = await siren.api('POST', '/outputs', secret);
    expect(created).toMatchObject({ status: 201, body: { settings: { hasSecret: true } } });
    const stored = () => siren.device.config.get('outputs')[0]?.settings['secret'];
    const sentBack = await siren.api('PUT', '/outputs/lamp', created.body);
    expect([sentBack.status, stored()]).toEqual([200, 's3cret']);
    expect(JSON.stringify([created, sentBack, await siren.api('GET', '/outputs')])).not.toContain('s3cret');
    const elsewhere = await siren.api('PUT', '/outputs/lamp', at('http://127.0.0.1:10'));
    expect([elsewhere.status, stored()]).toEqual([200, '']);
    expect(elsewhere).toMatchObject({ body: { settings: { hasSecret: false } } });
  });

  it('keep no alarm from being shown, although one of them fails', async () => {
    await siren.api('POST', '/outputs', hall);
    await siren.event('output.state', ({ output }) => output === 'hall');
    expect(await siren.api('POST', '/profiles/Evacuation/start')).toMatchObject({ status: 200 });
    expect(siren.device.output.current).toMatchObject({ light: { profile: 'Evacuation' } });
  });
});
