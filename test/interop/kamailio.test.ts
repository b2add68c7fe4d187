import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallStateEvent } from '../../src/events/device-event.js';
import { testAuthority, testCertificate } from '../support/certificates.js';
import { DribblingRelay } from '../support/dribbling-relay.js';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { Kamailio } from '../support/kamailio.js';
import { TestDevice } from '../support/test-device.js';
import { UdpPeer } from '../support/udp-peer.js';
import { until } from '../support/until.js';
import { WireRequest } from '../support/wire-request.js';

const PEER = { peer: 'Kamailio', version: programVersion('kamailio') };

let kamailio: Kamailio;
let edge: Kamailio;
const devices: TestDevice[] = [];

beforeAll(async () => {
  const certificate = await testCertificate({ dns: ['localhost'], ip: ['127.0.0.1'] });
  kamailio = await Kamailio.start({ users: ['siren', 'desk'], certificate });
  edge = await Kamailio.start({ registrar: kamailio });
});

afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.close()));
});

afterAll(async () => {
  await Promise.all([kamailio.close(), edge.close()]);
});

interface Wishes {
  readonly [field: string]: unknown;
  readonly transport?: 'udp' | 'tcp' | 'tls';
}

/** A device with one account at Kamailio, which trusts the authority of the tests. */
async function deviceOf(userId: string, wishes: Wishes = {}): Promise<TestDevice> {
  const device = await TestDevice.start();
  devices.push(device);
  const { certificate } = await testAuthority();
  await run(device, 'certificates.add', { certificate: { name: 'tests', certificate } });
  await run(device, 'accounts.create', { account: accountOf(userId, wishes) });
  return device;
}

function accountOf(userId: string, wishes: Wishes) {
  const { transport = 'udp' } = wishes;
  return {
    ...{ id: 'pbx', mode: 'registered', userId, password: `change-me-${userId}`, transport },
    registrar: transport === 'tls' ? kamailio.tlsAddress : kamailio.address,
    ...wishes,
  };
}

function run(device: TestDevice, command: string, input: unknown): Promise<unknown> {
  return device.device.control.run(command, input, { name: 'test', role: 'administrator' });
}

async function registered(device: TestDevice): Promise<TestDevice> {
  await device.event('account.registration', ({ state }) => state === 'registered');
  return device;
}

/** Calls from one device to another one's account through Kamailio, and hangs up when both are in the call. */
async function call(from: TestDevice, to: TestDevice, userId = 'siren'): Promise<void> {
  const before = new Set(
    [...from.events('call.state'), ...to.events('call.state')].map(({ callId }) => callId),
  );
  await run(from, 'calls.place', { call: { to: `sip:${userId}@${kamailio.address}`, account: 'pbx' } });
  const isHere = ({ state, callId }: CallStateEvent) => state === 'Active' && !before.has(callId);
  await to.event('call.state', isHere);
  const { event } = await from.event('call.state', isHere);
  await run(from, 'calls.end', { id: event.callId });
  await to.event('call.state', ({ state, callId }) => state === 'Idle' && !before.has(callId));
}

