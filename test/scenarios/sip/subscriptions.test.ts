import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { minutes, seconds } from '../../../src/base/duration.js';
import {
  dialogInfo,
  DIALOG_PACKAGE,
  PRESENCE_PACKAGE,
  type IncomingSubscription,
  type LineState,
  type SubscriptionEnd,
} from '../../../src/sip/index.js';
import type { SipRequest, SipResponse } from '../../../src/sip/message/index.js';
import { WireScene, type RequestDetails } from './wire-peer.js';

let scene: WireScene;
let subscriptions: IncomingSubscription[];
let ends: SubscriptionEnd[];
let state: LineState;

async function create(limit?: number): Promise<void> {
  scene = await WireScene.create({
    eventPackages: [DIALOG_PACKAGE, PRESENCE_PACKAGE],
    ...(limit === undefined ? {} : { limits: { subscriptions: limit } }),
  });
  subscriptions = [];
  ends = [];
  state = 'terminated';
  scene.endpoint.onSubscribe = (subscription) => {
    subscriptions.push(subscription);
    subscription.onEnd = (end) => ends.push(end);
    subscription.accept((version) => dialogInfo({ entity: 'sip:1001@10.0.0.2', version, state }));
  };
}

beforeEach(() => create());

afterEach(async () => {
  await scene.close();
  expect(scene.endpoint.counts).toMatchObject({ sessions: 0, subscriptions: 0, requests: 0, faults: 0 });
  expect(scene.clock.pending).toEqual([]);
});

/** Sends a SUBSCRIBE and gives its response. */
function subscribe(extra: string[] = ['Event: dialog'], details: RequestDetails = {}): SipResponse {
  scene.request('SUBSCRIBE', { ...details, extra });
  return scene.peer.responses.at(-1)!;
}

/** A SUBSCRIBE within the dialog that a response made. */
function again(response: SipResponse, sequence: number, ...extra: string[]): SipResponse {
  return subscribe(['Event: dialog', ...extra], { tag: response.toTag, sequence });
}

const notifies = (): SipRequest[] => scene.peer.requests('NOTIFY');

/** Answers the newest NOTIFY. */
function take(status = 200, headers: [string, string][] = []): void {
  scene.peer.reply(notifies().at(-1)!, status, headers);
  scene.pass();
}

const standing = (request: SipRequest) => request.headers.first('Subscription-State');
const shown = (request: SipRequest) =>
  /version="(\d+)"[^]*<state>(\w+)</.exec(request.body.toString())?.slice(1);

