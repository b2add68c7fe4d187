import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ActivityId, ProfileName } from '../base/ids.js';
import { next, type ArbitrationEffect, type ArbitrationInput, type ArbitrationState } from './arbitration.js';

type State = ArbitrationState<string>;
type Effect = ArbitrationEffect<string>;

/** A small machine around the pure one: counts ids and seconds, and reads a compact notation. */
class Table {
  state: State = { activities: [] };
  effects: Effect[] = [];
  #now = 0;
  #lastId = 0;

  /**
   * `A3` starts profile A with priority 3, `A3:10` for 10 s, `A3/x` by owner x (p, a person, where none is named),
   * `A3'` with other settings; `-A` stops the profile, `-#1` the activity, `~x` lets owner x go, `-all` stops all;
   * `+5` lets 5 s pass.
   */
  do(step: string): void {
    const result = next(this.state, this.#read(step));
    this.state = result.state;
    this.effects.push(...result.effects);
  }

  /** `B8 A3`: what runs, then what waits. */
  get list(): string {
    return this.state.activities.map(({ profile, priority }) => `${profile}${priority}`).join(' ');
  }

  #read(step: string): ArbitrationInput<string> {
    if (step.startsWith('+')) {
      this.#now += Number(step.slice(1)) * 1_000;
      return { type: 'tick', now: this.#now };
    }
    const now = this.#now;
    if (step === '-all') return { type: 'stop', now, target: 'all', cause: step };
    if (step.startsWith('~')) return { type: 'stop', now, target: { owner: step.slice(1) }, cause: step };
    if (step.startsWith('-#')) {
      return { type: 'stop', now, target: { activity: Number(step.slice(2)) as ActivityId }, cause: step };
    }
    if (step.startsWith('-')) return { type: 'stop', now, target: { profile: step.slice(1) }, cause: step };
    const [, profile, priority, variant, time, owner] = /^([A-Z])(\d+)('?)(?::(\d+))?(?:\/(\w+))?$/.exec(
      step,
    )!;
    return {
      type: 'start',
      now,
      start: {
        id: ++this.#lastId as ActivityId,
        profile: profile as ProfileName,
        priority: Number(priority),
        content: `${profile}${variant}`,
        lasts: time === undefined ? undefined : Number(time) * 1_000,
        isCounted: false,
        cause: step,
        owner: owner ?? 'p',
      },
    };
  }
}

/** Each step, and the list after it: what runs first, then what waits. */
const EXAMPLES: readonly [story: string, ...steps: [step: string, list: string][]][] = [
  ['one starts and is stopped', ['A3', 'A3'], ['-A', '']],
  ['a higher priority interrupts, the lower resumes', ['A3', 'A3'], ['B4', 'B4 A3'], ['-B', 'A3']],
  ['a lower priority waits for its turn', ['B4', 'B4'], ['A3', 'B4 A3'], ['-B', 'A3']],
  ['the same priority cancels the one that runs', ['A3', 'A3'], ['B3', 'B3'], ['-B', '']],
  ['the same priority cancels one that waits', ['C9', 'C9'], ['A3', 'C9 A3'], ['B3', 'C9 B3'], ['-C', 'B3']],
  ['a stop of what waits leaves what runs', ['B4', 'B4'], ['A3', 'B4 A3'], ['-A', 'B4']],
  [
    'three take turns by rank',
    ['A1', 'A1'],
    ['B5', 'B5 A1'],
    ['C3', 'B5 C3 A1'],
    ['-B', 'C3 A1'],
    ['-C', 'A1'],
  ],
  ['time runs on while it waits', ['A3:10', 'A3'], ['B4:6', 'B4 A3'], ['+6', 'A3'], ['+3', 'A3'], ['+1', '']],
  [
    'what ran out while it waited does not come back',
    ['A3:5', 'A3'],
    ['B4', 'B4 A3'],
    ['+5', 'B4'],
    ['-B', ''],
  ],
  ['both end at the same instant', ['A3:5', 'A3'], ['B4:5', 'B4 A3'], ['+5', '']],
  ['a late tick ends all that was due', ['A3:5', 'A3'], ['B4:7', 'B4 A3'], ['C1:9', 'B4 A3 C1'], ['+60', '']],
  [
    'the same profile again starts its time over',
    ['A3:5', 'A3'],
    ['+4', 'A3'],
    ['A3:5', 'A3'],
    ['+4', 'A3'],
    ['+1', ''],
  ],
  ['two owners keep it until both let go', ['A3/x', 'A3'], ['A3/y', 'A3'], ['~x', 'A3'], ['~y', '']],
  ['an owner who starts twice lets go once', ['A3/x', 'A3'], ['A3/x', 'A3'], ['~x', '']],
  ['a stop by profile ends it for every owner', ['A3/x', 'A3'], ['A3/y', 'A3'], ['-A', '']],
  ['a stop by id ends it for every owner', ['A3/x', 'A3'], ['A3/y', 'A3'], ['-#1', '']],
  [
    'an owner lets go of all that is his',
    ['A3/x', 'A3'],
    ['B4/x', 'B4 A3'],
    ['C5/y', 'C5 B4 A3'],
    ['~x', 'C5'],
  ],
  [
    'letting go of what another profile has cancelled does nothing',
    ['A3/x', 'A3'],
    ['B3/y', 'B3'],
    ['~x', 'B3'],
  ],
  [
    'an edited profile takes its new rank and keeps its owners',
    ['A3/x', 'A3'],
    ["A9'/y", 'A9'],
    ['~y', 'A9'],
    ['~x', ''],
  ],
  ['a stop of what is not there does nothing', ['A3', 'A3'], ['-B', 'A3'], ['-#7', 'A3'], ['~z', 'A3']],
  ['stop all ends every ordinary activity', ['A3', 'A3'], ['B10', 'B10 A3'], ['-all', '']],
  [
    'the device’s own stand above and outlast stop all',
    ['M11/m', 'M11'],
    ['B10', 'M11 B10'],
    ['-all', 'M11'],
    ['~m', ''],
  ],
  [
    'nor does a stop by name or id end the device’s own',
    ['M11/m', 'M11'],
    ['-M', 'M11'],
    ['-#1', 'M11'],
    ['~m', ''],
  ],
  [
    'Health check, Identify and Maintenance in this order',
    ['M11/m', 'M11'],
    ['H13:9/h', 'H13 M11'],
    ['I12/i', 'H13 I12 M11'],
    ['+9', 'I12 M11'],
    ['~i', 'M11'],
  ],
];

describe('arbitration', () => {
  it.each(EXAMPLES)('%s', (_story, ...steps) => {
    const table = new Table();
    const lists = steps.map(([step]) => {
      table.do(step);
      return table.list;
    });
    expect(lists).toEqual(steps.map(([, list]) => list));
  });

  it('holds one activity for each priority, ten at most beside the device’s own', () => {
    const table = new Table();
    for (let round = 0; round < 3; round++) {
      for (let priority = 1; priority <= 10; priority++)
        table.do(`${'ABCDEFGHIJ'[(priority + round) % 10]!}${priority}`);
    }
    expect(table.state.activities.map(({ priority }) => priority)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('tells who was interrupted by whom, who resumed and why each ended', () => {
    const table = new Table();
    for (const step of ['A3:20', 'B4', 'C4', '-C', 'B4:1', '+1', '+19']) table.do(step);
    expect(table.effects.map(describeEffect)).toEqual([
      'A started, runs',
      'A interrupted by B',
      'B started, runs',
      'B ended, replaced by C',
      'C started, runs',
      'C ended, stopped: -C',
      'A resumed',
      'A interrupted by B',
      'B started, runs',
      'B ended, timeOver',
      'A resumed',
      'A ended, timeOver',
    ]);
  });

  it('says of a start whether it shows or waits', () => {
    const table = new Table();
    table.do('B4');
    table.do('A3');
    expect(table.effects.map(describeEffect)).toEqual(['B started, runs', 'A started, waits']);
  });

  it('keeps the rhythm of an activity that is started again, but counts periods from the new start', () => {
    const first = {
      id: 1 as ActivityId,
      profile: 'A' as ProfileName,
      priority: 3,
      content: 'A',
      cause: '',
      owner: 'p',
    };
    const phaseAfterSecondStart = (isCounted: boolean) => {
      const start = { ...first, isCounted, lasts: 10_000 };
      const { state } = next<string>({ activities: [] }, { type: 'start', now: 0, start });
      return next(state, { type: 'start', now: 700, start }).state.activities[0];
    };
    expect(phaseAfterSecondStart(false)).toMatchObject({ phaseAt: 0, startedAt: 700, endsAt: 10_700 });
    expect(phaseAfterSecondStart(true)).toMatchObject({ phaseAt: 700, startedAt: 700, endsAt: 10_700 });
  });

  it('does not touch the state it is given', () => {
    const { state } = next<string>(
      { activities: [] },
      {
        type: 'start',
        now: 0,
        start: {
          id: 1 as ActivityId,
          profile: undefined,
          priority: 3,
          content: 'A',
          lasts: undefined,
          isCounted: false,
          cause: '',
          owner: 'p',
        },
      },
    );
    const before = structuredClone(state);
    next(state, { type: 'stop', now: 1, target: 'all', cause: '' });
    expect(state).toEqual(before);
  });
});

function describeEffect(effect: Effect): string {
  const name = effect.activity.profile;
  switch (effect.change) {
    case 'started':
      return `${name} started, ${effect.isRunning ? 'runs' : 'waits'}`;
    case 'interrupted':
      return `${name} interrupted by ${effect.by.profile}`;
    case 'resumed':
      return `${name} resumed`;
    case 'ended': {
      const { reason } = effect;
      if (reason.kind === 'stopped') return `${name} ended, stopped: ${reason.cause}`;
      return reason.kind === 'replaced'
        ? `${name} ended, replaced by ${reason.by.profile}`
        : `${name} ended, timeOver`;
    }
  }
}

/** One slot for each priority, looked at second by second: the semantics without the machine's care for effects. */
class NaiveModel {
  readonly slots = new Map<number, { profile: string; owners: Set<string>; end: number }>();
  #now = 0;

  do(step: string): void {
    if (step.startsWith('+')) {
      this.#now += Number(step.slice(1));
      this.#drop(({ end }) => end <= this.#now);
    } else if (step === '-all') this.#drop((_, priority) => priority <= 10);
    else if (step.startsWith('~')) {
      this.#drop(({ owners }) => owners.delete(step.slice(1)) && owners.size === 0);
    } else if (step.startsWith('-')) {
      this.#drop(({ profile }, priority) => profile === step.slice(1) && priority <= 10);
    } else this.#start(step);
  }

  get list(): string {
    const slots = [...this.slots].sort(([a], [b]) => b - a);
    return slots.map(([priority, { profile }]) => `${profile}${priority}`).join(' ');
  }

  #start(step: string): void {
    const [, profile, priority, time, owner] = /^([A-Z])(\d+)(?::(\d+))?\/(\w)$/.exec(step)!;
    const owners = new Set<string>();
    this.#drop((slot) => {
      if (slot.profile !== profile) return false;
      for (const earlier of slot.owners) owners.add(earlier);
      return true;
    });
    owners.add(owner!);
    const end = time === undefined ? Infinity : this.#now + Number(time);
    this.slots.set(Number(priority), { profile: profile!, owners, end });
  }

  #drop(
    isOver: (slot: { profile: string; owners: Set<string>; end: number }, priority: number) => boolean,
  ): void {
    for (const [priority, slot] of this.slots) if (isOver(slot, priority)) this.slots.delete(priority);
  }
}

