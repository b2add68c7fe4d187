import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReferenceSchedule } from '../../test/support/reference-schedule.js';
import type { HolidayList } from './holidays.js';
import { Plan } from './plan.js';
import { scheduleSchema } from './schedule.js';

const at = (text: string) => Date.parse(text);

function plan(
  settings: Record<string, unknown>,
  timeZone = 'Europe/Stockholm',
  holidays: HolidayList[] = [],
): Plan {
  const schedule = scheduleSchema.parse({ id: 'one', name: 'One', kind: 'interval', ...settings });
  return new Plan({ schedule, timeZone, holidays });
}

const NIGHTS = {
  start: '2026-01-05T22:00',
  end: '2026-01-06T06:00',
  recurrence: { repeat: 'weekly', days: ['MO', 'TU', 'WE', 'TH', 'FR'] },
};

function starts(one: Plan, from: string, most = 10): string[] {
  return one.occurrences(at(from), most).map(({ start }) => one.wallClock.text(start));
}

describe('a weekly schedule over midnight', () => {
  const nights = plan(NIGHTS);

  it.each([
    ['2026-01-05T20:59:59Z', false],
    ['2026-01-05T21:00:00Z', true],
    ['2026-01-06T04:59:59Z', true],
    ['2026-01-06T05:00:00Z', false],
    ['2026-01-10T04:00:00Z', true],
    ['2026-01-10T22:00:00Z', false],
    ['2026-07-06T20:00:00Z', true],
  ])('at %s is active: %s', (instant, active) => {
    expect(nights.stateAt(at(instant)).active).toBe(active);
  });

  it('says until when', () => {
    expect(nights.stateAt(at('2026-01-05T23:00:00Z')).next).toBe(at('2026-01-06T05:00:00Z'));
    expect(nights.stateAt(at('2026-01-10T12:00:00Z')).next).toBe(at('2026-01-12T21:00:00Z'));
  });

  it('tells what comes, beginning with what goes on', () => {
    expect(starts(nights, '2026-01-09T23:00:00Z', 3)).toEqual([
      '2026-01-09T22:00:00+01:00',
      '2026-01-12T22:00:00+01:00',
      '2026-01-13T22:00:00+01:00',
    ]);
  });
});

describe('recurrences', () => {
  const pulse = (recurrence: object, more: object = {}) =>
    plan({ kind: 'pulse', start: '2026-01-31T12:00', recurrence, ...more });

  it.each<[string, object, string[]]>([
    ['once', { repeat: 'never' }, ['2026-01-31']],
    ['every third day', { repeat: 'daily', every: 3 }, ['2026-01-31', '2026-02-03', '2026-02-06']],
    ['every other week', { repeat: 'weekly', every: 2 }, ['2026-01-31', '2026-02-14', '2026-02-28']],
    ['the day of the start each month', { repeat: 'monthly' }, ['2026-01-31', '2026-03-31', '2026-05-31']],
    ['the last day', { repeat: 'monthly', days: [-1] }, ['2026-01-31', '2026-02-28', '2026-03-31']],
    [
      'the second Tuesday',
      { repeat: 'monthly', weekdays: ['2TU'] },
      ['2026-02-10', '2026-03-10', '2026-04-14'],
    ],
    ['each year', { repeat: 'yearly' }, ['2026-01-31', '2027-01-31', '2028-01-31']],
    [
      'a rule',
      { repeat: 'rule', rrule: 'rrule:freq=monthly;byday=MO,TU,WE,TH,FR;bysetpos=-1' },
      ['2026-02-27', '2026-03-31', '2026-04-30'],
    ],
  ])('come %s', (_name, recurrence, days) => {
    expect(starts(pulse(recurrence), '2026-01-01T00:00:00Z', 3).map((text) => text.slice(0, 10))).toEqual(
      days,
    );
  });

  it('end on a day, or after so many times', () => {
    const daily = { repeat: 'daily' };
    expect(starts(pulse(daily, { until: '2026-02-02' }), '2026-01-01T00:00:00Z')).toHaveLength(3);
    expect(starts(pulse(daily, { count: 4 }), '2026-01-01T00:00:00Z')).toHaveLength(4);
    const rule = { repeat: 'rule', rrule: 'FREQ=DAILY;UNTIL=20260201T120000' };
    expect(starts(pulse(rule), '2026-01-01T00:00:00Z')).toHaveLength(2);
  });

  it('come in elapsed time where a pulse asks for that', () => {
    const hourly = pulse({ repeat: 'interval', every: 6, unit: 'hours' }, { start: '2026-03-28T23:00' });
    expect(starts(hourly, '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T23:00:00+01:00',
      '2026-03-29T06:00:00+02:00',
      '2026-03-29T12:00:00+02:00',
    ]);
    const quick = pulse({ repeat: 'interval', every: 30, unit: 'seconds' }, { count: 2 });
    expect(starts(quick, '2026-01-01T00:00:00Z')).toHaveLength(2);
    expect(quick.stateAt(at('2026-01-31T11:00:00Z')).next).toBe(at('2026-01-31T11:00:30Z'));
  });
});

