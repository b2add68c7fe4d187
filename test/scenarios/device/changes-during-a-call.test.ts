import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { freePort } from '../../support/free-port.js';
import { TestDevice } from '../../support/test-device.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { WireCall } from '../../support/wire-call.js';

const closing: (() => Promise<unknown>)[] = [];
let siren: TestDevice;
let phone: UdpPeer;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
  closing.push(() => siren.close());
  phone = await peerOf(siren.sipPort);
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function peerOf(port: number): Promise<UdpPeer> {
  const peer = await UdpPeer.open(port);
  closing.push(() => peer.close());
  return peer;
}

/** Calls and waits until the profile shows. */
async function callEvacuation(): Promise<WireCall> {
  const call = await WireCall.establish(phone, '1001');
  await siren.event('activity', (event) => event.profile === 'Evacuation' && event.change === 'started');
  return call;
}

const ended = () => siren.event('activity', (event) => event.change === 'ended');
const profiles = () => siren.device.siren.status().siren.map(({ profile }) => profile);

it('When the SIP port is changed during a call, the call stays on the old port and new ones arrive on the new', async () => {
  const call = await callEvacuation();
  const port = await freePort();
  expect((await siren.api('PATCH', '/sip', { port })).status).toBe(200);
  const { listening } = siren.device.calls;
  expect(listening.filter(({ protocol }) => protocol !== 'tls').every((point) => point.port === port)).toBe(
    true,
  );

  const other = await peerOf(port);
  const second = await WireCall.establish(other, '1002');
  expect(siren.device.calls.list()).toHaveLength(2);
  expect((await call.info('5')).status).toBe(200);
  expect((await siren.event('call.dtmf')).event.digit).toBe('5');
  expect(profiles()).toContain('Evacuation');
  expect((await call.bye()).status).toBe(200);
  await siren.event('activity', (event) => event.profile === 'Evacuation' && event.change === 'ended');
  expect((await second.bye()).status).toBe(200);
  expect((await WireCall.establish(other, '1001').then((third) => third.bye())).status).toBe(200);
});

it('A SIP port that is taken is refused, nothing changes, and calls go on arriving', async () => {
  const occupant = await TestDevice.start();
  closing.push(() => occupant.close());
  const answer = await siren.api('PATCH', '/sip', { port: occupant.sipPort });
  expect(answer).toMatchObject({ status: 409, body: { code: 'ADDRESS_IN_USE' } });
  expect(siren.device.config.get('sip').port).toBe(siren.sipPort);
  const call = await callEvacuation();
  expect((await call.bye()).status).toBe(200);
});

it('A profile that is edited while it runs goes on running and is stopped by the end of its call', async () => {
  const call = await callEvacuation();
  const { body } = await siren.api('GET', '/profiles/Evacuation');
  const edited = { ...(body as Record<string, unknown>), priority: 9, description: 'Leave at once.' };
  expect((await siren.api('PUT', '/profiles/Evacuation', edited)).status).toBe(200);
  expect(profiles()).toEqual(['Evacuation']);
  await call.bye();
  await siren.until('silence', () => (profiles().length === 0 ? true : undefined));
  expect(siren.device.siren.status()).toEqual({ light: [], siren: [] });
});

it('A profile that a rule needs is not deleted alone; with its rules it is, and what ran of it ends', async () => {
  const call = await callEvacuation();
  const refused = await siren.api('DELETE', '/profiles/Evacuation');
  expect(refused).toMatchObject({ status: 409 });
  expect(profiles()).toEqual(['Evacuation']);
  expect((await siren.api('DELETE', '/profiles/Evacuation?withRules=true')).status).toBe(204);
  await ended();
  expect(siren.device.siren.status()).toEqual({ light: [], siren: [] });
  expect((await call.info('1')).status).toBe(200);
  expect((await call.bye()).status).toBe(200);
});

it('A rule that is deleted while its call runs takes its profile along, and the call stays', async () => {
  const call = await callEvacuation();
  expect((await siren.api('DELETE', '/rules/Evacuate%20on%201001')).status).toBe(204);
  await ended();
  expect(siren.device.calls.list()).toHaveLength(1);
  expect((await call.bye()).status).toBe(200);
});

it('An account that is deactivated during a call keeps the call and takes no further one', async () => {
  const call = await callEvacuation();
  const { body } = await siren.api('GET', '/accounts/peer-to-peer');
  const account = { ...(body as Record<string, unknown>), active: false };
  expect((await siren.api('PUT', '/accounts/peer-to-peer', account)).status).toBe(200);
  const second = new WireCall(phone, '1002');
  await second.invite();
  expect((await second.final('INVITE')).status).toBe(404);
  await second.ack();
  expect(profiles()).toEqual(['Evacuation']);
  expect((await call.bye()).status).toBe(200);
  await ended();
});

it('SIP that is turned off during a call hangs up, stops the siren and closes the port', async () => {
  const call = await callEvacuation();
  expect((await siren.api('PATCH', '/sip', { enabled: false })).status).toBe(200);
  expect((await phone.request('BYE', call.callId)).method).toBe('BYE');
  await ended();
  expect(siren.device.calls.listening).toEqual([]);
});
