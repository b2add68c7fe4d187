import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { milliseconds, minutes, seconds } from '../../base/duration.js';
import { SipsirenError } from '../../base/errors.js';
import { parseUri, SipResponse, type HeaderLine, type SipRequest } from '../message/index.js';
import type { Target } from '../transport/flow.js';
import type { FlowKeeping } from '../transport/keep-flow.js';
import { instanceUrn, Registration, type RegistrationOptions, type RegistrationStatus } from './index.js';
import type { RequestSender, RequestSending } from './request-sender.js';

const TARGET: Target = { protocol: 'tcp', address: '192.0.2.10', port: 5060 };

const GONE = new SipsirenError('SIP_TRANSPORT', 'The connection is gone.');

type Reply = { status: number; headers?: readonly HeaderLine[]; reason?: string } | 'silence' | 'throws';

/** A registrar whose answers the test writes; it answers at once, in the next turn of the clock. */
class ScriptedSender implements RequestSender {
  readonly got: { request: SipRequest; sending: RequestSending; at: number }[] = [];
  readonly kept: { readonly target: Target; readonly keeping: FlowKeeping }[] = [];
  abandoned = 0;
  /** The address that our Contact names. */
  contact = '<sip:1001@192.0.2.1:5060;line=a>';
  reply: (request: SipRequest) => Reply = () => ({ status: 200 });
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  sendRequest(request: SipRequest, sending: RequestSending) {
    const { contact } = this;
    const removed = sending.formerContact === undefined || sending.formerContact === contact;
    const former = removed ? '' : `, ${sending.formerContact ?? ''};expires=0`;
    request.headers.set('Contact', `${contact}${sending.contactHeaderParameters ?? ''}${former}`);
    this.got.push({ request, sending, at: this.#clock.now() / 1_000 });
    const reply = this.reply(request);
    if (reply === 'throws') throw new SipsirenError('SIP_UNRESOLVED', 'No address.');
    const timer =
      reply === 'silence'
        ? undefined
        : this.#clock.startTimer('registrar', milliseconds(0), () =>
            sending.onResponse(
              SipResponse.to(request, reply.status, { headers: reply.headers, reason: reply.reason }),
              { request, target: TARGET, contact, isMoved: contact !== this.contact },
            ),
          );
    return {
      abandon: () => {
        this.abandoned++;
        timer?.cancel();
      },
    };
  }

  keepFlow(target: Target, keeping: FlowKeeping) {
    const kept = { target, keeping };
    this.kept.push(kept);
    return { close: () => void this.kept.splice(this.kept.indexOf(kept), 1) };
  }

  get times(): number[] {
    return this.got.map(({ at }) => at);
  }

  get last() {
    return this.got.at(-1)!;
  }
}

let clock: FakeClock;
let sender: ScriptedSender;
let registration: Registration;
let told: RegistrationStatus[];

function create(options: Partial<RegistrationOptions> = {}): void {
  registration = new Registration({
    sender,
    clock,
    addressOfRecord: parseUri('sip:1001@pbx.example.com'),
    registrar: parseUri('sip:pbx.example.com'),
    random: () => 0,
    ...options,
  });
  registration.onStatus((status) => void told.push(status));
}

beforeEach(() => {
  clock = new FakeClock(0);
  sender = new ScriptedSender(clock);
  told = [];
  create();
});

afterEach(async () => {
  sender.reply = () => ({ status: 200 });
  const stopped = registration.stop();
  clock.advance(seconds(3));
  await stopped;
  expect(clock.pending).toEqual([]);
});

function exchangeOf(request: SipRequest) {
  return { request, target: TARGET, contact: sender.contact, isMoved: false };
}

const states = () => told.map(({ state }) => state);

describe('registration', () => {
  it('registers with one Call-ID and growing CSeq, and refreshes after half the time', () => {
    registration.start();
    registration.start();
    clock.advance(minutes(65));
    expect(sender.times).toEqual([0, 1_800, 3_600]);
    const requests = sender.got.map(({ request }) => request);
    expect(requests.map(({ cseq }) => cseq.sequence)).toEqual([1, 2, 3]);
    expect(new Set(requests.map(({ callId, fromTag }) => `${callId} ${fromTag ?? ''}`)).size).toBe(1);
    const [first] = requests;
    expect([first!.method, first!.toTag, first!.headers.first('Expires')]).toEqual([
      'REGISTER',
      undefined,
      '3600',
    ]);
    expect(states()).toEqual(['registering', 'registered', 'registered', 'registered']);
    expect(registration.status).toEqual({ state: 'registered', expiresAt: 7_200_000 });
  });

  it('names its Contact, proxies, protocol and credentials to the sender', () => {
    const credentials = { answer: () => undefined };
    create({
      proxies: [parseUri('sip:proxy.example.com;lr')],
      protocol: 'tcp',
      credentials,
      contactParameters: { line: 'a' },
      interval: seconds(90),
    });
    registration.start();
    const { sending, request } = sender.last;
    expect(sending).toMatchObject({
      protocol: 'tcp',
      credentials,
      contactUser: '1001',
      contactParameters: { line: 'a' },
    });
    expect(sending.nextHop).toMatchObject({ host: 'proxy.example.com' });
    expect(request.headers.first('Route')).toBe('<sip:proxy.example.com;lr>');
    expect(request.headers.first('Expires')).toBe('90');
    expect([sending.nextSequence(), sending.nextSequence()]).toEqual([2, 3]);
  });

  it.each<[string, HeaderLine[], number]>([
    [
      'its own Contact among others',
      [['Contact', '<sip:9@192.0.2.9>;expires=60, <sip:1001@192.0.2.1:5060;line=a>;expires=120']],
      120,
    ],
    [
      'Expires where the Contact has none',
      [
        ['Contact', '<sip:1001@192.0.2.1:5060;line=a>'],
        ['Expires', '240'],
      ],
      240,
    ],
    [
      'the only Contact, though changed on the way',
      [['Contact', '<sip:1001@203.0.113.1:61000>;expires=180']],
      180,
    ],
    ['what was asked, where the registrar says nothing', [], 3_600],
    [
      'what was asked, where others are malformed',
      [
        ['Contact', '<<<'],
        ['Expires', 'soon'],
      ],
      3_600,
    ],
  ])('takes the time from %s', (_name, headers, expected) => {
    sender.reply = () => ({ status: 200, headers });
    registration.start();
    clock.advance(milliseconds(1));
    expect(registration.status).toMatchObject({ state: 'registered', expiresAt: expected * 1_000 });
  });

  it('adopts the interval that a 423 asks for', () => {
    create({ interval: seconds(60) });
    sender.reply = (request) =>
      request.headers.first('Expires') === '60'
        ? { status: 423, headers: [['Min-Expires', '300']] }
        : { status: 200 };
    registration.start();
    clock.advance(seconds(200));
    expect(sender.got.map(({ request }) => request.headers.first('Expires'))).toEqual(['60', '300', '300']);
    expect(registration.status.state).toBe('registered');
  });

  it('follows a redirection', () => {
    sender.reply = (request) =>
      'host' in request.uri && request.uri.host === 'pbx.example.com'
        ? { status: 302, headers: [['Contact', '<tel:1>, <sip:new.example.com>']] }
        : { status: 200 };
    registration.start();
    clock.advance(seconds(1));
    expect(sender.last.sending.nextHop).toMatchObject({ host: 'new.example.com' });
    expect(registration.status.state).toBe('registered');
  });

  it('tries a server that does not answer again soon, and tells of it once', () => {
    sender.reply = () => ({ status: 503, reason: 'Restarting' });
    registration.start();
    clock.advance(seconds(100));
    expect(sender.times).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
    expect(told).toEqual([
      { state: 'registering' },
      { state: 'unreachable', status: 503, reason: 'Restarting' },
    ]);
    sender.reply = () => ({ status: 200 });
    clock.advance(seconds(40));
    expect(registration.status.state).toBe('registered');
  });

  it('waits as long as Retry-After says', () => {
    sender.reply = () => ({ status: 503, headers: [['Retry-After', '100 (busy);duration=5']] });
    registration.start();
    clock.advance(seconds(250));
    expect(sender.times).toEqual([0, 100, 200]);
  });

  it('bothers a server that refuses less and less, with its reason in sight', () => {
    sender.reply = () => ({ status: 403, reason: 'Who are you?' });
    registration.start();
    clock.advance(seconds(220));
    expect(sender.times).toEqual([0, 15, 45, 105]);
    expect(registration.status).toEqual({ state: 'refused', status: 403, reason: 'Who are you?' });
    registration.refreshNow();
    expect(sender.times.at(-1)).toBe(220);
  });

  it('reports an address that cannot be found, at once or later', async () => {
    sender.reply = () => 'throws';
    registration.start();
    await Promise.resolve();
    expect(registration.status).toEqual({ state: 'unreachable', reason: 'No address.' });
    sender.reply = () => 'silence';
    clock.advance(seconds(1));
    sender.last.sending.onFailure(new SipsirenError('TIMEOUT', 'Nobody answered.'));
    expect(registration.status).toEqual({ state: 'unreachable', reason: 'Nobody answered.' });
  });

  it('stays registered through failed refreshes until the binding ends', () => {
    create({ interval: seconds(120) });
    registration.start();
    clock.advance(seconds(1));
    sender.reply = () => ({ status: 500, reason: 'Oops' });
    clock.advance(seconds(100));
    expect(registration.status).toMatchObject({ state: 'registered', status: 500, reason: 'Oops' });
    clock.advance(seconds(20));
    expect(registration.status).toEqual({ state: 'unreachable', status: 500, reason: 'Oops' });
    sender.reply = () => ({ status: 200 });
    clock.advance(seconds(60));
    expect(registration.status.state).toBe('registered');
  });

  it('unregisters when it is stopped', async () => {
    registration.start();
    clock.advance(seconds(1));
    const stopped = Promise.all([registration.stop(), registration.stop()]);
    clock.advance(milliseconds(1));
    await stopped;
    expect(sender.last.request.headers.first('Expires')).toBe('0');
    expect([sender.got.length, states().at(-1)]).toEqual([2, 'unregistered']);
    registration.start();
    clock.advance(milliseconds(1));
    expect(registration.status.state).toBe('registered');
  });

  it('does not wait long for an answer to that', async () => {
    registration.start();
    clock.advance(seconds(1));
    sender.reply = () => 'silence';
    const stopped = registration.stop();
    clock.advance(seconds(2));
    await stopped;
    expect(clock.pending).toEqual([]);
    sender.last.sending.onResponse(SipResponse.to(sender.last.request, 200), exchangeOf(sender.last.request));
    expect(registration.status.state).toBe('unregistered');
  });

  it('hears no late answer to a request that it gave up', async () => {
    sender.reply = () => 'silence';
    registration.start();
    const { sending, request } = sender.last;
    const stopped = registration.stop();
    sending.onResponse(SipResponse.to(request, 200), exchangeOf(request));
    expect([registration.status.state, sender.abandoned]).toEqual(['unregistered', 1]);
    clock.advance(seconds(2));
    await stopped;
  });

  it('says that the certificate is not trusted, and asks again within minutes', () => {
    sender.reply = () => 'silence';
    registration.start();
    const fail = () =>
      sender.last.sending.onFailure(new SipsirenError('SIP_UNTRUSTED', 'It expired on 2026-01-01.'));
    fail();
    expect(registration.status).toEqual({ state: 'untrusted', reason: 'It expired on 2026-01-01.' });
    for (let round = 0; round < 20; round += 1) {
      clock.advance(seconds(300));
      fail();
    }
    expect(sender.times.length).toBeGreaterThan(15);
  });

  it('stops asking after so many attempts without an answer, and starts anew when somebody asks', () => {
    create({ attempts: 3 });
    sender.reply = () => ({ status: 503, reason: 'Gone' });
    registration.start();
    clock.advance(minutes(600));
    expect(sender.times).toEqual([0, 1, 3]);
    expect(registration.status).toEqual({
      state: 'unreachable',
      status: 503,
      reason: 'Gone',
      gaveUpAfter: 3,
    });
    registration.probe();
    clock.advance(minutes(600));
    expect(sender.times).toHaveLength(4);
    registration.refreshNow();
    clock.advance(minutes(600));
    expect(sender.times).toHaveLength(7);
  });

  it('takes the route that the registrar gives to its own requests, as long as it is registered', async () => {
    const headers: HeaderLine[] = [
      ['Service-Route', '<sip:edge.example.com;lr>, <tel:1>'],
      ['Service-Route', '<sip:core.example.com;lr>'],
    ];
    sender.reply = () => ({ status: 200, headers });
    registration.start();
    expect(registration.serviceRoute).toEqual([]);
    clock.advance(milliseconds(1));
    expect(sender.last.request.headers.first('Supported')).toBe('path');
    expect(registration.serviceRoute.map(String)).toEqual([
      'sip:edge.example.com;lr',
      'sip:core.example.com;lr',
    ]);
    expect(registration.target).toBe(TARGET);
    const stopped = registration.stop();
    clock.advance(seconds(3));
    await stopped;
    expect(registration.serviceRoute).toEqual([]);
  });

  it('says which device and flow it is, and does without where the first hop cannot (439)', () => {
    const instance = instanceUrn('siren 1');
    create({ outbound: { instance, flow: 1 } });
    sender.reply = (request) =>
      request.headers.first('Supported') === 'path' ? { status: 200 } : { status: 439 };
    registration.start();
    clock.advance(milliseconds(10));
    const contacts = sender.got.map(({ request }) => request.headers.first('Contact'));
    const own = `${sender.contact};+sip.instance="<${instance}>"`;
    expect(contacts).toEqual([`${own};reg-id=1`, own]);
    expect(registration.status.state).toBe('registered');
    expect(registration.isOutbound).toBe(false);
  });

  it('knows its binding by instance and flow where the address was changed on the way', () => {
    create({ outbound: { instance: 'urn:uuid:1', flow: 1 } });
    const contacts = [
      '<sip:9@192.0.2.9>;expires=60;+sip.instance="<urn:uuid:2>";reg-id=1',
      '<sip:1001@203.0.113.9>;expires=90;+sip.instance="<urn:uuid:1>";reg-id=1',
    ];
    const headers: HeaderLine[] = [
      ['Require', 'outbound'],
      ['Contact', contacts.join(', ')],
    ];
    sender.reply = () => ({ status: 200, headers });
    registration.start();
    clock.advance(milliseconds(1));
    expect(registration.status.expiresAt).toBe(90_000);
    expect(registration.isOutbound).toBe(true);
  });

  it('keeps its flow as often as it is asked to, and registers at once when that is lost', () => {
    create({ keepAlive: seconds(25) });
    sender.reply = () => ({ status: 200, headers: [['Flow-Timer', '20']] });
    registration.start();
    clock.advance(milliseconds(1));
    expect(sender.kept).toMatchObject([{ target: TARGET, keeping: { interval: 20_000, mustAnswer: true } }]);
    clock.advance(milliseconds(199_999));
    sender.kept.shift()!.keeping.onLost(GONE);
    expect(sender.times).toEqual([0, 200]);
    clock.advance(seconds(60));
    expect(registration.status).toMatchObject({ state: 'registered' });
  });

  it('waits longer and longer where each flow is lost as soon as it is made', () => {
    create({ keepAlive: seconds(25) });
    registration.start();
    clock.advance(milliseconds(1));
    const pauses: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const before = sender.got.length;
      const lostAt = clock.now();
      sender.kept.shift()!.keeping.onLost(GONE);
      while (sender.got.length === before) clock.advance(milliseconds(100));
      pauses.push(Math.round((clock.now() - lostAt) / 1_000));
      clock.advance(milliseconds(1));
    }
    expect(pauses).toEqual([0, 1, 2, 4, 8]);
  });

  it('is unreachable at once when the flow is lost and nobody answers', () => {
    create({ keepAlive: seconds(25) });
    registration.start();
    clock.advance(seconds(200));
    sender.reply = () => ({ status: 503, reason: 'Down' });
    sender.kept.shift()!.keeping.onLost(GONE);
    clock.advance(milliseconds(1));
    expect(registration.status).toEqual({ state: 'unreachable', status: 503, reason: 'Down' });
  });

  it('keeps no flow after it was stopped', async () => {
    create({ keepAlive: seconds(25) });
    registration.start();
    clock.advance(milliseconds(1));
    const stopped = registration.stop();
    clock.advance(seconds(3));
    await stopped;
    expect(sender.kept).toEqual([]);
  });

  it('registers anew with the address that the server sees, and removes the former Contact', () => {
    registration.start();
    const former = sender.contact;
    sender.contact = '<sip:1001@203.0.113.1:61000;line=a>';
    clock.advance(milliseconds(5));
    expect(sender.got.map(({ request }) => request.headers.first('Contact'))).toEqual([
      former,
      `${sender.contact}, ${former};expires=0`,
    ]);
    clock.advance(minutes(31));
    expect(sender.last.request.headers.first('Contact')).toBe(sender.contact);
    expect(sender.got).toHaveLength(3);
  });

  it('does not run after an address that changes with each answer', () => {
    let port = 1;
    sender.reply = () => {
      port += 1;
      sender.contact = `<sip:1001@203.0.113.1:${port}>`;
      return { status: 200 };
    };
    registration.start();
    clock.advance(minutes(20));
    expect(sender.got.length).toBeLessThan(6);
    expect(registration.status.state).toBe('registered');
  });
});

describe('the name of a device', () => {
  it('is the same for the same seed, a UUID, and another one for another', () => {
    const names = [instanceUrn('a'), instanceUrn('a'), instanceUrn('b'), instanceUrn(), instanceUrn()];
    expect(names[0]).toBe(names[1]);
    expect(new Set(names).size).toBe(4);
    for (const name of names) {
      expect(name).toMatch(/^urn:uuid:[\da-f]{8}-[\da-f]{4}-[48][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    }
  });
});