describe('exceptions', () => {
  const lists: HolidayList[] = [{ id: 'se', name: 'Sweden', dates: ['2026-01-06', '12-25'] }];

  it('leave out what begins on a holiday, on a day, or at a time', () => {
    const nights = plan(
      { ...NIGHTS, holidays: ['se'], exceptions: ['2026-01-07', '2026-01-08T22:00'] },
      undefined,
      lists,
    );
    expect(starts(nights, '2026-01-05T00:00:00Z', 3)).toEqual([
      '2026-01-05T22:00:00+01:00',
      '2026-01-09T22:00:00+01:00',
      '2026-01-12T22:00:00+01:00',
    ]);
    expect(nights.stateAt(at('2026-01-06T04:00:00Z')).active).toBe(true);
    expect(nights.stateAt(at('2026-01-06T22:00:00Z')).active).toBe(false);
    expect(nights.stateAt(at('2027-12-25T22:00:00Z')).active).toBe(false);
  });

  it('leave out the pulses of a whole day at once', () => {
    const pulses = plan(
      {
        kind: 'pulse',
        start: '2026-01-05T00:00',
        recurrence: { repeat: 'interval', every: 1, unit: 'seconds' },
        holidays: ['se'],
      },
      undefined,
      lists,
    );
    expect(pulses.stateAt(at('2026-01-05T22:59:59Z')).next).toBe(at('2026-01-06T23:00:00Z'));
  });

  it('are joined by further times', () => {
    const nights = plan({ ...NIGHTS, extras: [{ start: '2026-01-10T10:00', end: '2026-01-10T11:00' }] });
    expect(nights.stateAt(at('2026-01-10T09:30:00Z'))).toEqual({
      active: true,
      next: at('2026-01-10T10:00:00Z'),
    });
  });

  it('that leave nothing over are no search without end', () => {
    const none = plan({ ...NIGHTS, recurrence: { repeat: 'yearly' }, exceptions: ['2026-01-05'] }, undefined);
    expect(none.stateAt(at('2026-01-05T22:00:00Z')).active).toBe(false);
    const never = plan({ ...NIGHTS, recurrence: { repeat: 'yearly' }, holidays: ['x'] }, undefined, [
      { id: 'x', name: 'x', dates: ['01-05'] },
    ]);
    expect(never.stateAt(at('2026-01-05T22:00:00Z'))).toEqual({ active: false, next: undefined });
  });
});

