import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { AudioReceiver } from './audio-receiver.js';
import type { AudioCodec } from './codecs/audio-codec.js';
import { AUDIO_CODECS } from './codecs/index.js';
import { RtpHeader, writeRtpHeader } from './rtp-header.js';

/** Linear samples come out as they went in. */
const LINEAR = AUDIO_CODECS.L16.find(8_000, 1) ?? AUDIO_CODECS.L16.offered;

/** A network that delivers packets of 20 ms at the times it is told, and somebody who hears them. */
class Scene {
  readonly receiver = new AudioReceiver();
  readonly heard: Int16Array[] = [];
  rate = 0;
  now = 0;
  readonly #header = new RtpHeader();
  readonly #due: { readonly at: number; readonly deliver: () => void }[] = [];

  constructor() {
    this.receiver.add((samples, rate) => {
      this.heard.push(samples.slice());
      this.rate = rate;
    });
  }

  /** Packet `index`, 20 ms of one value, made at index × 20 ms, arrives after `delay`. */
  send(index: number, delay: number, fields: { ssrc?: number; value?: number; jump?: number } = {}): void {
    const { ssrc = 1, value = index + 1, jump = 0 } = fields;
    const packet = Buffer.alloc(12 + 320);
    LINEAR.createEncoder('').encode(new Int16Array(160).fill(value * 100), packet, 12);
    const timestamp = (4_294_960_000 + jump + index * 160) >>> 0;
    const sequence = (65_500 + index) & 0xffff;
    writeRtpHeader(packet, { marker: false, payloadType: 0, sequence, timestamp, ssrc });
    this.#deliver(packet, index * 20 + delay, LINEAR);
  }