describe('Kamailio', () => {
  it.each(['udp', 'tcp', 'tls'] as const)(
    'registers the siren by %s, knows it by its name, and forgets it when it stops',
    async (transport) => {
      recordInterop({ ...PEER, feature: `Registration over ${transport.toUpperCase()}` });
      await registered(await deviceOf('siren', { transport }));
      const binding = await kamailio.bindings('siren');
      expect(binding).toMatch(/Instance: <urn:uuid:[\da-f-]{36}>/);
      expect(binding).toContain('Reg-Id: 1');
      await devices.pop()!.close();
      expect(await kamailio.bindings('siren')).not.toContain('sip:siren@');
    },
  );

  it('is not trusted where the certificate is of an unknown authority, and the reason says so', async () => {
    recordInterop({ ...PEER, feature: 'Untrusted certificate refused' });
    const certificate = await testCertificate({ ip: ['127.0.0.1'], authority: 'stranger' });
    const stranger = await Kamailio.start({ users: ['siren'], certificate });
    try {
      const wishes = { transport: 'tls', registrar: stranger.tlsAddress } as const;
      const siren = await deviceOf('siren', wishes);
      const { event } = await siren.event('account.registration', ({ state }) => state === 'untrusted');
      expect(event.reason).toMatch(/authority|issuer|signed/i);
      expect(await stranger.bindings('siren')).not.toContain('sip:siren@');
      const account = accountOf('siren', { ...wishes, verifyServerCertificate: false });
      await run(siren, 'accounts.update', { id: 'pbx', account });
      await registered(siren);
    } finally {
      await stranger.close();
    }
  });

  it.each(['udp', 'tcp', 'tls'] as const)(
    'carries a call to the siren by %s, with itself in the Record-Route until the end',
    async (transport) => {
      recordInterop({ ...PEER, feature: `Call over ${transport.toUpperCase()}` });
      const siren = await registered(await deviceOf('siren', { transport }));
      const desk = await registered(await deviceOf('desk'));
      await call(desk, siren);
    },
  );

  it('carries calls to a SIPS account and from it, by TLS alone', async () => {
    recordInterop({ ...PEER, feature: 'SIPS' });
    const siren = await registered(await deviceOf('siren', { transport: 'tls', sips: true }));
    const desk = await registered(await deviceOf('desk', { transport: 'tls', sips: true }));
    expect(await kamailio.bindings('siren')).toContain('Address: sips:siren@127.0.0.1');
    await run(desk, 'calls.place', { call: { to: `sip:siren@${kamailio.tlsAddress}`, account: 'pbx' } });
    await siren.event('call.state', ({ state }) => state === 'Active');
  });

  it('reaches the siren behind an edge proxy by its Path, and is reached by its Service-Route', async () => {
    recordInterop({ ...PEER, feature: 'Path and Service-Route' });
    const proxies = [{ server: edge.address }];
    const siren = await registered(await deviceOf('siren', { proxies }));
    const desk = await registered(await deviceOf('desk', { proxies: [] }));
    expect(await kamailio.bindings('siren')).toContain(`Path: <sip:${edge.address};lr`);
    await call(desk, siren);
    await call(siren, desk, 'desk');
  });

  it('knows the siren by its connection (outbound), and by another one as soon as that is lost', async () => {
    recordInterop({ ...PEER, feature: 'Outbound (RFC 5626)' });
    const keeper = await Kamailio.start({ users: ['siren'], outbound: true });
    const relay = await DribblingRelay.start(keeper.port, 1_400);
    const connectionOf = async (): Promise<string | undefined> =>
      /Tcpconn-Id: (\d+)/i.exec(await keeper.bindings('siren'))?.[1];
    try {
      const wishes = { transport: 'tcp', registrar: relay.address, domain: 'localhost' } as const;
      const siren = await registered(await deviceOf('siren', wishes));
      const first = await connectionOf();
      expect(first).toBeDefined();
      relay.cut();
      await siren.event(
        'account.registration',
        ({ state }) => state === 'registering' || state === 'unreachable',
      );
      await until('another connection to be known', async () => {
        const now = await connectionOf();
        return now !== undefined && now !== first;
      });
      // By instance and reg-id the binding of the lost connection is replaced, and no second one stands beside it.
      const bindings = await keeper.bindings('siren');
      expect(bindings).toContain('Reg-Id: 1');
      expect(bindings.match(/Address:/g)).toHaveLength(1);
    } finally {
      await Promise.all([relay.close(), keeper.close()]);
    }
  });

  it('relays a SUBSCRIBE for the siren, and its NOTIFYs', async () => {
    recordInterop({ ...PEER, feature: 'SUBSCRIBE relayed, NOTIFYs by its Record-Route' });
    const siren = await registered(await deviceOf('siren'));
    const peer = await UdpPeer.open(kamailio.port);
    try {
      const watch = new WireRequest(peer, {
        ...{ method: 'SUBSCRIBE', extension: 'siren', from: 'stranger' },
        ...{ uri: `sip:siren@${kamailio.address}`, headers: ['Event: dialog', 'Expires: 600'] },
      });
      expect((await watch.ask()).status).toBe(200);
      const saying = (state: string) =>
        peer.received.first(
          `a NOTIFY that says ${state}`,
          (message) => message.kind === 'request' && message.body.toString().includes(`<state>${state}<`),
        );
      await saying('terminated');
      expect(siren.device.calls.lamps()).toMatchObject([
        { account: 'pbx', source: kamailio.address, state: 'idle' },
      ]);
      const rule = {
        name: 'Siren',
        conditions: [{ kind: 'call.state', state: 'Active', account: 'pbx' }],
        actions: [{ kind: 'siren.profile', profile: 'Intrusion', run: 'whileActive' }],
      };
      await run(siren, 'rules.create', { rule });
      siren.device.siren.startProfile('Intrusion', { owner: 'test', cause: 'test' });
      const notify = await saying('confirmed');
      expect(notify.vias).toHaveLength(2);
    } finally {
      await peer.close();
    }
  });

  it.each(['udp', 'tcp', 'tls'] as const)('carries messages between two sirens by %s', async (transport) => {
    recordInterop({ ...PEER, feature: `Messages over ${transport.toUpperCase()}` });
    const siren = await registered(await deviceOf('siren', { transport }));
    const desk = await registered(await deviceOf('desk', { transport }));
    const message = { to: `sip:siren@${kamailio.address}`, account: 'pbx', text: 'Gate 3 is open' };
    expect(await run(desk, 'messages.send', { message })).toMatchObject({
      outcome: 'delivered',
      status: 200,
    });
    const { event } = await siren.event('message.received');
    expect(event).toMatchObject({ account: 'pbx', text: 'Gate 3 is open' });
    expect(event.remoteUri).toContain('sip:desk@');
  });

  it('that is killed is missed by the flow to it, and found again when it is back', async () => {
    recordInterop({ ...PEER, feature: 'Lost connection noticed' });
    const fragile = await Kamailio.start({ users: ['siren'] });
    try {
      const siren = await deviceOf('siren', { transport: 'tcp', registrar: fragile.address });
      await registered(siren);
      await fragile.kill();
      await siren.event('account.registration', ({ state }) => state === 'unreachable');
      await fragile.restart();
      await until('Kamailio to know the siren', async () =>
        (await fragile.bindings('siren')).includes('sip:siren@'),
      );
    } finally {
      await fragile.close();
    }
  });

  it('takes the place of another, and gives it back', async () => {
    recordInterop({ ...PEER, feature: 'Secondary server and back' });
    const primary = await Kamailio.start({ users: ['siren'] });
    try {
      const siren = await deviceOf('siren', {
        ...{ transport: 'tcp', registrar: primary.address, secondaryRegistrar: kamailio.address },
      });
      await run(siren, 'sip.update', { settings: { secondsUntilFailback: 5 } });
      await siren.event('account.registration', ({ server }) => server === primary.address);
      await primary.kill();
      const moved = await siren.event(
        'account.registration',
        ({ state, server }) => state === 'registered' && server === kamailio.address,
      );
      expect(moved.event.reason).toContain(primary.address);
      expect(await kamailio.bindings('siren')).toContain('sip:siren@');
      await primary.restart();
      await siren.until('the primary to serve again', () => {
        const last = siren.events('account.registration').at(-1);
        return last?.state === 'registered' && last.server === primary.address ? last : undefined;
      });
      await until(
        'the secondary to forget the siren',
        async () => !(await kamailio.bindings('siren')).includes('sip:siren@'),
      );
    } finally {
      await primary.close();
    }
  });
});