const profile = fc.constantFrom('A', 'B', 'C', 'D', 'E');
const owner = fc.constantFrom('x', 'y', 'z');
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(profile, fc.integer({ min: 1, max: 13 }), owner).map(([a, b, c]) => `${a}${b}/${c}`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(profile, fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 9 }), owner)
      .map(([a, b, time, c]) => `${a}${b}:${time}/${c}`),
  },
  { weight: 3, arbitrary: owner.map((name) => `~${name}`) },
  { weight: 2, arbitrary: profile.map((name) => `-${name}`) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 5 }).map((time) => `+${time}`) },
  { weight: 1, arbitrary: fc.constant('-all') },
);

describe('arbitration against a naive model', () => {
  it('agrees on every list after every step of any story', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new Table();
        const model = new NaiveModel();
        for (const each of steps) {
          table.do(each);
          model.do(each);
          expect(table.list).toBe(model.list);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('marks both halves of a turn, so that it never seems to be dark in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new Table();
        let read = 0;
        for (const each of steps) {
          const running = table.state.activities[0]?.id;
          table.do(each);
          const shows = table.state.activities.length > 0;
          const fresh = table.effects.slice(read).filter(({ isHandover }) => isHandover !== true);
          const goesDark = fresh.some(
            ({ change, activity }) => change === 'ended' && activity.id === running,
          );
          expect(goesDark).toBe(running !== undefined && !shows);
          expect(fresh.filter(({ change }) => change === 'interrupted' || change === 'resumed')).toEqual([]);
          read = table.effects.length;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reports effects from which anybody can follow who is there and who runs', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new Table();
        const present = new Set<number>();
        let running: number | undefined;
        let read = 0;
        for (const each of steps) {
          table.do(each);
          for (const effect of table.effects.slice(read)) {
            const { id } = effect.activity;
            if (effect.change === 'started') present.add(id);
            if (effect.change === 'ended') expect(present.delete(id)).toBe(true);
            if (effect.change === 'interrupted') expect(running).toBe(id);
            if (effect.change === 'resumed' || (effect.change === 'started' && effect.isRunning))
              running = id;
            if (effect.change === 'ended' && running === id) running = undefined;
          }
          read = table.effects.length;
          expect([...present].sort()).toEqual(table.state.activities.map(({ id }) => Number(id)).sort());
          expect(running).toBe(table.state.activities[0]?.id);
        }
      }),
      { numRuns: 300 },
    );
  });
});