describe('A subscription', () => {
  it('is accepted for an hour, and told of the state at once', () => {
    const response = subscribe();
    expect([response.status, response.headers.first('Expires')]).toEqual([200, '3600']);
    expect(response.contacts[0]!.uri.toString()).toBe('sip:1001@10.0.0.2:5060');
    const [notify] = notifies();
    expect(notify!.headers.first('Event')).toBe('dialog');
    expect(standing(notify!)).toBe('active;expires=3600');
    expect(notify!.headers.first('Content-Type')).toBe('application/dialog-info+xml');
    expect(notify!.contacts[0]!.uri.toString()).toBe('sip:1001@10.0.0.2:5060');
    expect([notify!.fromTag, notify!.toTag, notify!.callId]).toEqual([response.toTag, 'wire', 'call-1']);
    expect(shown(notify!)).toEqual(['0', 'terminated']);
    expect(scene.endpoint.counts).toMatchObject({ sessions: 0, subscriptions: 1 });
    take();
  });

  it('is told of changes: at once after a quiet time, else after a second, and then of the newest', () => {
    subscribe();
    take();
    scene.pass(seconds(5));
    state = 'confirmed';
    subscriptions[0]!.changed();
    scene.pass();
    expect(shown(notifies()[1]!)).toEqual(['1', 'confirmed']);
    take();
    state = 'terminated';
    subscriptions[0]!.changed();
    state = 'early';
    subscriptions[0]!.changed();
    scene.pass();
    expect(notifies()).toHaveLength(2);
    scene.pass(seconds(1));
    expect(shown(notifies()[2]!)).toEqual(['2', 'early']);
    take();
    scene.pass(seconds(60));
    expect(notifies()).toHaveLength(3);
  });

  it('is refreshed, with a NOTIFY for each refresh, and the id of its Event in each', () => {
    const response = subscribe(['Event: dialog;id=7', 'Expires: 120']);
    take();
    scene.pass(seconds(100));
    const refreshed = subscribe(['o: dialog;id=7', 'Expires: 90'], { tag: response.toTag, sequence: 2 });
    expect([refreshed.status, refreshed.headers.first('Expires')]).toEqual([200, '90']);
    expect(standing(notifies()[1]!)).toBe('active;expires=90');
    expect(notifies()[1]!.headers.first('Event')).toBe('dialog;id=7');
    take();
    scene.pass(seconds(89));
    expect(ends).toEqual([]);
    scene.pass(seconds(2));
    expect(standing(notifies()[2]!)).toBe('terminated;reason=timeout');
    take();
    expect(ends).toEqual([{ by: 'timeout', reason: 'it was not refreshed' }]);
    expect(again(response, 3).status).toBe(481);
  });

  it('moves to another Contact with a refresh', () => {
    const response = subscribe();
    take();
    subscribe(['Event: dialog'], { tag: response.toTag, sequence: 2, contact: '<sip:moved@10.0.0.1>' });
    expect(notifies()[1]!.uri.toString()).toBe('sip:moved@10.0.0.1');
    take();
  });

  it('is unsubscribed by Expires 0', () => {
    const response = subscribe();
    take();
    expect(again(response, 2, 'Expires: 0').headers.first('Expires')).toBe('0');
    expect(standing(notifies()[1]!)).toBe('terminated;reason=timeout');
    take();
    expect(ends).toEqual([{ by: 'remote', reason: 'unsubscribed' }]);
    subscriptions[0]!.changed();
    scene.pass(minutes(90));
    expect(notifies()).toHaveLength(2);
  });

  it('with Expires 0 from the start only asks for the state', () => {
    state = 'confirmed';
    const response = subscribe(['Event: dialog', 'Expires: 0']);
    expect([response.status, response.headers.first('Expires')]).toEqual([200, '0']);
    expect(notifies().map(standing)).toEqual(['terminated;reason=timeout']);
    expect(shown(notifies()[0]!)).toEqual(['0', 'confirmed']);
    take();
    expect(scene.endpoint.counts.subscriptions).toBe(0);
  });

  it.each([
    [481, []],
    [500, []],
    [404, [['Retry-After', '3600']]],
    [481, [['Retry-After', '5']]],
  ] as [number, [string, string][]][])('ends when a NOTIFY gets %d %j', (status, headers) => {
    subscribe();
    take(status, headers);
    expect(ends).toMatchObject([{ by: 'failure', reason: expect.stringContaining(String(status)) }]);
    subscriptions[0]!.changed();
    scene.pass(seconds(10));
    expect(notifies()).toHaveLength(1);
  });

  it('waits when a NOTIFY is wanted later', () => {
    subscribe();
    take(480, [['Retry-After', '20']]);
    scene.pass(seconds(19));
    expect(notifies()).toHaveLength(1);
    scene.pass(seconds(2));
    expect(new Set(notifies().map((one) => one.cseq.sequence))).toEqual(new Set([1, 2]));
    take();
    expect(ends).toEqual([]);
  });

  it('repeats a NOTIFY whose answer is lost, and ends when nobody answers at all', () => {
    subscribe();
    scene.pass(seconds(3));
    const repeated = notifies();
    expect(repeated.length).toBeGreaterThan(2);
    expect(new Set(repeated.map((one) => one.topVia.branch)).size).toBe(1);
    state = 'confirmed';
    subscriptions[0]!.changed();
    scene.pass(seconds(40));
    expect(ends).toMatchObject([{ by: 'timeout' }]);
    expect(new Set(notifies().map((one) => one.cseq.sequence)).size).toBe(1);
  });

  it('gets the newest state once the NOTIFY before it is answered', () => {
    subscribe();
    scene.pass(seconds(2));
    state = 'confirmed';
    subscriptions[0]!.changed();
    take();
    expect(shown(notifies().at(-1)!)).toEqual(['1', 'confirmed']);
    take();
  });

  it('that is refreshed by somebody who may not stay is ended as rejected', () => {
    const response = subscribe();
    take();
    subscriptions[0]!.onRefresh = () => false;
    expect(again(response, 2).status).toBe(403);
    expect(standing(notifies()[1]!)).toBe('terminated;reason=rejected');
    take();
    expect(ends).toEqual([{ by: 'local', reason: 'rejected' }]);
  });

  it('takes its route from the SUBSCRIBE', () => {
    subscribe(['Event: dialog', 'Record-Route: <sip:10.0.0.1;lr>'], { contact: '<sip:phone@10.9.9.9>' });
    const [notify] = notifies();
    expect([notify!.uri.toString(), notify!.headers.first('Route')]).toEqual([
      'sip:phone@10.9.9.9',
      '<sip:10.0.0.1;lr>',
    ]);
    take();
  });

  it('has no calls in its dialog, and no other package', () => {
    const response = subscribe();
    take();
    const { toTag: tag } = response;
    scene.request('BYE', { tag, sequence: 2 });
    scene.request('INVITE', { tag, sequence: 3, body: 'offer' });
    scene.request('ACK', { tag, sequence: 3, branch: 'z9hG4bK-INVITE-3-call-1' });
    scene.request('OPTIONS', { tag, sequence: 4 });
    expect(scene.peer.statuses.slice(-3)).toEqual([481, 481, 200]);
    expect(subscribe(['Event: presence'], { tag, sequence: 5 }).status).toBe(481);
    expect(again(response, 4).status).toBe(500);
    expect(ends).toEqual([]);
  });

  it('ends with the endpoint, and is asked to come back', async () => {
    subscribe();
    take();
    const closed = scene.endpoint.close();
    scene.pass();
    expect(standing(notifies()[1]!)).toBe('terminated;reason=probation;retry-after=10');
    take();
    await closed;
    expect(ends).toEqual([{ by: 'local', reason: 'the endpoint closes' }]);
  });
});

