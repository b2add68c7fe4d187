import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { milliseconds, seconds } from '../../base/duration.js';
import { systemCodeOf } from '../../base/errors.js';
import type { SocketAddress } from './flow.js';
import { UdpReachability } from './udp-reachability.js';

const T1 = milliseconds(500);

let clock: FakeClock;
let reachability: UdpReachability;
let sockets: Socket[];

beforeEach(() => {
  clock = new FakeClock();
  reachability = new UdpReachability(clock, '127.0.0.1');
  sockets = [];
});

afterEach(() => {
  reachability.close();
  for (const socket of sockets) socket.close();
  expect(clock.pending).toEqual([]);
});

/** A port of loopback, with somebody who listens. */
async function listening(at: Partial<SocketAddress> = {}): Promise<{ socket: Socket; to: SocketAddress }> {
  const { address = '127.0.0.1', port = 0 } = at;
  const socket = createSocket(address === '::1' ? 'udp6' : 'udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  sockets.push(socket);
  return { socket, to: { address, port: socket.address().port } };
}

/** A port of loopback where nobody listens any more. */
async function dead(address = '127.0.0.1'): Promise<SocketAddress> {
  const { socket, to } = await listening({ address });
  sockets.pop();
  socket.close();
  await once(socket, 'close');
  return to;
}

/** A listener, and the promise of what it is told. */
function refusal(): { promise: Promise<unknown>; told: unknown[]; listener: (cause: unknown) => void } {
  const told: unknown[] = [];
  let resolve: (cause: unknown) => void = () => undefined;
  const promise = new Promise((resolver) => (resolve = resolver));
  const listener = (cause: unknown): void => {
    told.push(cause);
    resolve(cause);
  };
  return { promise, told, listener };
}

describe('A UDP target', () => {
  it.each(['127.0.0.1', '::1'])('at %s where nobody listens is reported after T1', async (address) => {
    reachability.close();
    reachability = new UdpReachability(clock, address);
    const { promise, listener } = refusal();
    reachability.expectAnswer(await dead(address), listener);
    clock.advance(T1);
    expect(systemCodeOf(await promise)).toBe('ECONNREFUSED');
  });

  it('where nobody listens is reported to every request that went there', async () => {
    const to = await dead();
    const all = Array.from({ length: 3 }, refusal);
    for (const { listener } of all) reachability.expectAnswer(to, listener);
    expect(clock.pending).toHaveLength(1);
    clock.advance(T1);
    await Promise.all(all.map(({ promise }) => promise));
    expect(all.map(({ told }) => told.length)).toEqual([1, 1, 1]);
  });

  it('is doubted again with the next request', async () => {
    const to = await dead();
    for (let attempt = 0; attempt < 2; attempt++) {
      const { promise, listener } = refusal();
      reachability.expectAnswer(to, listener);
      clock.advance(T1);
      await promise;
    }
    expect(clock.pending).toEqual([]);
  });

  it('that sends anything within T1 is never knocked at, and is trusted for 30 s', async () => {
    const { socket, to } = await listening();
    const came: Buffer[] = [];
    socket.on('message', (bytes) => came.push(bytes));
    const { told, listener } = refusal();
    reachability.expectAnswer(to, listener);
    clock.advance(milliseconds(T1 - 1));
    reachability.heardFrom(to.address, to.port);
    clock.advance(seconds(29));
    reachability.expectAnswer(to, listener);
    expect(clock.pending).toEqual([]);
    clock.advance(seconds(1));
    reachability.expectAnswer(to, listener);
    expect(clock.pending).toEqual(['udp grace']);
    // What was sent from here after a knock would have come after it.
    const end = once(socket, 'message');
    socket.send('end', to.port, to.address);
    await end;
    expect(came.map(String)).toEqual(['end']);
    expect(told).toEqual([]);
  });

  it('that listens but takes its time gets four keep-alives and is left alone', async () => {
    const { socket, to } = await listening();
    const { told, listener } = refusal();
    reachability.expectAnswer(to, listener);
    for (let count = 1; count <= 4; count++) {
      const knock = once(socket, 'message') as Promise<[Buffer]>;
      clock.advance(T1);
      expect(String((await knock)[0])).toBe('\r\n\r\n');
    }
    expect(clock.pending).toEqual(['udp knock']);
    clock.advance(T1);
    expect(clock.pending).toEqual([]);
    expect(told).toEqual([]);
  });

  it('that comes up within T1 is not reported', async () => {
    const to = await dead();
    const { told, listener } = refusal();
    reachability.expectAnswer(to, listener);
    clock.advance(milliseconds(T1 - 1));
    const { socket } = await listening(to);
    const knock = once(socket, 'message');
    clock.advance(milliseconds(1));
    await knock;
    expect(told).toEqual([]);
  });

  it('that is heard of after the knock is not reported', async () => {
    const to = await dead();
    const [late, other] = [refusal(), refusal()];
    reachability.expectAnswer(to, late.listener);
    reachability.expectAnswer(await dead(), other.listener);
    clock.advance(T1);
    reachability.heardFrom(to.address, to.port);
    await other.promise;
    expect(late.told).toEqual([]);
    expect(clock.pending).toEqual([]);
  });
});

describe('What is watched', () => {
  it('is bounded: beyond 100 targets in doubt, a request is left to its own timers', () => {
    const { listener } = refusal();
    for (let port = 10_000; port < 10_150; port++)
      reachability.expectAnswer({ address: '127.0.0.1', port }, listener);
    expect(clock.pending).toHaveLength(100);
    for (let port = 10_000; port < 10_150; port++) reachability.heardFrom('127.0.0.1', port);
    expect(clock.pending).toEqual([]);
  });

  it('forgets the oldest target beyond 1,000', () => {
    const { listener } = refusal();
    for (let port = 10_000; port < 11_001; port++) {
      reachability.expectAnswer({ address: '127.0.0.1', port }, listener);
      reachability.heardFrom('127.0.0.1', port);
    }
    reachability.expectAnswer({ address: '127.0.0.1', port: 10_001 }, listener);
    expect(clock.pending).toEqual([]);
    reachability.expectAnswer({ address: '127.0.0.1', port: 10_000 }, listener);
    expect(clock.pending).toEqual(['udp grace']);
  });

  it.each([
    ['a port that there is not', '127.0.0.1', { address: '127.0.0.1', port: 0 }],
    ['an address that this machine does not have', '192.0.2.1', { address: '127.0.0.1', port: 9 }],
    ['a target that no route leads to', '127.0.0.1', { address: '192.0.2.1', port: 9 }],
    ['an address of another family', '::1', { address: '127.0.0.1', port: 9 }],
  ])('survives %s', (_what, localAddress, to) => {
    reachability.close();
    reachability = new UdpReachability(clock, localAddress);
    const { told, listener } = refusal();
    reachability.expectAnswer(to, listener);
    clock.advance(seconds(3));
    expect(clock.pending).toEqual([]);
    expect(told).toEqual([]);
  });

  it('ends with close(), knocks included, and nothing is reported afterwards', async () => {
    const [first, second, control] = [refusal(), refusal(), refusal()];
    reachability.expectAnswer(await dead(), first.listener);
    clock.advance(T1);
    reachability.expectAnswer(await dead(), second.listener);
    reachability.close();
    expect(clock.pending).toEqual([]);
    reachability.expectAnswer(await dead(), control.listener);
    clock.advance(T1);
    await control.promise;
    expect([...first.told, ...second.told]).toEqual([]);
  });
});
