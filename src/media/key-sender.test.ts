import { describe, expect, it } from '@jest/globals';

import { KeySender, type KeyEvent } from './key-sender.js';

function run(sender: KeySender, frames: number): (KeyEvent | undefined)[] {
  return Array.from({ length: frames }, (_, frame) => sender.next(1_000 + frame * 160));
}

function pressed(codes: readonly number[], lengths = { pressFrames: 3, pauseFrames: 2 }) {
  const outcome = { done: 0, failed: 0 };
  const request = { codes, ...lengths, onDone: () => outcome.done++, onFailed: () => outcome.failed++ };
  return { request, outcome };
}

describe('pressing keys', () => {
  it('sends growing durations, the end three times, one timestamp, and the marker once', () => {
    const sender = new KeySender();
    const { request, outcome } = pressed([5]);
    sender.press(request);
    const events = run(sender, 8);
    expect(events.map((event) => event?.duration)).toEqual([
      160,
      320,
      480,
      480,
      480,
      undefined,
      undefined,
      undefined,
    ]);
    const sent = events.filter((event) => event !== undefined);
    expect(sent.map(({ isEnd }) => isEnd)).toEqual([false, false, true, true, true]);
    expect(sent.map(({ marker }) => marker)).toEqual([true, false, false, false, false]);
    expect(sent.every(({ timestamp, code }) => timestamp === 1_000 && code === 5)).toBe(true);
    expect(outcome).toEqual({ done: 1, failed: 0 });
  });

  it('presses one key after the other, and requests in their order', () => {
    const sender = new KeySender();
    sender.press(pressed([1, 2]).request);
    sender.press(pressed([3]).request);
    const markers = run(sender, 24).filter((event) => event?.marker);
    expect(markers.map((event) => [event?.code, event?.timestamp])).toEqual([
      [1, 1_000],
      [2, 1_000 + 7 * 160],
      [3, 1_000 + 14 * 160],
    ]);
  });

  it('begins a further segment before the duration overflows (2.5.1.3)', () => {
    const sender = new KeySender();
    sender.press(pressed([9], { pressFrames: 500, pauseFrames: 2 }).request);
    const events = run(sender, 502).filter((event) => event !== undefined);
    expect(Math.max(...events.map(({ duration }) => duration))).toBe(0xffff);
    expect([...new Set(events.map(({ timestamp }) => timestamp))]).toEqual([1_000, 1_000 + 0xffff]);
    expect(events.filter(({ marker }) => marker)).toHaveLength(1);
  });

  it('fails what waits when it is closed', () => {
    const sender = new KeySender();
    const one = pressed([1]);
    const two = pressed([2]);
    sender.press(one.request);
    sender.press(two.request);
    run(sender, 2);
    sender.close();
    expect([one.outcome, two.outcome]).toEqual([
      { done: 0, failed: 1 },
      { done: 0, failed: 1 },
    ]);
    expect(sender.next(0)).toBeUndefined();
  });
});
