import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { freePort } from '../../support/free-port.js';
import { TestDevice } from '../../support/test-device.js';

let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
});

afterEach(() => siren.close());

describe('SIP settings, changed while the device runs', () => {
  it('refuse a port that another program has, naming the setting, and go on as before', async () => {
    const other = createSocket('udp4').bind(0, '127.0.0.1');
    await once(other, 'listening');
    const before = (await siren.api('GET', '/sip')).body as object;
    const { port } = other.address();
    expect(await siren.api('PATCH', '/sip', { port })).toMatchObject({
      status: 409,
      body: { code: 'ADDRESS_IN_USE', errors: [{ path: 'port' }] },
    });
    expect(await siren.api('PUT', '/sip', { ...before, port })).toMatchObject({ status: 409 });
    other.close();
    expect((await siren.api('GET', '/sip')).body).toEqual(before);
    expect(siren.device.calls.listening).toMatchObject([{ port: siren.sipPort }, { port: siren.sipPort }]);
  });

  it('refuse an address that the machine does not have', async () => {
    expect(await siren.api('PATCH', '/sip', { addresses: ['192.0.2.1'] })).toMatchObject({
      status: 409,
      body: { code: 'ADDRESS_NOT_AVAILABLE', errors: [{ path: 'addresses' }] },
    });
    expect(siren.device.calls.listening).toMatchObject([
      { address: '127.0.0.1', port: siren.sipPort },
      { address: '127.0.0.1', port: siren.sipPort },
    ]);
  });

  it('move to a free port at once', async () => {
    const port = await freePort();
    expect(await siren.api('PATCH', '/sip', { port })).toMatchObject({ status: 200, body: { port } });
    expect(await siren.api('GET', '/status')).toMatchObject({ body: { dial: [`127.0.0.1:${port}`] } });
  });

  it('change on the same port as well', async () => {
    const changes = { maxConcurrentCalls: 7, udpToTcpSwitching: false, rtpStartPort: 30_000 };
    expect(await siren.api('PATCH', '/sip', changes)).toMatchObject({ status: 200, body: changes });
    expect(siren.device.calls.listening).toMatchObject([{ port: siren.sipPort }, { port: siren.sipPort }]);
  });

  it('do not restart SIP under a call, whereas another port leaves the call alone', async () => {
    const other = await TestDevice.start();
    await other.device.calls.place({ to: `sip:1001@${siren.sipAddress}` });
    await siren.event('activity', (event) => event.change === 'started');
    expect(await siren.api('PATCH', '/sip', { maxConcurrentCalls: 7 })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    });
    expect(await siren.api('GET', '/sip')).not.toMatchObject({ body: { maxConcurrentCalls: 7 } });
    expect(await siren.api('PATCH', '/sip', { port: await freePort() })).toMatchObject({ status: 200 });
    expect(siren.device.calls.list()).toMatchObject([{ state: 'Active' }]);
    expect(siren.events('activity').map(({ change }) => change)).toEqual(['started', 'started']);
    await other.close();
    await siren.event('activity', (event) => event.change === 'ended');
  });
});
