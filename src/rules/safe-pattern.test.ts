import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SafePattern } from './safe-pattern.js';

describe('a pattern', () => {
  it.each([
    ['On', 'On', 'Motion On!', 'off'],
    ['^(on|true|1)$', 'true', 'on', 'one'],
    ['^level [0-4]{2,3}$', 'level 042', 'level 10', 'level 5'],
    ['^[^a-c]+$', 'xyz', '-', 'xaz'],
    ['\\d+\\.\\d', 'it is 21.5 C', '0.0', '21,5'],
    ['a.c', 'abc', 'xx a-c', 'a\nc'],
    ['(?:ab)*c?$', 'ababc', '', undefined],
    ['[]x-]', ']', '-', 'y'],
    ['\\{"state":\\s*"ON"\\}', '{"state": "ON"}', '{"state":"ON"}', '{"state":"OFF"}'],
    ['(a*)*b', 'aaab', 'b', 'aaa'],
    ['x{3}', 'xxxx', 'xxx', 'xx'],
    ['x{2,}?y', 'xxxy', 'xxy', 'xy'],
  ])('%s', (source, one, other, not) => {
    const pattern = new SafePattern(source);
    expect(pattern.matches(one)).toBe(true);
    expect(pattern.matches(other)).toBe(true);
    if (not !== undefined) expect(pattern.matches(not)).toBe(false);
  });

  it.each([
    ['(', 'a ( has no )'],
    ['a)', 'a ) has no ('],
    ['[a', 'a [ has no ]'],
    ['*a', 'nothing before * to repeat'],
    ['a**', 'a repetition is repeated'],
    ['(?=a)', 'groups that begin with (?'],
    ['(a)\\1', '\\1 is not known here'],
    ['[z-a]', 'z-a is in the wrong order'],
    ['(x{900}){900}', 'it repeats too much'],
    ['x{3,2}', 'wrong order'],
    ['x\\', 'it ends with \\'],
    ['('.repeat(60), 'too deep'],
  ])('that is wrong says why: %s', (source, reason) => {
    expect(() => new SafePattern(source)).toThrow(reason);
  });

  it('agrees with the regular expressions of the language', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a]',
      'a*',
      'b+',
      'a?',
      '(a|bb)',
      '(ab)*',
      '(?:b|)',
      '^',
      '$',
    );
    fc.assert(
      fc.property(
        fc.array(atom, { maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c') }),
        (parts, text) => {
          const source = parts.join('');
          expect(new SafePattern(source).matches(text)).toBe(new RegExp(source).test(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('takes a text that would hold up a pattern that tries everything', () => {
    const pattern = new SafePattern('(a+)+(a+)+(a+)+$');
    const startedAt = performance.now();
    expect(pattern.matches(`${'a'.repeat(4_000)}b`)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
