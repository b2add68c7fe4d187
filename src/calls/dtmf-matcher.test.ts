import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dtmfIndex, DtmfMatcher } from './dtmf-matcher.js';

const TIMEOUT = 10_000;

/** What is found while these keys are pressed, half a second apart: `key place:sequence`. */
const found = (sequences: readonly string[], keys: string, gap = 500): string[] => {
  const index = dtmfIndex(sequences.map((sequence) => ({ sequence })));
  const matcher = new DtmfMatcher();
  return Array.from(keys).flatMap((key, place) => {
    const match = matcher.press(key, { at: place * gap, timeout: TIMEOUT, index });
    return match === undefined ? [] : [`${place + 1}:${match.sequence}`];
  });
};

describe('the matcher of sequences', () => {
  it('finds a sequence with its last key, whatever was pressed before it', () => {
    expect(found(['42#'], '42#')).toEqual(['3:42#']);
    expect(found(['42#'], '9442#')).toEqual(['5:42#']);
    expect(found(['42#'], '42')).toEqual([]);
    expect(found(['*'], '1*2*')).toEqual(['2:*', '4:*']);
  });

  it('finds the longest of those that end with the same key', () => {
    expect(found(['2', '12', '912'], '912')).toEqual(['3:912']);
    expect(found(['2', '12', '912'], '812')).toEqual(['3:12']);
  });

  it('finds a short one at once and the longer one that it begins when that is complete', () => {
    expect(found(['12', '123'], '123')).toEqual(['2:12', '3:123']);
  });

  it('uses no key for two sequences that merely overlap', () => {
    expect(found(['11'], '1111')).toEqual(['2:11', '4:11']);
    expect(found(['123', '34'], '1234')).toEqual(['3:123']);
    expect(found(['123', '34'], '12334')).toEqual(['3:123', '5:34']);
  });

  it('begins anew after a pause longer than the timeout', () => {
    expect(found(['12'], '12', TIMEOUT)).toEqual(['2:12']);
    expect(found(['12'], '12', TIMEOUT + 1)).toEqual([]);
  });

  it('finds what a search of the whole text would, in any stream of keys', () => {
    const keys = fc.array(fc.constantFrom('1', '2', '#'), { maxLength: 60 }).map((list) => list.join(''));
    const sequence = fc
      .array(fc.constantFrom('1', '2', '#'), { minLength: 1, maxLength: 4 })
      .map((list) => list.join(''));
    fc.assert(
      fc.property(keys, sequence, (text, wanted) => {
        const expected: string[] = [];
        for (
          let place = text.indexOf(wanted);
          place >= 0;
          place = text.indexOf(wanted, place + wanted.length)
        ) {
          expected.push(`${place + wanted.length}:${wanted}`);
        }
        expect(found([wanted], text)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a bounded number of keys and finds the longest sequence at their end', () => {
    const longest = '1234567890ABCD*#'.repeat(4);
    expect(found([longest], `${'5'.repeat(1_000)}${longest}`)).toEqual([`1064:${longest}`]);
    const matcher = new DtmfMatcher();
    for (let count = 0; count < 1_000; count++)
      matcher.press('7', { at: count, timeout: TIMEOUT, index: new Map() });
    expect(matcher.keys).toHaveLength(128);
  });
});