describe('A SUBSCRIBE', () => {
  it.each([
    [489, ['Event: telepathy'], ['Allow-Events', 'dialog, presence']],
    [489, [], ['Allow-Events', 'dialog, presence']],
    [489, ['Event: ;;'], ['Allow-Events', 'dialog, presence']],
    [423, ['Event: dialog', 'Expires: 59'], ['Min-Expires', '60']],
    [406, ['Event: dialog', 'Accept: application/pidf+xml'], ['Accept', 'application/dialog-info+xml']],
    [420, ['Event: dialog', 'Require: eventlist'], ['Unsupported', 'eventlist']],
  ] as [number, string[], [string, string]][])('gets %d for %j', (status, extra, [name, value]) => {
    const response = subscribe(extra);
    expect([response.status, response.headers.first(name)]).toEqual([status, value]);
    expect([subscriptions, notifies()]).toEqual([[], []]);
  });

  it('that would fill the memory is refused', () => {
    expect(subscribe([`Event: dialog;id=${'a'.repeat(257)}`]).status).toBe(400);
    expect(subscribe(['Event: dialog'], { callId: 'large', body: 'x'.repeat(4_097) }).status).toBe(413);
    expect(subscriptions).toEqual([]);
  });

  it('without a Contact gets 400', () => {
    expect(subscribe(['Event: dialog'], { contact: null }).status).toBe(400);
  });

  it('that asks for longer than an hour gets an hour', () => {
    expect(subscribe(['Event: presence', 'Expires: 4294967295']).headers.first('Expires')).toBe('3600');
    take();
  });

  it('that the layer above refuses or ignores makes nothing', () => {
    scene.endpoint.onSubscribe = (subscription) => subscription.reject(403);
    expect(subscribe().status).toBe(403);
    scene.endpoint.onSubscribe = (subscription) => subscription.drop();
    scene.request('SUBSCRIBE', { callId: 'another', extra: ['Event: dialog'] });
    expect([scene.peer.statuses, notifies()]).toEqual([[403], []]);
  });

  it('beyond the limit is asked to come later, and never with a 503, which would hold calls back', async () => {
    await scene.close();
    await create(1);
    subscribe();
    take();
    const refused = subscribe(['Event: dialog'], { callId: 'another' });
    expect([refused.status, refused.headers.first('Retry-After')]).toEqual([480, '60']);
    expect(scene.endpoint.counts).toMatchObject({ subscriptions: 1, refused: 1 });
  });

  it('is what OPTIONS tells of', () => {
    scene.request('OPTIONS');
    const { headers } = scene.peer.responses[0]!;
    expect(headers.first('Allow')).toMatch(/, SUBSCRIBE$/);
    expect(headers.first('Allow-Events')).toBe('dialog, presence');
  });
});
