import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';

import { FakeClock } from '../../test/support/fake-clock.js';
import { seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import type { PortPair } from './port-pair.js';
import { PortPool } from './port-pool.js';

const FIRST_PORT = 42_001;

const clock = new FakeClock();
const pools: PortPool[] = [];
const sockets: Socket[] = [];

function newPool(limit: number, address = '127.0.0.1'): PortPool {
  const pool = new PortPool({ clock, log: silentLog, address, firstPort: FIRST_PORT, limit });
  pools.push(pool);
  return pool;
}

async function take(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

async function acquire(pool: PortPool, count: number): Promise<PortPair[]> {
  const pairs: PortPair[] = [];
  for (let index = 0; index < count; index++) pairs.push(await pool.acquire());
  return pairs;
}

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
  for (const socket of sockets.splice(0)) socket.close();
});

describe('the ports of calls', () => {
  it('are even for RTP and the next for RTCP, from the first port upward, each once', async () => {
    const ports = (await acquire(newPool(10), 10)).map(
      ({ rtpPort, rtcpPort }) => [rtpPort, rtcpPort] as const,
    );
    expect(new Set(ports.map(([rtp]) => rtp)).size).toBe(10);
    expect(ports.every(([rtp, rtcp]) => rtp > FIRST_PORT && rtp % 2 === 0 && rtcp === rtp + 1)).toBe(true);
  });

  it('are ready before a call needs them', async () => {
    const pool = newPool(10);
    await pool.warmUp();
    expect(pool.counts).toMatchObject({ ready: 4, busy: 0 });
    expect(pool.acquireReady()).toBeDefined();
    expect(pool.acquireReady()).toBeDefined();
    expect(pool.counts.busy).toBe(2);
  });

  it('are not those that another program has, be it the RTP or the RTCP port', async () => {
    const [reference] = await acquire(newPool(1), 1);
    const first = reference!.rtpPort;
    await pools.pop()!.close();
    await take(first);
    await take(first + 3);
    const [pair] = await acquire(newPool(1), 1);
    expect(pair!.rtpPort).toBeGreaterThanOrEqual(first + 4);
  });

  it('rest for two seconds, and the one that is ready longest comes first', async () => {
    const pool = newPool(2);
    const [one, two] = await acquire(pool, 2);
    pool.release(one!);
    clock.advance(seconds(1));
    pool.release(two!);
    expect(pool.acquireReady()).toBeUndefined();
    clock.advance(seconds(1));
    expect(pool.counts).toMatchObject({ ready: 1, resting: 1 });
    expect(pool.acquireReady()).toBe(one);
    expect(pool.acquireReady()).toBeUndefined();
    clock.advance(seconds(1));
    expect(pool.acquireReady()).toBe(two);
    expect(pool.counts.restsCut).toBe(0);
  });

  it('are used before their rest is over rather than losing a call', async () => {
    const pool = newPool(1);
    const [pair] = await acquire(pool, 1);
    pool.release(pair!);
    expect(await pool.acquire()).toBe(pair);
    expect(pool.counts.restsCut).toBe(1);
  });

  it('run out', async () => {
    const pool = newPool(2);
    await acquire(pool, 2);
    await expect(pool.acquire()).rejects.toMatchObject({ code: 'MEDIA_NO_PORT' });
  });

  it('cannot be had on an address of another machine', async () => {
    await expect(newPool(2, '203.0.113.1').warmUp()).rejects.toMatchObject({ code: 'ADDRESS_NOT_AVAILABLE' });
  });

  it('move to another range, calls in progress keeping theirs', async () => {
    const pool = newPool(10);
    const [pair] = await acquire(pool, 1);
    pool.reconfigure(43_000);
    expect(pool.counts).toMatchObject({ busy: 1, resting: 0 });
    expect((await pool.acquire()).rtpPort).toBeGreaterThanOrEqual(43_000);
    pool.release(pair!);
    expect(pool.counts).toMatchObject({ busy: 1, resting: 0 });
    await take(pair!.rtpPort);
  });

  it('give a packet to the owner of the moment, and to nobody while they rest', async () => {
    const pool = newPool(1);
    const [pair] = await acquire(pool, 1);
    const sender = await take(0);
    pool.release(pair!);
    sender.send('late', pair!.rtpPort, '127.0.0.1');
    for (let turns = 0; pair!.strays === 0 && turns < 50_000; turns++) await new Promise(setImmediate);
    expect(pair!.strays).toBe(1);
    clock.advance(seconds(2));
    await pool.acquire();
    const heard = new Promise<string>((resolve) => {
      pair!.owner = { onRtp: (packet) => resolve(packet.toString()), onRtcp: () => undefined };
    });
    sender.send('mine', pair!.rtpPort, '127.0.0.1');
    expect(await heard).toBe('mine');
  });

  it('survive an owner that throws', async () => {
    const pool = newPool(1);
    const [pair] = await acquire(pool, 1);
    const sender = await take(0);
    let count = 0;
    const second = new Promise<void>((resolve) => {
      pair!.owner = {
        onRtp: () => {
          if (++count === 2) resolve();
          throw new Error('broken');
        },
        onRtcp: () => undefined,
      };
    });
    sender.send('1', pair!.rtpPort, '127.0.0.1');
    sender.send('2', pair!.rtpPort, '127.0.0.1');
    await second;
    expect(count).toBe(2);
  });

  it('are closed with the pool, also those that were just being opened', async () => {
    const pool = newPool(10);
    const opening = pool.acquire();
    await pool.close();
    await expect(opening).rejects.toMatchObject({ code: 'MEDIA_NO_PORT' });
    await expect(pool.acquire()).rejects.toMatchObject({ code: 'MEDIA_NO_PORT' });
    expect(pool.counts).toMatchObject({ busy: 0, ready: 0, resting: 0 });
  });
});
