import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SipRequest, SipResponse } from '../../../src/sip/message/index.js';
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
  // The end of a subscription is told, and waited for.
  await siren.close();
  await peer.close();
});

interface Watching {
  readonly request: WireRequest;
  readonly response: SipResponse;
}

async function subscribe(extension = '1001', event = 'dialog', from = 'desk'): Promise<Watching> {
  const headers = [`Event: ${event}`, 'Expires: 600'];
  const request = new WireRequest(peer, { method: 'SUBSCRIBE', extension, headers, from });
  return { request, response: await request.ask() };
}

const stateOf = (notify: SipRequest) =>
  /<state>(\w+)<|<note>(\w+)</.exec(notify.body.toString())?.slice(1).join('');

/** The first NOTIFY of a subscription, past or to come, that says this. */
function notify({ request }: Watching, state: string): Promise<SipRequest> {
  return peer.received.first(
    `a NOTIFY that says ${state}`,
    (message): message is SipRequest =>
      message.kind === 'request' &&
      message.method === 'NOTIFY' &&
      message.callId === request.callId &&
      stateOf(message) === state,
  );
}

describe('A lamp of an extension', () => {
  it.each([
    ['dialog', 'terminated', 'confirmed'],
    ['presence', 'Ready', 'Alarm'],
  ])('by %s shows whether its alarm is on', async (event, idle, alarm) => {
    const watching = await subscribe('1001', event);
    expect([watching.response.status, watching.response.headers.first('Expires')]).toEqual([200, '600']);
    const first = await notify(watching, idle);
    expect(first.headers.first('Subscription-State')).toMatch(/^active;expires=(600|599)$/);
    const call = await WireCall.establish(peer, '1001');
    await notify(watching, alarm);
    await call.bye();
    await siren.event('activity', ({ change }) => change === 'ended');
    expect((await siren.api('GET', '/lamps')).body).toMatchObject([
      { kind: event, localUri: 'sip:1001@127.0.0.1', remoteUri: 'sip:desk@127.0.0.1' },
    ]);
  });

  it('goes off with the alarm, however that ends, and stays off for those of other extensions', async () => {
    const lamp = await subscribe('1001');
    const other = await subscribe('1002');
    await notify(lamp, 'terminated');
    await notify(other, 'terminated');
    await WireCall.establish(peer, '1001');
    const on = await notify(lamp, 'confirmed');
    expect(on.body.toString()).toContain('entity="sip:1001@127.0.0.1"');
    expect((await siren.api('POST', '/siren/stop')).status).toBeLessThan(300);
    await peer.received.first(
      'a NOTIFY that the alarm is over',
      (message) =>
        message.kind === 'request' &&
        message.callId === lamp.request.callId &&
        message.cseq.sequence > on.cseq.sequence &&
        stateOf(message) === 'terminated',
    );
    const ofOther = peer.received.all.filter(({ callId }) => callId === other.request.callId);
    expect(ofOther.filter(({ kind }) => kind === 'request')).toHaveLength(1);
  });

  it('shows an alarm that runs already, and one that is started by hand', async () => {
    await siren.api('POST', '/profiles/Evacuation/start');
    await notify(await subscribe('1001'), 'confirmed');
  });

  it('blinks while a call rings', async () => {
    const account = siren.device.config.get('accounts')[0]!;
    await siren.device.config.update('accounts', [{ ...account, answerAutomatically: false }]);
    const lamp = await subscribe('1001');
    await notify(lamp, 'terminated');
    await new WireCall(peer, '1001').invite();
    await notify(lamp, 'early');
  });

  it('follows the rules', async () => {
    const lamp = await subscribe('1009');
    await notify(lamp, 'terminated');
    await siren.api('POST', '/profiles/Intrusion/start');
    const rule = {
      name: 'Intrusion on 1009',
      conditions: [{ kind: 'call.state', state: 'Active', localUri: '1009' }],
      actions: [{ kind: 'siren.profile', profile: 'Intrusion', run: 'whileActive' }],
    };
    expect((await siren.api('POST', '/rules', rule)).status).toBe(201);
    await notify(lamp, 'confirmed');
  });

  it('is for those alone who could call', async () => {
    await siren.api('PATCH', '/access-list', { enabled: true, policy: 'block' });
    await siren.api('POST', '/access-list/sources', { source: 'stranger' });
    expect((await subscribe('1001', 'dialog', 'stranger')).response.status).toBe(403);
    const watching = await subscribe();
    await notify(watching, 'terminated');
    await siren.api('POST', '/access-list/sources', { source: 'desk' });
    const toTag = watching.response.toTag!;
    const refresh = await watching.request.again({ toTag, headers: ['Event: dialog'] }).ask();
    expect(refresh.status).toBe(403);
    await peer.received.first(
      'the end of the subscription',
      (message) =>
        message.kind === 'request' &&
        message.headers.first('Subscription-State') === 'terminated;reason=rejected',
    );
    expect(siren.device.calls.lamps()).toEqual([]);
    const account = siren.device.config.get('accounts')[0]!;
    await siren.device.config.update('accounts', [{ ...account, callerPassword: 'secret' }]);
    expect((await subscribe('1001', 'dialog', 'guard')).response.status).toBe(401);
  });

  it('is watched by so many from one address, and calls are answered all the same', async () => {
    const all = await Promise.all(
      Array.from({ length: 80 }, (_, index) => subscribe('1001', 'dialog', `desk${index}`)),
    );
    const statuses = all.map(({ response }) => response.status);
    expect(new Set(statuses)).toEqual(new Set([200, 480]));
    expect(siren.device.calls.lamps().length).toBeLessThanOrEqual(50);
    await WireCall.establish(peer, '1001');
    await siren.event('activity', ({ change }) => change === 'started');
  });

  it('is let go when the device stops', async () => {
    await notify(await subscribe(), 'terminated');
    await siren.device.close();
    await peer.received.first(
      'the end of the subscription',
      (message) =>
        message.kind === 'request' &&
        message.headers.first('Subscription-State') === 'terminated;reason=probation;retry-after=10',
    );
  });
});
