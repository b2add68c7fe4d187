import { describe, expect, it } from '@jest/globals';
import { CallRecorder } from './call-recorder.js';
import type { SentFrameListener } from './rtp-sender.js';

/** Media that are heard and sent by hand. */
class ScriptedMedia {
  hear: (samples: Int16Array, rate: number) => void = () => undefined;
  send: SentFrameListener = () => undefined;
  listeners = 0;

  listen(listener: (samples: Int16Array, rate: number) => void): () => void {
    this.hear = listener;
    this.listeners++;
    return () => this.listeners--;
  }

  overhear(listener: SentFrameListener): () => void {
    this.send = listener;
    this.listeners++;
    return () => this.listeners--;
  }
}

const frame = (rate: number, value: number) => new Int16Array(rate / 50).fill(value);
/** What both sides say in a frame of 20 ms. */
const said = (wav: Buffer, index: number) => [
  wav.readInt16LE(44 + index * 640),
  wav.readInt16LE(46 + index * 640),
];

describe('A recorder of a call', () => {
  it('puts the peer on the left and the device on the right, at whatever rate they speak', () => {
    const media = new ScriptedMedia();
    const recorder = new CallRecorder(media, { seconds: 10, onFull: () => undefined });
    media.send(frame(16_000, 200), 16_000);
    media.hear(frame(48_000, 100), 48_000);
    media.send(undefined, 8_000);
    media.hear(frame(8_000, -5), 8_000);
    media.hear(frame(8_000, 7), 8_000);
    const { wav, seconds } = recorder.stop();
    expect(seconds).toBeCloseTo(0.06);
    expect(wav.length).toBe(44 + 3 * 640);
    expect([0, 1, 2].map((index) => said(wav, index))).toEqual([
      [100, 200],
      [-5, 0],
      [7, 0],
    ]);
    expect(media.listeners).toBe(0);
  });

  it('tells when it has recorded enough, once, and takes no more', () => {
    const media = new ScriptedMedia();
    let full = 0;
    const recorder = new CallRecorder(media, { seconds: 1, onFull: () => full++ });
    for (let index = 0; index < 120; index++) media.hear(frame(8_000, index), 8_000);
    expect(full).toBe(1);
    expect(recorder.stop()).toMatchObject({ seconds: 1 });
  });

  it('keeps no more of what was sent than it needs after a standstill', () => {
    const media = new ScriptedMedia();
    const recorder = new CallRecorder(media, { seconds: 1, onFull: () => undefined });
    for (let index = 1; index <= 30; index++) media.send(frame(8_000, index), 8_000);
    media.hear(frame(8_000, 0), 8_000);
    expect(said(recorder.stop().wav, 0)).toEqual([0, 21]);
  });

  it('of a call without audio is an empty file', () => {
    const recorder = new CallRecorder(new ScriptedMedia(), { seconds: 1, onFull: () => undefined });
    expect(recorder.stop().wav.length).toBe(44);
  });
});
