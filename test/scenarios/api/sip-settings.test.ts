import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { freePort } from '../../support/free-port.js';
import { TestDevice } from '../../support/test-device.js';

let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
});

afterEach(() => siren.close());

/** Where calls arrive without TLS. */
const sipPorts = () => siren.device.calls.listening.filter(({ protocol }) => protocol !== 'tls');
const tlsPorts = () => siren.device.calls.listening.filter(({ protocol }) => protocol === 'tls');

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
    expect(sipPorts()).toMatchObject([{ port: siren.sipPort }, { port: siren.sipPort }]);
  });

  it('refuse an address that the machine does not have', async () => {
    expect(await siren.api('PATCH', '/sip', { addresses: ['192.0.2.1'] })).toMatchObject({
      status: 409,
      body: { code: 'ADDRESS_NOT_AVAILABLE', errors: [{ path: 'addresses' }] },
    });
    expect(sipPorts()).toMatchObject([
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
    expect(sipPorts()).toMatchObject([{ port: siren.sipPort }, { port: siren.sipPort }]);
  });

  it('are taken over under a call; only other addresses on the same port are not', async () => {
    const other = await TestDevice.start();
    await other.device.calls.place({ to: `sip:1001@${siren.sipAddress}` });
    await siren.event('activity', (event) => event.change === 'started');
    const changes = {
      maxConcurrentCalls: 7,
      udpToTcpSwitching: false,
      allowViaRewrite: true,
      sessionTimers: 'off',
      reliableProvisional: 'off',
      tlsPort: await freePort(),
    };
    expect(await siren.api('PATCH', '/sip', changes)).toMatchObject({ status: 200, body: changes });
    expect(await siren.api('PATCH', '/sip', { addresses: [] })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    });
    expect(await siren.api('PATCH', '/sip', { port: await freePort() })).toMatchObject({ status: 200 });
    expect(tlsPorts()).toMatchObject([{ port: changes.tlsPort }]);
    expect(siren.device.calls.list()).toMatchObject([{ state: 'Active' }]);
    expect(siren.events('activity').map(({ change }) => change)).toEqual(['started', 'started']);
    await other.close();
    await siren.event('activity', (event) => event.change === 'ended');
  });

  it('are taken over where the TLS port was taken at the start, and open it once it is free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await siren.close();
    siren = await TestDevice.start({ http: true, tlsPort: port });
    expect(await siren.api('PATCH', '/sip', { callingTimeoutSeconds: 17 })).toMatchObject({ status: 200 });
    expect(tlsPorts()).toEqual([]);
    expect(await siren.api('PATCH', '/sip', { tlsVersion: '1.3' })).toMatchObject({ status: 409 });
    other.close();
    await once(other, 'close');
    expect(await siren.api('PATCH', '/sip', { callingTimeoutSeconds: 18 })).toMatchObject({ status: 200 });
    expect(tlsPorts()).toMatchObject([{ port }]);
  });

  it('refuse a TLS port that another program has, and go on with the one before', async () => {
    const before = tlsPorts();
    expect(before).toHaveLength(1);
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await siren.api('PATCH', '/sip', { tlsPort: port, maxConcurrentCalls: 9 })).toMatchObject({
      status: 409,
      body: { code: 'ADDRESS_IN_USE', errors: [{ path: 'tlsPort' }] },
    });
    expect(await siren.api('PATCH', '/sip', { tlsPort: port, port: await freePort() })).toMatchObject({
      status: 409,
    });
    other.close();
    expect(tlsPorts()).toEqual(before);
    expect(sipPorts()).toMatchObject([{ port: siren.sipPort }, { port: siren.sipPort }]);
    expect(await siren.api('PATCH', '/sip', { tlsPort: await freePort() })).toMatchObject({ status: 200 });
    expect(tlsPorts()).not.toEqual(before);
  });
});
