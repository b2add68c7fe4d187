import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import { Emitter, type Unsubscribe } from '../base/emitter.js';
import type { ActivityId, ProfileName } from '../base/ids.js';
import { silentLog } from '../base/log.js';
import { VirtualOutput } from './drivers/index.js';
import type { OutputCapabilities, OutputDriver } from './output-driver.js';
import { OutputRunner } from './output-runner.js';
import type { Picture } from './picture.js';
import type { Show, ShownLight } from './show.js';

const steady: ShownLight = {
  activityId: 1 as ActivityId,
  profile: 'All clear' as ProfileName,
  priority: 3,
  pattern: 'Steady',
  speed: 1,
  intensity: 5,
  colors: ['green'],
  startedAt: 0,
};
const pulse: ShownLight = {
  ...steady,
  activityId: 2 as ActivityId,
  pattern: 'Pulse',
  speed: 2,
  colors: ['amber'],
};

/** A lamp at the end of a line: takes a picture, and answers when the test says so. */
class Lamp implements OutputDriver {
  readonly kind = 'lamp';
  readonly capabilities: OutputCapabilities = {
    light: { sections: 1, colors: 'on-off', framesPerSecond: 10 },
    latencyMs: 50,
  };
  readonly isWatched = true;
  readonly taken: { at: number; lit: boolean }[] = [];
  readonly #watched = new Emitter<undefined>();
  answer: { resolve: () => void; reject: (error: Error) => void } | undefined;
  isClosed = false;
  closing: Promise<void> | undefined;

  onWatched(listener: () => void): Unsubscribe {
    return this.#watched.subscribe(listener);
  }

  get listeners(): number {
    return this.#watched.size;
  }

  present({ at, frame }: Picture): Promise<void> {
    this.taken.push({ at, lit: frame.some((channel) => channel > 0) });
    return new Promise((resolve, reject) => {
      this.answer = { resolve, reject };
    });
  }

