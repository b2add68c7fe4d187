import { beforeEach, describe, expect, it } from '@jest/globals';
import { seconds } from '../../src/base/duration.js';
import type { SipsirenError } from '../../src/base/errors.js';
import { NameAddress, parseUri, SipRequest, SipResponse } from '../../src/sip/message/index.js';
import type { Target, TransportProtocol } from '../../src/sip/transport/flow.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryNetwork, type MemoryNetworkOptions, type MemoryTransport } from '../support/memory-network.js';
import { RecordingTransportUser } from '../support/recording-transport-user.js';

let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
});

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Node {
  readonly transport: MemoryTransport;
  readonly user: RecordingTransportUser;
}

async function pair(
  options: Partial<MemoryNetworkOptions> = {},
): Promise<{ near: Node; far: Node; network: MemoryNetwork }> {
  const network = new MemoryNetwork({ clock, random: seeded(1), ...options });
  const [near, far] = await Promise.all(
    ['192.0.2.1', '192.0.2.2'].map(async (address) => {
      const node = { transport: network.transport(address, 5060), user: new RecordingTransportUser() };
      await node.transport.start(node.user);
      return node;
    }),
  );
  return { near: near!, far: far!, network };
}

function to(protocol: TransportProtocol, address = '192.0.2.2'): Target {
  return { protocol, address, port: 5060 };
}

function options(sequence = 1): SipRequest {
  const request = SipRequest.create({
    method: 'OPTIONS',
    uri: parseUri('sip:siren@192.0.2.2'),
    from: new NameAddress({ uri: parseUri('sip:tester@192.0.2.1'), tag: '1' }),
    to: new NameAddress({ uri: parseUri('sip:siren@192.0.2.2') }),
    callId: 'call-1',
    sequence,
  });
  request.headers.prepend('Via', `SIP/2.0/UDP placeholder;branch=z9hG4bK-${sequence}`);
  return request;
}

function unexpected(error: SipsirenError): void {
  throw error;
}

describe('Two transports joined in memory', () => {
  it.each(['udp', 'tcp'] as const)('carry a request and its response over %s', async (protocol) => {
    const { near, far } = await pair();

    near.transport.sendRequest(options(), to(protocol), unexpected);
    expect(far.user.received).toEqual([]);
    clock.advance(seconds(1));
    const { message, flow } = await far.user.request();
    far.transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);
    clock.advance(seconds(1));

    expect((await near.user.response()).message.status).toBe(200);
    expect(message.topVia).toMatchObject({ host: '192.0.2.1', port: 5060, received: '192.0.2.1' });
    expect(flow.reliable).toBe(protocol === 'tcp');
    expect(clock.pending).toEqual([]);
  });

  it('report a target where nobody is', async () => {
    const { near } = await pair();
    const failures: string[] = [];
    const report = (error: SipsirenError): void => void failures.push(error.message);

    near.transport.sendRequest(options(), to('udp', '192.0.2.99'), report);
    near.transport.sendRequest(options(), to('tcp', '192.0.2.99'), report);
    expect(failures).toEqual([]);
    clock.advance(seconds(1));

    expect(failures).toEqual([
      'Sending by UDP to 192.0.2.99:5060 failed: nothing listens there.',
      'Sending by TCP to 192.0.2.99:5060 failed: nothing listens there.',
    ]);
  });

  it('keep the order on a stream, and lose nothing there', async () => {
    const { near, far } = await pair({ loss: 0.5, duplication: 0.5, reordering: 0.5 });

    for (let sequence = 1; sequence <= 50; sequence++) {
      near.transport.sendRequest(options(sequence), to('tcp'), unexpected);
    }
    clock.advance(seconds(1));

    const sequences = far.user.received.map(({ message }) => message.cseq.sequence);
    expect(sequences).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(new Set(far.user.received.map(({ flow }) => flow)).size).toBe(1);
  });

  it('lose, repeat and reorder datagrams alike in every run of the same seed', async () => {
    const run = async (): Promise<number[]> => {
      const { near, far } = await pair({ loss: 0.3, duplication: 0.2, reordering: 0.2 });
      for (let sequence = 1; sequence <= 200; sequence++) {
        near.transport.sendRequest(options(sequence), to('udp'), unexpected);
      }
      clock.advance(seconds(1));
      return far.user.received.map(({ message }) => message.cseq.sequence);
    };
    const first = await run();

    expect(await run()).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(110);
    expect(new Set(first).size).toBeLessThan(170);
    expect(first.length).toBeGreaterThan(new Set(first).size);
    expect(first).not.toEqual([...first].sort((a, b) => a - b));
  });

  it('answer on a new stream once that of the request was cut', async () => {
    const { near, far } = await pair();
    near.transport.sendRequest(options(), to('tcp'), unexpected);
    clock.advance(seconds(1));
    const { message, flow } = await far.user.request();

    near.transport.disconnect();
    expect(flow.isOpen).toBe(false);
    far.transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);
    clock.advance(seconds(1));

    expect((await near.user.response()).flow.isOpen).toBe(true);
  });

  it('take nothing in and send nothing once closed', async () => {
    const { near, far } = await pair();
    near.transport.sendRequest(options(), to('udp'), unexpected);
    await far.transport.close();
    await near.transport.close();
    near.transport.sendRequest(options(), to('udp'), unexpected);
    clock.advance(seconds(1));

    expect(far.user.received).toEqual([]);
    expect(near.transport.counts.sent).toBe(1);
    expect(clock.pending).toEqual([]);
  });
});
