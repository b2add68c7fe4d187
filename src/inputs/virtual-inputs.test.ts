import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { EventBus } from '../events/event-bus.js';
import { InputMemory } from './input-memory.js';
import { VirtualInputs } from './virtual-inputs.js';

let folder: string;
let clock: FakeClock;
let inputs: VirtualInputs;
const told: string[] = [];

async function start(wallTime = Date.UTC(2026, 0, 1)): Promise<void> {
  clock = new FakeClock(wallTime);
  told.splice(0);
  const bus = new EventBus({ clock, log: silentLog });
  bus.subscribe(({ event }) => {
    if (event.type === 'input.virtual') told.push(`${event.input} ${event.active ? 'on' : 'off'}`);
  });
  const memory = await InputMemory.open({ folder, clock, log: silentLog });
  inputs = new VirtualInputs({ bus, clock, settings: [{ port: 2, name: 'Camera' }], memory });
  inputs.start();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-inputs-'));
  await start();
});

afterEach(async () => {
  await inputs.close();
  expect(clock.pending).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

describe('a virtual input', () => {
  it('goes back after the newest duration', () => {
    inputs.activate(1, { seconds: 10 });
    clock.advance(seconds(9));
    expect(inputs.activate(1, { seconds: 10 })).toBe(false);
    clock.advance(seconds(9));
    expect(inputs.status(1)).toEqual({ port: 1, name: '', active: true, until: clock.wallTime() + 1_000 });
    clock.advance(seconds(1));
    expect(told).toEqual(['1 on', '1 off']);
  });

  it('stays active while a rule holds it, however its time ends, but not against somebody who deactivates it', () => {
    inputs.hold(1, 'rule');
    inputs.activate(1, { seconds: 1 });
    clock.advance(seconds(2));
    expect(told).toEqual(['1 on']);
    inputs.deactivate(1);
    inputs.release(1, 'rule');
    expect(told).toEqual(['1 on', '1 off']);
    inputs.hold(1, 'one');
    inputs.hold(1, 'other');
    inputs.release(1, 'one');
    expect(told).toHaveLength(3);
    inputs.release(1, 'other');
    expect(told).toHaveLength(4);
  });

  it('passes through a sequence, which ends with what is asked of it', () => {
    const steps = [true, false, true, false].map((active) => ({ active, milliseconds: 100 }));
    inputs.play(6, steps);
    clock.advance(milliseconds(300));
    expect(told).toEqual(['6 on', '6 off', '6 on', '6 off']);
    inputs.play(6, steps);
    inputs.deactivate(6);
    clock.advance(seconds(1));
    expect(told.slice(4)).toEqual(['6 on', '6 off']);
  });

  it('is one of 64', () => {
    expect(() => inputs.activate(65)).toThrow('There is no virtual input 65.');
    expect(inputs.list()).toHaveLength(64);
  });
});

describe('after a restart', () => {
  it('what was active by hand is active for the time that is left; the time in between counts', async () => {
    inputs.activate(1, { seconds: 100 });
    inputs.activate(2);
    inputs.activate(3, { seconds: 30 });
    inputs.hold(4, 'rule');
    await inputs.close();
    await start(Date.UTC(2026, 0, 1) + 60_000);
    expect(told).toEqual(['1 on', '2 on']);
    clock.advance(seconds(39));
    expect(told).toHaveLength(2);
    clock.advance(seconds(1));
    expect(told).toEqual(['1 on', '2 on', '1 off']);
  });

  it('a clock that was set back makes it rather too long, and a damaged file is none', async () => {
    inputs.activate(1, { seconds: 100 });
    await inputs.close();
    await start(Date.UTC(2025, 0, 1));
    expect(told).toEqual(['1 on']);
    clock.advance(seconds(99));
    expect(told).toEqual(['1 on']);
    clock.advance(seconds(1));
    expect(told).toEqual(['1 on', '1 off']);
    await inputs.close();
    for (const name of ['virtual-inputs.json', 'virtual-inputs.json.last-good']) {
      writeFileSync(join(folder, name), '{ nonsense');
    }
    await start();
    expect(told).toEqual([]);
  });
});
