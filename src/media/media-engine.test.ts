import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { FakeClock } from '../../test/support/fake-clock.js';
import type { Clock } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { SystemClock } from '../base/system-clock.js';
import { MediaEngine } from './media-engine.js';
import type { MediaSession } from './media-session.js';
import { confirmationTone } from './tone-source.js';

const OPTIONS = { advertisedAddress: '127.0.0.1', codecs: ['PCMU', 'PCMA'] } as const;

const engines: MediaEngine[] = [];
const sockets: Socket[] = [];

function newEngine(clock: Clock): MediaEngine {
  const engine = new MediaEngine({ clock, log: silentLog, address: '127.0.0.1', firstPort: 40_000 });
  engines.push(engine);
  return engine;
}

async function newPeer(): Promise<{ socket: Socket; port: number; packets: Buffer[] }> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  const packets: Buffer[] = [];
  socket.on('message', (packet) => packets.push(packet));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { socket, port: socket.address().port, packets };
}

function offerFrom(port: number, lines: readonly string[] = []): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 8 0 96`,
    'a=rtpmap:96 telephone-event/8000',
    ...lines,
    '',
  ].join('\r\n');
}

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  for (const socket of sockets.splice(0)) socket.close();
});

describe('two sessions over loopback', () => {
  let caller: MediaSession;
  let callee: MediaSession;

  beforeEach(async () => {
    const engine = newEngine(new SystemClock());
    caller = await engine.createSession(OPTIONS);
    callee = await engine.createSession(OPTIONS);
    caller.applyAnswer(callee.answer(caller.createOffer()));
  });

  it('exchange a tone and digits, each once and in order', async () => {
    const digits: string[] = [];
    callee.onDtmf = (digit) => digits.push(digit);
    caller.play(confirmationTone());
    caller.start();
    callee.start();
    await caller.sendDtmf('19*0#ad', { press: 40, pause: 40 });
    expect(digits.join('')).toBe('19*0#AD');
    expect(callee.statistics).toMatchObject({ codec: 'PCMU', lost: 0, ignored: 0 });
    expect(callee.statistics.received).toBeGreaterThan(30);
    expect(callee.statistics.jitter).toBeLessThan(20);
  });
});

describe('a session on a fake clock', () => {
  it('sends one packet every 20 ms, silence when nothing plays', async () => {
    const clock = new FakeClock();
    const peer = await newPeer();
    const session = await newEngine(clock).createSession(OPTIONS);
    session.answer(offerFrom(peer.port));
    session.start();
    for (let frame = 0; frame < 50; frame++) clock.advance(milliseconds(20));
    while (peer.packets.length < 50) await once(peer.socket, 'message');
    expect(peer.packets).toHaveLength(50);
    expect(
      peer.packets.every((packet) => packet.length === 172 && packet.subarray(12).every((b) => b === 0xd5)),
    ).toBe(true);
    session.close();
    expect(clock.pending).toEqual([]);
  });
});
