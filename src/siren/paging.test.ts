import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import type { ActivityId } from '../base/ids.js';
import { silentLog } from '../base/log.js';
import type { ActivityEvent } from '../events/device-event.js';
import { EventBus } from '../events/event-bus.js';
import type { LiveVoice, ShownPage } from '../outputs/show.js';
import { Paging, type PageWish } from './paging.js';

/** Says what a test has it say, 20 ms at a time. */
class Voice implements LiveVoice {
  readonly #listeners = new Set<(samples: Int16Array, rate: number) => void>();

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  listen(listener: (samples: Int16Array, rate: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** So many seconds of words, or of a noise that is none. */
  say(what: 'words' | 'nothing', seconds: number): void {
    const frame = new Int16Array(160).fill(what === 'words' ? 3_000 : 20);
    for (let count = 0; count < seconds * 50; count++) for (const hear of this.#listeners) hear(frame, 8_000);
  }
}

let paging: Paging;
let siren: number | undefined;
let shown: (ShownPage | undefined)[];
let events: string[];

beforeEach(() => {
  const clock = new FakeClock();
  const bus = new EventBus({ clock, log: silentLog });
  [siren, shown, events] = [undefined, [], []];
  let id = 0;
  bus.subscribe(({ event }) => {
    const { activityId, change, running } = event as ActivityEvent;
    events.push(`${activityId} ${change}${running ? ' running' : ''}`);
  });
  paging = new Paging({
    ...{ clock, bus, takeId: () => ++id as ActivityId, sirenPriority: () => siren },
    show: (page) => shown.push(page),
  });
});

const wish = (owner: string, priority: number, more: Partial<PageWish> = {}): PageWish => ({
  ...{ owner, priority, voice: new Voice(), siren: 'duck', silenceSeconds: 0, cause: `${owner} speaks` },
  ...more,
});

const rows = () => paging.status().map(({ cause, running }) => `${cause}${running ? ', running' : ''}`);
const heard = () => shown.at(-1)?.activityId;

describe('Who speaks over the loudspeakers', () => {
  it('is heard until the call is over, and stands in the status', () => {
    paging.start(wish('a', 5));
    expect(heard()).toBe(1);
    expect(paging.status()).toEqual([
      {
        ...{ id: 1, purpose: 'paging', pattern: 'Live voice', intensity: 5, priority: 5, running: true },
        ...{ startedAt: expect.any(Number), cause: 'a speaks', owners: ['a'] },
      },
    ]);
    expect(paging.end('a', { cause: 'the call is over' })).toBe(true);
    expect(heard()).toBeUndefined();
    expect(paging.end('a', { cause: 'again' })).toBe(false);
    expect(events).toEqual(['1 started running', '1 ended']);
  });

  it('is the one of the highest priority, of several the last', () => {
    paging.start(wish('a', 5));
    paging.start(wish('b', 5));
    paging.start(wish('c', 3));
    expect(rows()).toEqual(['b speaks, running', 'a speaks', 'c speaks']);
    paging.end('b', { cause: '' });
    expect(rows()).toEqual(['a speaks, running', 'c speaks']);
    expect(shown.map((page) => page?.activityId)).toEqual([1, 2, 1]);
  });

  it('waits while a siren of a higher priority sounds', () => {
    siren = 6;
    paging.start(wish('a', 5));
    expect(rows()).toEqual(['a speaks']);
    siren = 5;
    expect(rows()).toEqual(['a speaks, running']);
  });

  it('can be silenced by a person, alone or all at once', () => {
    paging.start(wish('a', 5));
    paging.start(wish('b', 4));
    expect(paging.stop(1, { cause: 'by hand' })).toBe(true);
    expect(paging.stop(1, { cause: 'by hand' })).toBe(false);
    expect(heard()).toBe(2);
    expect(paging.stopAll({ cause: 'by hand' })).toBe(true);
    expect(paging.stopAll({ cause: 'by hand' })).toBe(false);
    expect(heard()).toBeUndefined();
  });

  it('leaves the loudspeakers to others after a silence, and has them again with the next word', () => {
    const voice = new Voice();
    paging.start(wish('a', 5, { voice, silenceSeconds: 3 }));
    voice.say('words', 1);
    voice.say('nothing', 2.9);
    expect(heard()).toBe(1);
    voice.say('words', 0.1);
    voice.say('nothing', 3.1);
    expect(heard()).toBeUndefined();
    expect(rows()).toEqual([]);
    voice.say('words', 0.02);
    expect(heard()).toBe(2);
    expect(events).toEqual(['1 started running', '1 ended', '2 started running']);
    paging.close();
    expect(voice.isHeard).toBe(false);
  });
});
