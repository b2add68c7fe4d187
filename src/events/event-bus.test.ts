import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { seconds } from '../base/duration.js';
import { silentLog, type Log } from '../base/log.js';
import type { DeviceEvent, PublishedEvent } from './device-event.js';
import { EventBus } from './event-bus.js';

const ready: DeviceEvent = { type: 'system', state: 'ready' };
const stopping: DeviceEvent = { type: 'system', state: 'stopping' };

function makeBus(log: Log = silentLog): { readonly bus: EventBus; readonly clock: FakeClock } {
  const clock = new FakeClock();
  return { bus: new EventBus({ clock, log }), clock };
}

describe('The event bus', () => {
  it('numbers events from 1 without a gap and stamps them with the time of day', () => {
    const { bus, clock } = makeBus();
    const heard: PublishedEvent[] = [];
    bus.subscribe((published) => heard.push(published));
    bus.publish(ready);
    clock.advance(seconds(5));
    bus.publish(stopping);
    expect(heard.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(heard.map(({ at }) => at)).toEqual([clock.wallTime() - 5_000, clock.wallTime()]);
    expect(heard.map(({ event }) => event)).toEqual([ready, stopping]);
  });

  it('lets every listener hear one event before anybody hears the next', () => {
    const { bus } = makeBus();
    const heard: string[] = [];
    bus.subscribe(({ sequence }) => {
      heard.push(`first ${sequence}`);
      if (sequence === 1) bus.publish(stopping);
    });
    bus.subscribe(({ sequence }) => heard.push(`second ${sequence}`));
    bus.publish(ready);
    expect(heard).toEqual(['first 1', 'second 1', 'first 2', 'second 2']);
  });

  it('counts how deep an event stands in a chain of events that cause events', () => {
    const { bus } = makeBus();
    const depths: number[] = [];
    bus.subscribe(({ sequence, depth }) => {
      depths.push(depth);
      if (sequence <= 2) bus.publish(stopping);
    });
    bus.publish(ready);
    bus.publish(ready);
    expect(depths).toEqual([0, 1, 2, 0]);
  });

  it('reports a listener that throws and lets the others hear', () => {
    const failures: string[] = [];
    const { bus } = makeBus({
      ...silentLog,
      error: (_message, fields) => failures.push(String(fields?.['error'])),
    });
    const heard: number[] = [];
    bus.subscribe(() => {
      throw new Error('broken listener');
    });
    bus.subscribe(({ sequence }) => heard.push(sequence));
    bus.publish(ready);
    bus.publish(stopping);
    expect(heard).toEqual([1, 2]);
    expect(failures).toEqual(['broken listener', 'broken listener']);
  });

  it('is silent to whoever unsubscribed, also twice', () => {
    const { bus } = makeBus();
    const heard: number[] = [];
    const unsubscribe = bus.subscribe(({ sequence }) => heard.push(sequence));
    bus.publish(ready);
    unsubscribe();
    unsubscribe();
    bus.publish(stopping);
    expect(heard).toEqual([1]);
  });
});
