import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { TestDevice } from '../../support/test-device.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { WireCall } from '../../support/wire-call.js';
import { WireRequest } from '../../support/wire-request.js';

let siren: TestDevice;
let peer: UdpPeer;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
  peer = await UdpPeer.open(siren.sipPort);
});

afterEach(async () => {
  await peer.close();
  await siren.close();
});

const ask = () => new WireRequest(peer, { method: 'OPTIONS', extension: '1001' }).ask();

it('OPTIONS tells what the device can', async () => {
  const { status, headers } = await ask();
  expect([
    status,
    ...['Allow', 'Supported', 'Accept', 'Allow-Events'].map((name) => headers.first(name)),
  ]).toEqual([
    200,
    'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK, MESSAGE, SUBSCRIBE',
    'timer, 100rel',
    'application/sdp, text/plain, message/cpim',
    'dialog, presence',
  ]);
});

it('OPTIONS gets what a call would get', async () => {
  const account = siren.device.config.get('accounts')[0]!;
  const change = (changes: object) => siren.device.config.update('accounts', [{ ...account, ...changes }]);
  await change({ maxCalls: 1 });
  const call = await WireCall.establish(peer, '1001');
  const busy = await ask();
  expect([busy.status, busy.headers.first('Warning')]).toEqual([
    486,
    '399 sipsiren "the account has a call already, which is its limit"',
  ]);
  expect(busy.headers.first('Allow')).toContain('INVITE');
  await call.bye();
  expect((await ask()).status).toBe(200);
  // Who would be asked for a password can be asked about its health without one.
  await change({ callerPassword: 'secret' });
  expect((await ask()).status).toBe(200);
  await change({ active: false });
  expect((await ask()).status).toBe(404);
  await change({});
  await siren.api('PATCH', '/sip', { allowIncomingCalls: false });
  expect((await ask()).status).toBe(403);
});

it('OPTIONS gets 486 while all places for calls are taken', async () => {
  await siren.api('PATCH', '/sip', { maxConcurrentCalls: 1 });
  const call = await WireCall.establish(peer, '1001');
  expect((await ask()).status).toBe(486);
  await call.bye();
  expect((await ask()).status).toBe(200);
});
