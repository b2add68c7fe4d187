import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { milliseconds } from '../../../src/base/duration.js';
import { SipEndpoint, type IncomingInvite, type SessionEnd } from '../../../src/sip/index.js';
import type { SipRequest } from '../../../src/sip/message/index.js';
import type { TransportProtocol } from '../../../src/sip/transport/flow.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryNetwork } from '../../support/memory-network.js';

const BOTH: readonly TransportProtocol[] = ['udp', 'tls'];

let clock: FakeClock;
let network: MemoryNetwork;
let near: SipEndpoint;
let far: SipEndpoint;
let calls: IncomingInvite[];
let ends: SessionEnd[];

async function join(farProtocols = BOTH): Promise<void> {
  near = new SipEndpoint({ clock, transport: network.transport('10.0.0.1', 5061, BOTH) });
  far = new SipEndpoint({ clock, transport: network.transport('10.0.0.2', 5061, farProtocols) });
  far.onInvite = (call) => calls.push(call);
  await Promise.all([near.start(), far.start()]);
}

beforeEach(() => {
  clock = new FakeClock();
  network = new MemoryNetwork({ clock });
  calls = [];
  ends = [];
});

afterEach(async () => {
  const closed = Promise.all([near.close(), far.close()]);
  clock.advance(milliseconds(5_000));
  await closed;
  expect(clock.pending).toEqual([]);
});

function pass(): void {
  clock.advance(milliseconds(20));
}

/** Our Contact as the other side has it. */
function contactOf(request: SipRequest): string | undefined {
  return request.headers.first('Contact');
}

describe('A description with keys of encrypted audio', () => {
  const body = 'm=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secret\r\n';

  it('is sent by TLS, and not at all where the address wants UDP', async () => {
    await join();
    const secure = near.invite({ to: 'sip:siren@10.0.0.2;transport=tls', from: 'sip:guard@10.0.0.1', body });
    const open = near.invite({ to: 'sip:siren@10.0.0.2;transport=udp', from: 'sip:guard@10.0.0.1', body });
    open.onEnd = (end) => ends.push(end);
    pass();
    await Promise.resolve();
    expect(calls.map((incoming) => incoming.flow?.protocol)).toEqual(['tls']);
    expect(ends).toMatchObject([{ by: 'failure', reason: expect.stringContaining('keys') }]);
    secure.end();
    calls[0]!.reject(486);
    pass();
  });

  it('does not follow a redirection to UDP', async () => {
    await join();
    const call = near.invite({ to: 'sip:siren@10.0.0.2;transport=tls', from: 'sip:guard@10.0.0.1', body });
    call.onEnd = (end) => ends.push(end);
    pass();
    calls[0]!.reject(302, { headers: [['Contact', '<sip:other@10.0.0.2:5061;transport=udp>']] });
    pass();
    await Promise.resolve();
    pass();
    expect(calls).toHaveLength(1);
    expect(ends).toHaveLength(1);
  });
});

describe('A call to a SIPS address', () => {
  it('goes by TLS, with SIPS contacts both ways, and so does every request within it', async () => {
    await join();
    const call = near.invite({ to: 'sips:siren@10.0.0.2', from: 'sips:guard@10.0.0.1', body: 'offer' });
    pass();
    const [incoming] = calls;
    expect([incoming!.flow?.protocol, contactOf(incoming!.request)]).toEqual([
      'tls',
      '<sips:guard@10.0.0.1:5061>',
    ]);
    incoming!.accept({ body: 'answer' });
    pass();
    expect(call.remoteTarget?.toString()).toBe('sips:siren@10.0.0.2:5061');
    const seen: string[] = [];
    incoming!.onRequest = (request) => {
      seen.push(request.topVia.transport);
      return { status: 200 };
    };
    const info = call.info('x', 'text/plain');
    pass();
    expect([(await info).status, seen]).toEqual([200, ['tls']]);
    call.end();
    pass();
    expect(incoming!.state).toBe('terminated');
  });

  it('goes by TLS although its proxy is named without', async () => {
    await join();
    near.invite({
      to: 'sips:siren@example.com',
      from: 'sips:guard@10.0.0.1',
      proxies: ['sip:10.0.0.2:5061'],
      protocol: 'udp',
      body: 'offer',
    });
    pass();
    expect(calls[0]!.flow?.protocol).toBe('tls');
  });

  it('is not redirected to an address without', async () => {
    await join();
    far.onInvite = (call) => call.reject(302, { headers: [['Contact', '<sip:other@10.0.0.2:5061>']] });
    const call = near.invite({ to: 'sips:siren@10.0.0.2', from: 'sips:guard@10.0.0.1', body: 'offer' });
    call.onEnd = (end) => ends.push(end);
    pass();
    expect(ends).toMatchObject([{ by: 'failure', status: 302 }]);
  });

  it('of somebody with a SIPS address to one without has a SIP contact', async () => {
    await join();
    near.invite({ to: 'sip:siren@10.0.0.2:5061', from: 'sips:guard@10.0.0.1', body: 'offer' });
    pass();
    expect(contactOf(calls[0]!.request)).toBe('<sip:guard@10.0.0.1:5061>');
  });

  it.each([
    [BOTH, 480, '380 sipsiren "SIPS Not Allowed"'],
    [['udp'] as const, 416, undefined],
  ])('that comes by UDP to %j gets %i', async (protocols, status, warning) => {
    await join(protocols);
    const call = near.invite({
      to: 'sip:siren@10.0.0.2:5061',
      from: 'sip:guard@10.0.0.1',
      requestUri: 'sip:10.0.0.2:5061',
      body: 'offer',
    });
    call.end();
    const options = near.request({
      method: 'OPTIONS',
      to: 'sips:siren@10.0.0.2',
      requestUri: 'sip:10.0.0.2:5061',
      from: 'sip:guard@10.0.0.1',
    });
    pass();
    expect((await options).status).toBe(200);
    // What no client of ours sends: SIPS in the request-URI of a datagram.
    const wire = network.transport('10.0.0.9', 5060, ['udp']);
    const answers: { status?: number; headers: { first(name: string): string | undefined } }[] = [];
    await wire.start({ onMessage: (message) => answers.push(message) });
    wire.deliver(
      Buffer.from(
        [
          'OPTIONS sips:siren@10.0.0.2 SIP/2.0',
          'Via: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK-1',
          'From: <sip:wire@10.0.0.9>;tag=1',
          'To: <sips:siren@10.0.0.2>',
          'Call-ID: 1',
          'CSeq: 1 OPTIONS',
          'Max-Forwards: 70',
          'Content-Length: 0',
          '',
          '',
        ].join('\r\n'),
      ),
      { protocol: 'udp', address: '10.0.0.2', port: 5061 },
      () => undefined,
    );
    pass();
    expect([answers[0]!.status, answers[0]!.headers.first('Warning')]).toEqual([status, warning]);
    await wire.close();
  });
});
