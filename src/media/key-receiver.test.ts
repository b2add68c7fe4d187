import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { KeyReceiver } from './key-receiver.js';
import { KeySender } from './key-sender.js';
import { RtpHeader, writeRtpHeader } from './rtp-header.js';
import { eventOfKey, writeEvent } from './telephone-event.js';

interface Sent {
  readonly code: number;
  readonly timestamp: number;
  readonly duration: number;
  readonly isEnd?: boolean;
  readonly marker?: boolean;
  readonly ssrc?: number;
}

function packetOf({ code, timestamp, duration, isEnd = false, marker = false, ssrc = 7 }: Sent): Buffer {
  const packet = Buffer.alloc(16);
  writeRtpHeader(packet, { marker, payloadType: 101, sequence: 0, timestamp: timestamp >>> 0, ssrc });
  writeEvent(packet, 12, { code, isEnd, duration });
  return packet;
}

/** What a receiver reports of packets, as text. */
function keysOf(packets: readonly Buffer[], receiver = new KeyReceiver()): string {
  const header = new RtpHeader();
  return packets
    .map((packet) => (header.read(packet) ? (receiver.receive(packet, header, 8_000)?.key ?? '') : ''))
    .join('');
}

/** Every packet of these presses, as our own sender makes them. */
function pressesOf(keys: string, firstTimestamp: number, pressFrames = 5): Buffer[][] {
  const sender = new KeySender();
  const codes = Array.from(keys, eventOfKey);
  const nothing = (): void => undefined;
  sender.press({ codes, pressFrames, pauseFrames: 2, onDone: nothing, onFailed: nothing });
  return Array.from(keys, (_, press) => {
    const packets: Buffer[] = [];
    for (let frame = 0; frame < pressFrames + 4; frame++) {
      const now = firstTimestamp + (press * (pressFrames + 4) + frame) * 160;
      const event = sender.next(now >>> 0);
      if (event !== undefined) packets.push(packetOf(event));
    }
    return packets;
  });
}

const KEYS = Array.from('0123456789*#ABCD');
const keys = fc.string({ unit: fc.constantFrom(...KEYS), minLength: 1, maxLength: 12 });

describe('keys by RFC 4733', () => {
  it('are reported with the first packet and how long they are down by then', () => {
    const header = new RtpHeader();
    const packet = packetOf({ code: 11, timestamp: 5, duration: 400, marker: true });
    header.read(packet);
    const receiver = new KeyReceiver();
    expect(receiver.receive(packet, header, 8_000)).toEqual({ key: '#', milliseconds: 50 });
    expect(receiver.receive(packet, header, 8_000)).toBeUndefined();
  });

  it('are each reported once and in order, whatever was lost or doubled in between', () => {
    fc.assert(
      fc.property(keys, fc.nat(0xffff_ffff), fc.infiniteStream(fc.nat(99)), (text, start, dice) => {
        const arrived = pressesOf(text, start).flatMap((press) => {
          const sure = Number(dice.next().value) % press.length;
          return press.flatMap((packet, index) => {
            const roll = Number(dice.next().value);
            if (index !== sure && roll < 50) return [];
            return roll >= 80 ? [packet, packet, packet] : [packet];
          });
        });
        expect(keysOf(arrived)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('are each reported once when packets overtake each other, also across presses', () => {
    fc.assert(
      fc.property(keys, fc.nat(0xffff_ffff), fc.infiniteStream(fc.nat(9)), (text, start, dice) => {
        const arrived = pressesOf(text, start)
          .flat()
          .map((packet, index) => ({ packet, at: index + Number(dice.next().value) }))
          .sort((one, other) => one.at - other.at)
          .map(({ packet }) => packet);
        expect(Array.from(keysOf(arrived)).sort()).toEqual(Array.from(text).sort());
      }),
      { numRuns: 500 },
    );
  });

  it('count one long press once over its segments, even where the packet before a segment was lost', () => {
    const packets = pressesOf('5', 0xffff_0000, 900).flat();
    expect(new Set(packets.map((packet) => packet.readUInt32BE(4))).size).toBe(3);
    expect(keysOf(packets)).toBe('5');
    expect(keysOf(packets.filter((_, index) => index % 7 === 0))).toBe('5');
  });

  it('count the same key pressed twice as two', () => {
    const press = (timestamp: number): Buffer =>
      packetOf({ code: 1, timestamp, duration: 160, marker: true });
    expect(keysOf([press(1_000), press(1_960), press(1_000)])).toBe('11');
  });

  it('of two sources that take turns are told apart and counted once', () => {
    const one = packetOf({ code: 1, timestamp: 1_000, duration: 160 });
    const two = packetOf({ code: 2, timestamp: 900_000, duration: 160, ssrc: 8 });
    expect(keysOf([one, two, one, two, one])).toBe('12');
  });

  it('count on where a peer, after a transfer, goes on with another time', () => {
    const press = (code: number, timestamp: number): Buffer => packetOf({ code, timestamp, duration: 160 });
    expect(keysOf([press(3, 900_000), press(3, 900_000), press(4, 50_000), press(5, 51_000)])).toBe('345');
  });

  it('of a peer that never changes its timestamp are told apart at least by the key', () => {
    const press = (code: number): Buffer => packetOf({ code, timestamp: 0, duration: 160 });
    expect(keysOf([press(1), press(1), press(2), press(2)])).toBe('12');
  });

  it('are no flash hook, no fax tone and no half an event', () => {
    const header = new RtpHeader();
    const short = packetOf({ code: 1, timestamp: 1, duration: 1 }).subarray(0, 15);
    header.read(short);
    expect(new KeyReceiver().receive(short, header, 8_000)).toBeUndefined();
    expect(keysOf([16, 36, 255].map((code) => packetOf({ code, timestamp: code, duration: 160 })))).toBe('');
  });
});
