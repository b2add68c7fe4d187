import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DtmfPressFilter, type DtmfMethod, type ReportedKey } from './dtmf-press-filter.js';

const countOf = (reports: readonly ReportedKey[]): string => {
  const filter = new DtmfPressFilter();
  return [...reports]
    .sort((one, other) => one.at - other.at)
    .filter((report) => filter.isNew(report))
    .map(({ digit }) => digit)
    .join('');
};

const key = (digit: string, method: DtmfMethod, at: number, duration = 0): ReportedKey => ({
  digit,
  method,
  at,
  duration,
});

describe('the filter of presses', () => {
  it('counts one press that comes as telephone event, INFO and tone once, in any order', () => {
    const reports = [key('1', 'rtp', 1_000, 20), key('1', 'info', 1_180, 160), key('1', 'inband', 1_090, 60)];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const shuffled = order.map((place, index) => ({ ...reports[place]!, at: 1_000 + index * 90 }));
      expect(countOf(shuffled)).toBe('1');
    }
  });

  it('counts presses of the same key by the same method however quick they are', () => {
    expect(countOf([key('1', 'rtp', 0), key('1', 'rtp', 60), key('1', 'rtp', 120)])).toBe('111');
  });

  it('takes the same key by another method after more than its duration and half a second for another press', () => {
    expect(countOf([key('5', 'rtp', 0, 100), key('5', 'info', 499)])).toBe('5');
    expect(countOf([key('5', 'rtp', 0, 100), key('5', 'info', 501)])).toBe('55');
    expect(countOf([key('5', 'info', 0, 160), key('5', 'rtp', 400)])).toBe('5');
  });

  it('knows a long press by the duration that INFO tells at its end', () => {
    expect(countOf([key('7', 'rtp', 0, 20), key('7', 'info', 4_020, 4_000)])).toBe('7');
  });

  it('knows a long press although INFO at its end states some usual duration', () => {
    const filter = new DtmfPressFilter();
    expect(filter.isNew(key('7', 'rtp', 0, 20))).toBe(true);
    filter.hold('rtp', 4_000);
    expect(filter.isNew(key('7', 'info', 4_020, 160))).toBe(false);
    expect(filter.isNew(key('7', 'info', 4_300, 160))).toBe(true);
  });

  it('keeps the number of presses when one method loses some', () => {
    const lost = [key('1', 'info', 0), key('1', 'rtp', 300), key('1', 'info', 310)];
    expect(countOf(lost)).toBe('11');
  });

  it('gives what was pressed, once, for any dialling and any delay of the second way', () => {
    const dialled = fc.array(
      fc.record({
        digit: fc.constantFrom('1', '2', '#'),
        // From the fastest automatic dialling (RFC 4733 section 2.3: 40 ms and a pause) to slow fingers.
        gap: fc.integer({ min: 80, max: 1_500 }),
        duration: fc.integer({ min: 40, max: 3_000 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    const delays = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 12, maxLength: 12 });
    const pairs = fc.constantFrom<readonly [DtmfMethod, DtmfMethod]>(
      ['rtp', 'info'],
      ['info', 'rtp'],
      ['rtp', 'inband'],
    );
    fc.assert(
      fc.property(dialled, delays, pairs, (presses, late, [first, second]) => {
        const reports: ReportedKey[] = [];
        let at = 0;
        let lastSecond = 0;
        presses.forEach(({ digit, gap, duration }, index) => {
          const begin = at;
          at += duration;
          reports.push(key(digit, first, begin + 20, 20));
          // The other way tells at the end of the press, late, but in order.
          lastSecond = Math.max(lastSecond, at + (late[index] ?? 0));
          reports.push(key(digit, second, lastSecond, duration));
          at += gap;
        });
        expect(countOf(reports)).toBe(presses.map(({ digit }) => digit).join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('gives each press once when every report comes in both ways at nearly the same time', () => {
    const dialled = fc.array(fc.constantFrom('0', '1', '#'), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(dialled, fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), (digits, swaps) => {
        const reports = digits.flatMap((digit, index) => {
          const [one, other]: DtmfMethod[] = swaps[index] ? ['rtp', 'info'] : ['info', 'rtp'];
          return [key(digit, one!, index * 150, 50), key(digit, other!, index * 150 + 5, 50)];
        });
        expect(countOf(reports)).toBe(digits.join(''));
      }),
    );
  });
});
