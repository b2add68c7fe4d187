import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { milliseconds } from '../../base/duration.js';
import { silentLog } from '../../base/log.js';
import { createLightFrame } from '../../patterns/light-frame.js';
import { VirtualOutput } from './virtual.js';

function setUp() {
  const clock = new FakeClock();
  const output = new VirtualOutput({ clock, log: silentLog });
  const present = (level: number) =>
    output.present({ at: clock.now(), frame: createLightFrame().fill(level) });
  return { clock, output, present };
}

describe('VirtualOutput', () => {
  it('shows each viewer the current picture at once and then every other', () => {
    const { output, present } = setUp();
    const [first, second]: [number[], number[]] = [[], []];
    output.subscribe(({ frame }) => first.push(frame[0]!));
    present(7);
    const leave = output.subscribe(({ frame }) => second.push(frame[0]!));
    present(8);
    leave();
    present(9);
    expect([first, second]).toEqual([
      [0, 7, 8, 9],
      [7, 8],
    ]);
  });

  it('drops a viewer that throws and keeps showing the others', () => {
    const { output, present } = setUp();
    const seen: number[] = [];
    let calls = 0;
    output.subscribe(() => {
      calls++;
      if (calls > 1) throw new Error('the page is gone');
    });
    output.subscribe(({ frame }) => seen.push(frame[0]!));
    present(1);
    present(2);
    expect([calls, seen]).toEqual([2, [0, 1, 2]]);
  });

  it('records copies of the last 1,000 pictures, oldest first', () => {
    const { clock, output } = setUp();
    const frame = createLightFrame();
    for (let index = 0; index < 1_005; index++) {
      frame[0] = index % 256;
      output.present({ at: clock.now(), frame });
      clock.advance(milliseconds(1));
    }
    const recording = output.recording();
    expect(recording).toHaveLength(1_000);
    expect(recording.map(({ at }) => at).slice(0, 2)).toEqual([5, 6]);
    expect(recording.at(-1)).toMatchObject({ at: 1_004, wallTime: Date.UTC(2026, 0, 1) + 1_004 });
    expect(recording.map((picture) => picture.frame[0])).toEqual(
      Array.from({ length: 1_000 }, (_, index) => (index + 5) % 256),
    );
  });

  it('passes its test, since nothing lies between it and the page', async () => {
    await expect(setUp().output.test()).resolves.toBeUndefined();
  });
});
