import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestDevice } from '../../support/test-device.js';

let siren: TestDevice;
let other: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
  other = await TestDevice.start();
});

afterEach(async () => {
  await siren.close();
  await other.close();
});

describe('A call placed through the API', () => {
  it('can press keys, which the other side gets one by one', async () => {
    const placed = await siren.api('POST', '/calls', { to: `sip:1002@${other.sipAddress}` });
    const { callId } = placed.body as { callId: string };
    await siren.event('call.state', (event) => event.state === 'Active');
    expect(await siren.api('POST', `/calls/${callId}/dtmf`, { digits: '1#' })).toMatchObject({ status: 204 });
    await other.event('call.dtmf', (event) => event.digit === '#');
    expect(other.events('call.dtmf').map(({ digit }) => digit)).toEqual(['1', '#']);
    expect(await siren.api('POST', `/calls/${callId}/dtmf`, { digits: 'x' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'digits' }] },
    });
    expect(await siren.api('DELETE', `/calls/${callId}`)).toMatchObject({ status: 204 });
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(await siren.api('POST', `/calls/${callId}/dtmf`, { digits: '1' })).toMatchObject({ status: 404 });
  });

  it('comes from an account that registers nowhere, which therefore cannot be refreshed', async () => {
    expect(await siren.api('POST', '/accounts/peer-to-peer/refresh')).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    });
    expect(await siren.api('POST', '/accounts/nobody/refresh')).toMatchObject({ status: 404 });
  });
});

describe('What the API gives', () => {
  it.each(['/profiles/All%20clear', '/accounts/peer-to-peer', '/sip'])(
    'at %s is accepted by a PUT unchanged',
    async (path) => {
      const { body } = await siren.api('GET', path);
      expect(await siren.api('PUT', path, body)).toEqual({ status: 200, body });
    },
  );

  it('as a rule is accepted by a PUT unchanged', async () => {
    const { body } = await siren.api('GET', '/rules');
    for (const rule of body as { id?: string; name: string }[]) {
      const path = `/rules/${encodeURIComponent(rule.id ?? rule.name)}`;
      expect(await siren.api('PUT', path, rule)).toMatchObject({ status: 200, body: rule });
    }
    expect((body as unknown[]).length).toBeGreaterThan(0);
  });
});
