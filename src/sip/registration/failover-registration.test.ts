import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { milliseconds, minutes, seconds } from '../../base/duration.js';
import { parseUri, SipResponse, type SipRequest } from '../message/index.js';
import { FailoverRegistration, Registration } from './index.js';
import type { RequestSender, RequestSending } from './request-sender.js';

/** A server that answers each REGISTER with one status, in the next turn of the clock. */
class StandIn implements RequestSender {
  status = 200;
  isSilent = false;
  /** The Expires of each REGISTER. */
  readonly asked: string[] = [];
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  sendRequest(request: SipRequest, { onResponse }: RequestSending) {
    this.asked.push(request.headers.first('Expires') ?? '');
    request.headers.set('Contact', '<sip:1001@192.0.2.1>');
    const exchange = {
      request,
      target: { protocol: 'udp', address: '192.0.2.10', port: 5060 },
      contact: '<sip:1001@192.0.2.1>',
      isMoved: false,
    } as const;
    if (this.isSilent) return { abandon: () => undefined };
    const timer = this.#clock.startTimer('stand-in', milliseconds(1), () =>
      onResponse(SipResponse.to(request, this.status), exchange),
    );
    return { abandon: () => timer.cancel() };
  }

  keepFlow() {
    return { close: () => undefined };
  }
}

let clock: FakeClock;
let first: StandIn;
let second: StandIn;
let pair: FailoverRegistration;
let primary: Registration;
let secondary: Registration;
/** Who served, at each change. */
let seen: string[];

beforeEach(() => {
  clock = new FakeClock();
  [first, second] = [new StandIn(clock), new StandIn(clock)];
  [primary, secondary] = [registrationAt(first, 2), registrationAt(second, 2)];
  pair = new FailoverRegistration({ clock, primary, secondary, failback: seconds(300) });
  seen = [];
  pair.onChange(() => {
    const place = `${pair.serving} ${(pair.serving === 'primary' ? primary : secondary).status.state}`;
    if (seen.at(-1) !== place) seen.push(place);
  });
});

afterEach(async () => {
  const stopped = pair.stop();
  clock.advance(seconds(3));
  await stopped;
  expect(clock.pending).toEqual([]);
});

function registrationAt(sender: RequestSender, attempts: number): Registration {
  return new Registration({
    ...{ sender, clock, attempts, random: () => 0, interval: seconds(600) },
    addressOfRecord: parseUri('sip:1001@pbx.example.com'),
    registrar: parseUri('sip:pbx.example.com'),
  });
}

function start(): void {
  pair.start();
  clock.advance(milliseconds(10));
}

describe('a registration with two servers', () => {
  it('leaves the second one alone while the first serves', () => {
    start();
    clock.advance(minutes(60));
    expect([seen, second.asked]).toEqual([['primary registering', 'primary registered'], []]);
  });

  it('goes to the second after as many attempts as it may, comes back and unregisters there', () => {
    first.status = 503;
    start();
    clock.advance(seconds(10));
    expect(seen).toEqual([
      'primary registering',
      'primary unreachable',
      'secondary registering',
      'secondary registered',
    ]);
    expect(first.asked).toHaveLength(2);
    clock.advance(seconds(600));
    expect([first.asked.length, pair.serving]).toEqual([4, 'secondary']);
    first.status = 200;
    clock.advance(seconds(300));
    expect([pair.serving, primary.status.state, secondary.status.state]).toEqual([
      'primary',
      'registered',
      'unregistered',
    ]);
    expect(second.asked.at(-1)).toBe('0');
  });

  it('keeps the binding with the first where only its refresh fails, beside the second', () => {
    start();
    first.status = 500;
    clock.advance(seconds(310));
    expect([pair.serving, primary.status.state, secondary.status.state]).toEqual([
      'secondary',
      'registered',
      'registered',
    ]);
    first.status = 200;
    clock.advance(seconds(300));
    expect(pair.serving).toBe('primary');
  });

  it('goes to the second at once where the first refuses, and comes back by itself', () => {
    first.status = 403;
    start();
    expect(seen.at(-1)).toBe('secondary registered');
    first.status = 200;
    clock.advance(seconds(20));
    expect(pair.serving).toBe('primary');
  });

  it('asks both for ever where both were lost, and takes whichever comes back', () => {
    first.status = 503;
    second.status = 503;
    start();
    clock.advance(minutes(60));
    expect([primary.status.gaveUpAfter, secondary.status.gaveUpAfter]).toEqual([13, 13]);
    second.status = 200;
    clock.advance(minutes(5));
    expect(secondary.status.state).toBe('registered');
  });

  it('asks both at once when somebody wants to know', () => {
    first.status = 503;
    start();
    clock.advance(seconds(20));
    const before = [first.asked.length, second.asked.length];
    pair.refreshNow();
    expect([first.asked.length, second.asked.length]).toEqual(before.map((count) => count + 1));
  });

  it('goes to the second again though the farewell to it is still under way', async () => {
    first.status = 403;
    start();
    first.status = 200;
    second.isSilent = true;
    while (pair.serving === 'secondary') clock.advance(milliseconds(1));
    first.status = 503;
    primary.refreshNow();
    clock.advance(milliseconds(1_500));
    expect([pair.serving, secondary.status.state]).toEqual(['secondary', 'unregistered']);
    second.isSilent = false;
    for (let turn = 0; turn < 20; turn += 1) {
      clock.advance(milliseconds(100));
      await Promise.resolve();
    }
    expect([pair.serving, secondary.status.state]).toEqual(['secondary', 'registered']);
  });
});
