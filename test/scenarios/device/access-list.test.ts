import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestDevice } from '../../support/test-device.js';
import { until } from '../../support/until.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { WireCall } from '../../support/wire-call.js';

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

async function list(settings: object, ...sources: object[]): Promise<void> {
  for (const source of sources) {
    expect(await siren.api('POST', '/access-list/sources', source)).toMatchObject({ status: 201 });
  }
  expect(await siren.api('PATCH', '/access-list', { enabled: true, ...settings })).toMatchObject({
    status: 200,
  });
}

async function statusOfCall(from = peer): Promise<number> {
  const call = new WireCall(from, '1001');
  await call.invite();
  const { status } = await call.final('INVITE');
  await call.ack();
  if (status === 200) await call.bye();
  return status;
}

describe('The access list', () => {
  it('refuses with 403 before anything rings, says which entry it was, and reports it once', async () => {
    await list({ policy: 'block' }, { id: 'bad', source: 'peer@127.0.0.1', description: 'prank caller' });
    expect(await statusOfCall()).toBe(403);
    expect(siren.events('call.stateChange')).toMatchObject([
      {
        reason: 'Denied',
        remoteUri: expect.stringContaining('sip:peer@127.0.0.1'),
        detail: expect.stringContaining('prank caller'),
      },
    ]);
    expect(siren.events('activity')).toEqual([]);
    for (let count = 0; count < 20; count++) expect(await statusOfCall()).toBe(403);
    expect(siren.events('call.stateChange')).toHaveLength(1);
    const { body } = await siren.api('GET', '/calls');
    expect(body).toMatchObject([{ state: 'Idle', reason: 'Denied', refusal: 'accessList' }]);
  });

  it('allows a server by its address, whatever the caller calls itself, and nobody else', async () => {
    await list({ policy: 'allow' }, { source: '127.0.0.0/8' });
    expect(await statusOfCall()).toBe(200);
    const { body } = await siren.api('GET', '/access-list');
    const [{ id }] = (body as { sources: [{ id: string }] }).sources;
    await siren.api('PUT', `/access-list/sources/${id}`, { source: '192.0.2.0/24' });
    expect(await statusOfCall()).toBe(403);
    await siren.api('PATCH', '/access-list', { enabled: false });
    expect(await statusOfCall()).toBe(200);
  });

  it('knows a server by its name', async () => {
    await list({ policy: 'allow' }, { source: 'sip:localhost' });
    await until('the name to be looked up', () =>
      siren.device.access.addressesOf('localhost').length > 0 ? true : undefined,
    );
    expect(siren.device.access.addressesOf('localhost')).toContain('127.0.0.1');
    expect(await statusOfCall()).toBe(200);
  });

  it('can be silent: a scanner hears nothing, whatever it tries, while others are answered', async () => {
    await list({ policy: 'block', refusal: 'silence' }, { source: '1??*' });
    const scanner = await UdpPeer.open(siren.sipPort);
    try {
      await scanner.send(scan(scanner, 'OPTIONS'));
      await scanner.send(scan(scanner, 'SUBSCRIBE'));
      await scanner.send(scan(scanner, 'BYE', { toTag: 'guess' }));
      await scanner.send(scan(scanner, 'INVITE', { extra: ['Replaces: a;to-tag=b;from-tag=c'] }));
      await scanner.send(scan(scanner, 'INVITE', { extra: ['Require: nonsense'] }));
      await scanner.send(scan(scanner, 'INVITE'));
      await siren.event('call.stateChange', ({ reason }) => reason === 'Denied');
      expect(await statusOfCall()).toBe(200);
      expect(scanner.received.all).toEqual([]);
    } finally {
      await scanner.close();
    }
  });

  it('answers 403 to whatever else somebody asks who may not call', async () => {
    await list({ policy: 'block' }, { source: '100@1.1.1.1' });
    await peer.send(scan(peer, 'OPTIONS'));
    expect(await peer.response('scan-OPTIONS')).toMatchObject({ status: 403 });
  });

  it('never keeps the server of an account from asking whether the device lives', async () => {
    const account = { mode: 'registered', userId: 'siren', registrar: `127.0.0.1:${peer.port}` };
    expect(await siren.api('POST', '/accounts', account)).toMatchObject({ status: 201 });
    await list({ policy: 'allow', refusal: 'silence' });
    await peer.send(scan(peer, 'OPTIONS'));
    expect(await peer.response('scan-OPTIONS')).toMatchObject({ status: 200 });
  });

  it('never touches a call in progress', async () => {
    const call = await WireCall.establish(peer, '1001');
    await siren.event('activity', ({ change }) => change === 'started');
    await list({ policy: 'allow' });
    expect(await statusOfCall()).toBe(403);
    expect(siren.device.siren.status().light).toMatchObject([{ profile: 'Evacuation' }]);
    expect((await call.bye()).status).toBe(200);
  });

  it('can be asked about a caller, and refuses sources that mean nothing', async () => {
    await list({ policy: 'allow' }, { id: 'pbx', source: '10??', server: '192.0.2.7' });
    const decision = async (query: string) => (await siren.api('GET', `/access-list/decision?${query}`)).body;
    expect(await decision('address=192.0.2.7&caller=1044')).toMatchObject({
      allowed: true,
      entry: { id: 'pbx' },
    });
    expect(await decision('address=192.0.2.8&caller=1044')).toMatchObject({
      allowed: false,
      reason: 'notAllowed',
    });
    expect(await siren.api('GET', '/access-list/decision?address=pbx')).toMatchObject({ status: 422 });
    expect(await siren.api('POST', '/access-list/sources', { source: '192.0.2.0/99' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'source' }] },
    });
    expect(
      await siren.api('POST', '/access-list/sources', { source: '10??', server: '192.0.2.7' }),
    ).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'source', message: expect.stringContaining('already') }] },
    });
    expect(await siren.api('DELETE', '/access-list/sources/nobody')).toMatchObject({ status: 404 });
  });
});

/** A request as a scanner sends it. */
function scan(
  { port }: UdpPeer,
  method: string,
  { toTag, extra = [] }: { readonly toTag?: string; readonly extra?: readonly string[] } = {},
): string {
  const branch = `z9hG4bK-${method}-${extra.join().length}`;
  return [
    `${method} sip:1001@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=${branch};rport`,
    'Max-Forwards: 70',
    'From: <sip:100@1.1.1.1>;tag=scan',
    `To: <sip:1001@127.0.0.1>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    `Call-ID: scan-${method}${extra.join().slice(0, 3)}`,
    `CSeq: 1 ${method}`,
    'Contact: <sip:100@1.1.1.1>',
    ...extra,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