  sendKey(index: number): void {
    const packet = Buffer.alloc(16);
    const timestamp = (4_294_960_000 + index * 160) >>> 0;
    writeRtpHeader(packet, {
      marker: true,
      payloadType: 101,
      sequence: (65_500 + index) & 0xffff,
      timestamp,
      ssrc: 1,
    });
    this.#due.push({
      at: index * 20,
      deliver: () => {
        this.#header.read(packet);
        this.receiver.onOther(this.#header, this.now);
      },
    });
  }

  sendEncoded(
    payload: Buffer,
    codec: AudioCodec,
    fields: { sequence: number; timestamp: number; at: number },
  ): void {
    const packet = Buffer.concat([Buffer.alloc(12), payload]);
    const { sequence, timestamp, at } = fields;
    writeRtpHeader(packet, { marker: false, payloadType: 96, sequence, timestamp, ssrc: 1 });
    this.#deliver(packet, at, codec);
  }

  run(until: number): void {
    this.#due.sort((one, other) => one.at - other.at);
    for (; this.now <= until; this.now += 20) {
      while (this.#due[0] !== undefined && this.#due[0].at <= this.now) this.#due.shift()?.deliver();
      this.receiver.advance(1, this.now);
    }
  }

  /** The value of each frame, of its first sample; 0 for silence. */
  get values(): number[] {
    return this.heard.map((frame) => Math.round((frame[80] ?? 0) / 100));
  }

  #deliver(packet: Buffer, at: number, codec: AudioCodec): void {
    this.#due.push({
      at,
      deliver: () => {
        this.#header.read(packet);
        this.receiver.onPacket(packet, this.#header, { codec, now: this.now });
      },
    });
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe('sound from the network', () => {
  it('is heard 40 ms later, in order, over the turn of both numbers', () => {
    const scene = new Scene();
    for (let index = 0; index < 100; index++) scene.send(index, 5);
    scene.run(2_020);
    expect(scene.values.slice(0, 98)).toEqual(range(1, 98));
    expect(scene.rate).toBe(8_000);
    expect(scene.receiver).toMatchObject({ late: 0, concealed: 0 });
  });

  it('is put into order, and what came twice is heard once', () => {
    const scene = new Scene();
    for (let index = 0; index < 20; index++) {
      scene.send(index, index % 4 === 1 ? 35 : 5);
      scene.send(index, 30);
    }
    scene.run(400);
    expect(scene.values.slice(0, 17)).toEqual(range(1, 17));
  });

  it('is as long as it was where packets are lost, their place filled softly', () => {
    const scene = new Scene();
    for (let index = 0; index < 20; index++) if (index !== 9) scene.send(index, 0);
    scene.run(400);
    expect(scene.values.slice(0, 9)).toEqual(range(1, 9));
    expect(scene.values[9]).toBeGreaterThan(5);
    expect(scene.values[9]).toBeLessThan(10);
    expect(scene.values.slice(10, 18)).toEqual(range(11, 18));
    expect(scene.receiver.concealed).toBe(1);
  });

  it('has silence where the peer said nothing, and goes on in its time', () => {
    const scene = new Scene();
    for (let index = 0; index < 10; index++) scene.send(index, 0);
    for (let index = 10; index < 20; index++) scene.send(index, 100, { jump: 5 * 160 });
    scene.run(600);
    const end = scene.values.indexOf(11);
    expect(scene.values.slice(0, 10)).toEqual(range(1, 10));
    expect(end).toBe(15);
    expect(scene.values.slice(13, 15)).toEqual([0, 0]);
    expect(scene.values.slice(end, end + 10)).toEqual(range(11, 20));
  });

  it('waits for a network that has become slower, and loses nothing', () => {
    const scene = new Scene();
    for (let index = 0; index < 100; index++) scene.send(index, index < 20 ? 0 : 100);
    scene.run(2_300);
    const values = scene.values.filter((value, at, all) => value > 0 && value !== all[at - 1]);
    for (const value of range(1, 100)) expect(values).toContain(value);
    expect(scene.receiver.late).toBe(0);
  });

  it('waits less again when all packets of some seconds came early, in a quiet moment', () => {
    const scene = new Scene();
    for (let index = 0; index < 600; index++) {
      scene.send(index, index === 20 ? 100 : 0, index > 320 ? { value: 0 } : {});
    }
    scene.send(600, 0);
    scene.run(12_300);
    const tail = scene.values.lastIndexOf(601);
    // At its worst it was 100 ms behind.
    expect(tail * 20).toBeLessThan(12_000 + 80);
  });

  it('is never later than 200 ms: after a standstill the old is left out', () => {
    const scene = new Scene();
    for (let index = 0; index < 100; index++)
      scene.send(index, index >= 20 && index < 50 ? (50 - index) * 20 : 0);
    scene.run(2_300);
    const at = scene.values.indexOf(90);
    expect(at * 20 - 89 * 20).toBeLessThanOrEqual(200);
    expect(scene.values.slice(at, at + 5)).toEqual(range(90, 94));
  });

  it('begins anew with another stream, and after a hold wherever its time has got to', () => {
    const scene = new Scene();
    for (let index = 0; index < 10; index++) scene.send(index, 0);
    for (let index = 50; index < 60; index++) scene.send(index, 0, { jump: 1_000_000_000 });
    for (let index = 60; index < 70; index++) scene.send(index, 0, { ssrc: 2, jump: 7 });
    scene.run(1_500);
    const values = scene.values.filter((value) => value > 0);
    for (const value of [...range(1, 10), ...range(51, 57), ...range(61, 70)])
      expect(values).toContain(value);
  });

  it('goes on around keys', () => {
    const scene = new Scene();
    for (let index = 0; index < 10; index++) scene.send(index, 0);
    for (let index = 10; index < 20; index++) scene.sendKey(index);
    for (let index = 20; index < 30; index++) scene.send(index, 0);
    scene.run(620);
    const at = scene.values.indexOf(21);
    expect(scene.values.slice(at, at + 9)).toEqual(range(21, 29));
    expect(at).toBe(20);
  });

  it('changes rate with the codec', () => {
    const scene = new Scene();
    const { offered } = AUDIO_CODECS.L16;
    const { offered: g722 } = AUDIO_CODECS.G722;
    for (let index = 0; index < 10; index++) scene.send(index, 0);
    scene.run(180);
    const payload = Buffer.alloc(160);
    g722.createEncoder('').encodeSilence(320, payload, 0);
    for (let index = 10; index < 20; index++) {
      const timestamp = (4_294_960_000 + index * 160) >>> 0;
      scene.sendEncoded(payload, g722, { sequence: (65_500 + index) & 0xffff, timestamp, at: index * 20 });
    }
    scene.run(400);
    expect([scene.rate, scene.heard.at(-1)?.length]).toEqual([16_000, 320]);
    for (let index = 20; index < 30; index++) {
      scene.sendEncoded(Buffer.alloc(640, 1), offered, {
        sequence: index,
        timestamp: index * 320,
        at: index * 20,
      });
    }
    scene.run(600);
    expect(scene.heard.at(-1)?.[0]).toBe(257);
  });

  it('is nothing before the first packet, and silence long after the last', () => {
    const scene = new Scene();
    scene.run(200);
    expect(scene.heard).toEqual([]);
    scene.send(20, 0);
    scene.run(2_000);
    expect(scene.values.slice(-50).every((value) => value === 0)).toBe(true);
  });

  it('is kept from a listener that fails, and from nobody else', () => {
    const scene = new Scene();
    let calls = 0;
    scene.receiver.add(() => {
      calls++;
      throw new Error('broken');
    });
    for (let index = 0; index < 10; index++) scene.send(index, 0);
    expect(() => scene.run(400)).toThrow('broken');
    scene.run(400);
    expect(calls).toBe(1);
    expect(scene.values.slice(0, 10)).toEqual(range(1, 10));
  });

  it('comes 20 ms each 20 ms, in order, whatever the network does', () => {
    const trip = fc.record({ lost: fc.integer({ min: 0, max: 9 }), delay: fc.integer({ min: 0, max: 150 }) });
    fc.assert(
      fc.property(fc.array(trip, { minLength: 60, maxLength: 120 }), (trips) => {
        const scene = new Scene();
        trips.forEach(({ lost, delay }, index) => {
          if (lost !== 0) scene.send(index, delay);
        });
        scene.run(trips.length * 20 + 400);
        const exact = scene.heard.map((frame) =>
          frame.every((sample) => sample === frame[0]) ? frame[0] : 0,
        );
        const values = exact.map((sample) => Math.round((sample ?? 0) / 100)).filter((value) => value > 0);
        expect(values).toEqual([...values].sort((one, other) => one - other));
        expect(scene.heard.every(({ length }) => length === 160)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('survives every payload as Opus', () => {
    const { offered: opus } = AUDIO_CODECS.opus;
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (payloads) => {
        const scene = new Scene();
        payloads.forEach((payload, index) => {
          scene.sendEncoded(Buffer.from(payload), opus, {
            sequence: index,
            timestamp: index * 960,
            at: index * 20,
          });
        });
        scene.run(800);
        expect(scene.heard.every(({ length }) => length === 960)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
