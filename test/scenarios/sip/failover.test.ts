import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Timer } from '../../../src/base/clock.js';
import { milliseconds, seconds, type Duration } from '../../../src/base/duration.js';
import { parseUri, SipEndpoint, type OutgoingInvite, type SessionEnd } from '../../../src/sip/index.js';
import { SystemDns } from '../../../src/sip/resolver/system-dns.js';
import { AwaitedList } from '../../support/awaited-list.js';
import { DnsResponder } from '../../support/dns-responder.js';
import { FakeClock } from '../../support/fake-clock.js';
import { UdpPeer } from '../../support/udp-peer.js';

const T1 = milliseconds(500);
const NAME = 'sip:1001@pbx.test';
const FROM = 'sip:siren@example.com';

/** A clock that tells which timers were started, since sockets and name servers answer in their own time. */
class ToldClock extends FakeClock {
  readonly started = new AwaitedList<string>();

  override startTimer(name: string, delay: Duration, onExpiry: () => void): Timer {
    const timer = super.startTimer(name, delay, onExpiry);
    this.started.add(name);
    return timer;
  }
}

let clock: ToldClock;
let dns: DnsResponder;
let first: UdpPeer;
let second: UdpPeer;
let endpoint: SipEndpoint;
/** What is closed already while a test runs. */
let isFirstClosed: boolean;

beforeEach(async () => {
  clock = new ToldClock();
  [first, second] = [await UdpPeer.open(0), await UdpPeer.open(0)];
  isFirstClosed = false;
  dns = new DnsResponder([
    ...[first, second].map(({ port }, index) => ({
      type: 'SRV' as const,
      name: '_sip._udp.pbx.test',
      priority: index + 1,
      weight: 0,
      port,
      target: 'host.test',
    })),
    { type: 'A', name: 'host.test', address: '127.0.0.1' },
  ]);
  await dns.start();
  endpoint = new SipEndpoint({
    listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }],
    clock,
    dns: new SystemDns({ servers: [dns.server] }),
  });
  await endpoint.start();
});

afterEach(async () => {
  const closed = endpoint.close();
  clock.advance(seconds(5));
  await closed;
  await Promise.all([...(isFirstClosed ? [] : [first.close()]), second.close(), dns.close()]);
  expect(clock.pending).toEqual([]);
});

async function closeFirst(): Promise<void> {
  isFirstClosed = true;
  await first.close();
}

/** Lets T1 pass once a request is on its way to somebody who has not answered yet. */
async function passGrace(): Promise<void> {
  await clock.started.until('a request on its way', () => clock.pending.includes('udp grace') || undefined);
  clock.advance(T1);
}

function ask(to = NAME) {
  return endpoint.request({ method: 'OPTIONS', to, from: FROM });
}

/** A call, and the promise of its end. */
function place(to = NAME): { call: OutgoingInvite; end: Promise<SessionEnd> } {
  const call = endpoint.invite({ to, from: FROM, body: 'offer' });
  return { call, end: new Promise((resolve) => (call.onEnd = resolve)) };
}

describe('A request to a name with two servers (RFC 3263 section 4.3)', () => {
  it('goes to the second T1 later where nobody listens at the first (ICMP error)', async () => {
    await closeFirst();
    const answer = ask();
    await passGrace();
    expect((await answer).status).toBe(200);
    expect(second.received.all).toHaveLength(1);
  });

  it('that is an INVITE goes to the second likewise, as a new transaction of the same call', async () => {
    await closeFirst();
    second.onRequest = (_request, reply) => reply(486);
    const { call, end } = place();
    await passGrace();
    expect(await end).toMatchObject({ by: 'failure', status: 486 });
    expect((await second.request('INVITE')).callId).toBe(call.request.callId);
    expect(clock.now()).toBe(T1);
  });

  it('goes to the second where the first answers 503', async () => {
    first.onRequest = (_request, reply) => reply(503);
    expect((await ask()).status).toBe(200);
    const [refused, answered] = [await first.request('OPTIONS'), await second.request('OPTIONS')];
    expect(answered.callId).toBe(refused.callId);
    expect(answered.topVia.branch).not.toBe(refused.topVia.branch);
  });

  it('goes to the second after 64*T1 where the first is silent, and is not repeated to the first', async () => {
    first.onRequest = () => undefined;
    const answer = ask();
    await first.request('OPTIONS');
    clock.advance(milliseconds(64 * T1 + 200));
    expect((await answer).status).toBe(200);
    expect((await ask()).status).toBe(200);
    expect(second.received.all).toHaveLength(2);
  });

  it('fails with SIP_TRANSPORT, which names the last, where nobody listens at either', async () => {
    const { port } = second;
    await closeFirst();
    await second.close();
    const answer = ask().catch((error: unknown) => error);
    await passGrace();
    await passGrace();
    expect(await answer).toMatchObject({
      code: 'SIP_TRANSPORT',
      message: `Sending by UDP to 127.0.0.1:${port} failed: nothing listens there.`,
    });
    second = await UdpPeer.open(0);
  });
});

describe('A UDP peer', () => {
  const numeric = (peer: UdpPeer): string => `sip:1001@127.0.0.1:${peer.port}`;

  it('that answers later than T1 is waited for', async () => {
    let answerLate: () => void = () => undefined;
    first.onRequest = (_request, reply) => (answerLate = () => reply(200));
    const answer = ask(numeric(first));
    await first.request('OPTIONS');
    await passGrace();
    expect(clock.pending).toContain('udp knock');
    clock.advance(seconds(5));
    answerLate();
    expect((await answer).status).toBe(200);
    clock.advance(seconds(5));
  });

  it('that rings and is gone then does not end the call, which may be answered by another', async () => {
    first.onRequest = (request, reply) => {
      if (request.method === 'INVITE') reply(180);
    };
    const to = numeric(first);
    const { call, end } = place(to);
    await new Promise<void>((resolve) => (call.onProgress = () => resolve()));
    await closeFirst();
    clock.advance(seconds(31));
    expect(call.state).not.toBe('terminated');
    call.end();
    await passGrace();
    expect(await end).toMatchObject({ by: 'local' });
    clock.advance(seconds(40));
  });

  it('that died in a call is given up T1 after our BYE', async () => {
    first.onRequest = (request, reply) => {
      if (request.method === 'INVITE') reply(200);
    };
    const { call } = place(numeric(first));
    await first.request('ACK');
    await closeFirst();
    clock.advance(seconds(40));
    call.end();
    await passGrace();
    await endpoint.close();
    expect(clock.now()).toBe(40_000 + T1);
  });

  it('that is a registrar and is down makes a registration unreachable T1 later', async () => {
    const { port } = first;
    await closeFirst();
    const registration = endpoint.register({
      addressOfRecord: parseUri(`sip:siren@127.0.0.1:${port}`),
      registrar: parseUri(`sip:127.0.0.1:${port}`),
    });
    const failed = new Promise<string | undefined>((resolve) =>
      registration.onStatus(({ state, reason }) => {
        if (state === 'unreachable') resolve(reason);
      }),
    );
    registration.start();
    await passGrace();
    expect(await failed).toContain('nothing listens there');
  });
});
