import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestDevice } from '../../support/test-device.js';

const SCANNER = '192.0.2.7';

let folder: string;
let siren: TestDevice;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-guard-'));
  siren = await TestDevice.start({ http: true, folder });
});

afterEach(async () => {
  await siren.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listed(): Promise<unknown> {
  return (await siren.api('GET', '/blocked-sources')).body;
}

describe('The source guard', () => {
  it('refuses settings that contradict each other, with the field, and changes nothing', async () => {
    const { status, body } = await siren.api('PATCH', '/source-guard', { burst: 10 });
    expect([status, body]).toMatchObject([422, { errors: [{ path: 'burst', accepted: '50 or more' }] }]);
    expect((await siren.api('GET', '/source-guard')).body).toMatchObject({ burst: 200 });
  });

  it.each([
    [{ address: '127.0.0.1' }, 'address'],
    [{ address: '192.0.2.300' }, 'address'],
    [{ address: SCANNER, seconds: 0 }, 'seconds'],
    [{}, 'address'],
  ])('blocks nothing for %p', async (source, path) => {
    const { status, body } = await siren.api('POST', '/blocked-sources', source);
    expect([status, body]).toMatchObject([422, { errors: [{ path }] }]);
    expect(await listed()).toEqual([]);
  });

  it('never blocks a server, by hand either', async () => {
    await siren.api('PATCH', '/sip', { trustedServers: [SCANNER] });
    const { status, body } = await siren.api('POST', '/blocked-sources', { address: SCANNER });
    expect([status, body]).toMatchObject([422, { errors: [{ path: 'address' }] }]);
  });

  it('keeps what was blocked by hand over a restart, and lifts it', async () => {
    const block = { address: SCANNER, description: 'scans every night' };
    expect((await siren.api('POST', '/blocked-sources', block)).status).toBe(201);
    await siren.close();
    siren = await TestDevice.start({ http: true, folder });
    expect(await listed()).toMatchObject([{ address: SCANNER, until: null, reason: 'byHand' }]);
    expect((await siren.api('DELETE', `/blocked-sources/${SCANNER}`)).status).toBe(204);
    expect(await listed()).toEqual([]);
    expect((await siren.api('DELETE', `/blocked-sources/${SCANNER}`)).status).toBe(404);
  });

  it('sets off a rule that waits for a source to be blocked', async () => {
    const rule = {
      name: 'Somebody is blocked',
      conditions: [{ kind: 'security.sourceBlocked', reason: 'byHand' }],
      actions: [{ kind: 'siren.profile', profile: 'Attention', run: 'start' }],
    };
    expect((await siren.api('POST', '/rules', rule)).status).toBe(201);
    await siren.api('POST', '/blocked-sources', { address: SCANNER, seconds: 60 });
    await siren.event('activity', (event) => event.profile === 'Attention' && event.change === 'started');
  });
});