describe('when the clocks change', () => {
  it('begins with the hour after the one that is skipped, and does not come twice', () => {
    const early = { start: '2026-01-01T02:30', end: '2026-01-01T03:15', recurrence: { repeat: 'daily' } };
    const [spring] = plan(early).occurrences(at('2026-03-28T23:00:00Z'), 1);
    expect(spring).toEqual({ start: at('2026-03-29T01:00:00Z'), end: at('2026-03-29T01:15:00Z') });
    const [autumn, after] = plan(early).occurrences(at('2026-10-24T22:00:00Z'), 2);
    expect(autumn).toEqual({ start: at('2026-10-25T00:30:00Z'), end: at('2026-10-25T02:15:00Z') });
    expect(after?.start).toBe(at('2026-10-26T01:30:00Z'));
  });

  it('gives a pulse of the skipped hour at its end, once', () => {
    const pulses = plan({
      kind: 'pulse',
      start: '2026-01-01T02:10',
      recurrence: { repeat: 'rule', rrule: 'FREQ=DAILY;BYHOUR=2;BYMINUTE=10,20' },
    });
    expect(starts(pulses, '2026-03-28T02:00:00Z', 3)).toEqual([
      '2026-03-29T03:00:00+02:00',
      '2026-03-30T02:10:00+02:00',
      '2026-03-30T02:20:00+02:00',
    ]);
  });

  it('leaves out a day that an island skipped when it moved over the date line', () => {
    const noon = plan(
      { start: '2011-12-28T12:00', end: '2011-12-28T13:00', recurrence: { repeat: 'daily' } },
      'Pacific/Apia',
    );
    expect(starts(noon, '2011-12-28T12:00:00Z', 3)).toEqual([
      '2011-12-28T12:00:00-10:00',
      '2011-12-29T12:00:00-10:00',
      '2011-12-31T12:00:00+14:00',
    ]);
  });
});

describe('held against a slow reference that looks at the clock minute by minute', () => {
  const time = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });
  const two = (number: number) => String(number).padStart(2, '0');
  const recurrence = fc.oneof(
    fc.record({ repeat: fc.constant('daily' as const), every: fc.integer({ min: 1, max: 9 }) }),
    fc.record({
      repeat: fc.constant('weekly' as const),
      every: fc.integer({ min: 1, max: 3 }),
      days: fc.uniqueArray(fc.constantFrom('MO' as const, 'TU' as const, 'SA' as const, 'SU' as const), {
        minLength: 1,
      }),
    }),
    fc.record({
      repeat: fc.constant('monthly' as const),
      every: fc.integer({ min: 1, max: 3 }),
      days: fc.uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 3 }),
    }),
  );
  const from = fc.oneof(
    time,
    fc.record({ hour: fc.integer({ min: 0, max: 4 }), minute: fc.integer({ min: 0, max: 59 }) }),
  );

  it.each([
    ['Europe/Stockholm', 2026],
    ['America/New_York', 2026],
    ['Australia/Lord_Howe', 2026],
    ['Pacific/Chatham', 2026],
    ['Pacific/Apia', 2011],
  ])('is right all year in %s', (timeZone, year) => {
    const reference = new ReferenceSchedule(timeZone, year);
    fc.assert(
      fc.property(
        from,
        fc.oneof(fc.integer({ min: 1, max: 180 }), fc.integer({ min: 1, max: 60 * 60 })),
        recurrence,
        fc.uniqueArray(fc.integer({ min: 0, max: 364 }), { maxLength: 5 }),
        ({ hour, minute }, length, settings, left) => {
          const begin = Date.UTC(year, 0, 1, hour, minute);
          const text = (local: number) => new Date(local).toISOString().slice(0, 19);
          const exceptions = left.map((day) => text(Date.UTC(year, 0, 1 + day)).slice(0, 10));
          const one = plan(
            {
              start: `${year}-01-01T${two(hour)}:${two(minute)}`,
              end: text(begin + length * 60_000),
              recurrence: settings,
              exceptions,
            },
            timeZone,
          );
          const expected = reference.changes({ begin, length: length * 60_000, settings, exceptions });
          const changes: number[] = [];
          let state = one.stateAt(reference.from);
          while (state.next !== undefined && state.next < reference.to) {
            const next = one.stateAt(state.next);
            if (next.active !== state.active) changes.push(state.next);
            if ((next.next ?? Infinity) <= state.next) throw new Error('time stands still');
            state = next;
          }
          expect(changes).toEqual(expected);
        },
      ),
      { numRuns: 8 },
    );
  });
});