  test(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> | void {
    this.isClosed = true;
    return this.closing;
  }
}

/** Lets promises that have settled be heard. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('OutputRunner', () => {
  let clock: FakeClock;
  let virtual: VirtualOutput;
  let lamp: Lamp;
  let runner: OutputRunner;

  beforeEach(() => {
    clock = new FakeClock();
    virtual = new VirtualOutput({ clock, log: silentLog });
    lamp = new Lamp();
    runner = new OutputRunner({ clock, log: silentLog, drivers: [virtual, lamp] });
  });

  afterEach(async () => {
    await runner.close();
    expect(clock.pending).toEqual([]);
    expect(lamp.listeners).toBe(0);
  });

  const timers = (kind: string) => clock.pending.filter((name) => name === `output ${kind} frame`);

  it('presents a change before show returns', () => {
    clock.advance(milliseconds(123));
    runner.show({ light: { ...steady, startedAt: 123 } });
    expect(virtual.recording()).toEqual([
      {
        at: 123,
        wallTime: Date.UTC(2026, 0, 1) + 123,
        frame: new Uint8Array(Array.from({ length: 12 }, () => [0, 255, 0, 0]).flat()),
        light: { activityId: 1, profile: 'All clear', pattern: 'Steady' },
      },
    ]);
  });

  it('renders a pattern that moves at 25 pictures a second while somebody watches, and not otherwise', () => {
    runner.show({ light: pulse });
    clock.advance(seconds(1));
    expect(virtual.recording()).toHaveLength(1);
    const pictures: number[] = [];
    const leave = virtual.subscribe(({ at }) => pictures.push(at));
    clock.advance(seconds(1));
    expect(pictures).toHaveLength(26);
    expect(pictures.slice(0, 3)).toEqual([1_000, 1_040, 1_080]);
    leave();
    clock.advance(seconds(1));
    expect(virtual.recording()).toHaveLength(27);
    expect(timers('virtual')).toEqual([]);
  });

  it('renders a pattern that stands still once, whoever watches', () => {
    virtual.subscribe(() => undefined);
    runner.show({ light: steady });
    const before = virtual.recording().length;
    clock.advance(seconds(5));
    expect(virtual.recording()).toHaveLength(before);
    expect(timers('virtual')).toEqual([]);
  });

  it('shows a waiting pattern again in the rhythm it would have had all along', () => {
    runner.show({ light: pulse });
    clock.advance(milliseconds(700));
    runner.show({ light: steady });
    clock.advance(milliseconds(500));
    runner.show({ light: pulse });
    const resumed = virtual.recording().at(-1)!.frame;
    clock.advance(seconds(2.4));
    runner.show({ light: pulse });
    expect(virtual.recording().at(-1)!.frame).toEqual(resumed);
  });

  it('goes dark when nothing shows any more', () => {
    runner.show({ light: pulse });
    runner.show({});
    expect(virtual.recording().at(-1)).toEqual({
      at: 0,
      wallTime: expect.any(Number),
      frame: new Uint8Array(48),
    });
    expect(timers('virtual')).toEqual([]);
  });

  it('carries the name, loudness and start of the sound', () => {
    const siren: NonNullable<Show['siren']> = {
      activityId: 3 as ActivityId,
      priority: 8,
      pattern: 'Siren: Evac',
      intensity: 5,
      startedAt: 0,
    };
    runner.show({ siren });
    expect(virtual.current.siren).toEqual(siren);
    expect(virtual.recording().at(-1)?.siren).toEqual({ activityId: 3, pattern: 'Siren: Evac' });
  });

  it('gives a slow output the newest picture only, and delays no other', async () => {
    for (const light of [steady, pulse, steady]) runner.show({ light });
    runner.show({});
    expect(lamp.taken).toEqual([{ at: 0, lit: true }]);
    expect(virtual.recording()).toHaveLength(4);
    lamp.answer?.resolve();
    await settled();
    expect(lamp.taken).toEqual([
      { at: 0, lit: true },
      { at: 0, lit: false },
    ]);
  });

  it('asks a slow output for the next picture of a moving pattern only after it has answered', async () => {
    runner.show({ light: pulse });
    clock.advance(seconds(1));
    expect(lamp.taken).toHaveLength(1);
    lamp.answer?.resolve();
    await settled();
    clock.advance(milliseconds(100));
    expect(lamp.taken.map(({ at }) => at)).toEqual([0, 1_100]);
  });

  it('calls an output that does not answer for five seconds failing, and well again when it does', async () => {
    runner.show({ light: steady });
    clock.advance(seconds(5));
    expect(runner.status()).toEqual([
      { id: 'virtual', name: '', kind: 'virtual', state: 'ok' },
      {
        id: 'lamp',
        name: '',
        kind: 'lamp',
        state: 'failing',
        since: clock.wallTime(),
        error: 'It has not answered for 5 s.',
      },
    ]);
    lamp.answer?.resolve();
    await settled();
    expect(runner.status()[1]).toEqual({ id: 'lamp', name: '', kind: 'lamp', state: 'ok' });
  });

  it('repeats after a second what an output refused, until it takes it', async () => {
    runner.show({ light: steady });
    const since = clock.wallTime();
    for (const error of ['connection refused', 'no route to host']) {
      lamp.answer?.reject(new Error(error));
      await settled();
      expect(runner.status()[1]).toEqual({
        id: 'lamp',
        name: '',
        kind: 'lamp',
        state: 'failing',
        since,
        error,
      });
      clock.advance(seconds(1));
    }
    lamp.answer?.resolve();
    await settled();
    expect(lamp.taken.map(({ at }) => at)).toEqual([0, 1_000, 2_000]);
    expect(runner.status()[1]).toEqual({ id: 'lamp', name: '', kind: 'lamp', state: 'ok' });
  });

  it('survives a pattern that throws, tells of it, and shows the next change', () => {
    runner.show({ light: { ...pulse, colors: undefined as never } });
    expect(runner.status()[0]).toMatchObject({ kind: 'virtual', state: 'failing' });
    runner.show({ light: steady });
    expect(runner.status()[0]).toEqual({ id: 'virtual', name: '', kind: 'virtual', state: 'ok' });
    expect(virtual.recording()).toHaveLength(1);
  });

  it('tries a failing output at once when something changes', async () => {
    runner.show({ light: steady });
    lamp.answer?.reject(new Error('connection refused'));
    await settled();
    runner.show({ light: pulse });
    expect(lamp.taken).toHaveLength(2);
  });

  it('closes every output and shows nothing afterwards', async () => {
    runner.show({ light: pulse });
    await runner.close();
    runner.show({ light: steady });
    expect(lamp.isClosed).toBe(true);
    expect([...virtual.current.frame].every((channel) => channel === 0)).toBe(true);
    expect(virtual.recording()).toHaveLength(2);
  });

  it('waits five seconds for an output that does not close, and says which', async () => {
    lamp.closing = new Promise(() => undefined);
    const closing = runner.close();
    clock.advance(seconds(5));
    await expect(closing).rejects.toMatchObject({
      errors: [
        expect.objectContaining({ code: 'TIMEOUT', message: 'The output lamp has not closed in time.' }),
      ],
    });
  });
});
