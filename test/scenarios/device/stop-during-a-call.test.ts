import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { SipsirenDevice } from '../../support/sipsiren-process.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { WireCall } from '../../support/wire-call.js';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  'A device that is stopped by %s during a call says BYE, ends by itself and leaves its port free',
  async (signal) => {
    const device = await SipsirenDevice.start();
    closing.push(() => device.remove());
    const phone = await UdpPeer.open(device.sipPort);
    closing.push(() => phone.close());
    const call = await WireCall.establish(phone, '1001');
    device.process.signal(signal);
    expect((await phone.request('BYE', call.callId)).headers.first('Reason')).toMatch(/stops/);
    expect(await device.process.ended()).toBe(0);
    expect(device.process.errors.all).toEqual([]);

    const socket = createSocket('udp4');
    socket.bind(device.sipPort, '127.0.0.1');
    await once(socket, 'listening');
    const server = createServer().listen(device.sipPort, '127.0.0.1');
    await once(server, 'listening');
    socket.close();
    server.close();
    await once(server, 'close');
  },
);

it('A phone that does not answer the BYE does not keep the device from ending', async () => {
  const device = await SipsirenDevice.start();
  closing.push(() => device.remove());
  const phone = await UdpPeer.open(device.sipPort);
  closing.push(() => phone.close());
  phone.onRequest = () => undefined;
  const call = await WireCall.establish(phone, '1001');
  device.process.signal('SIGTERM');
  await phone.request('BYE', call.callId);
  expect(await device.process.ended()).toBe(0);
}, 15_000);
