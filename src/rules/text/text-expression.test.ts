import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TextExpression } from './text-expression.js';

const fits = (pattern: string, text: string, ignoreCase = false) =>
  new TextExpression(pattern, { ignoreCase }).fits(text);

describe('a regular expression', () => {
  it.each([
    ['stop', 'please stop now', true],
    ['^stop$', 'please stop now', false],
    ['^(?:stop|quiet)( all)?$', 'quiet all', true],
    ['^(stop|quiet)( all)?$', 'quiet a', false],
    ['gate [0-9]{2}', 'open gate 07', true],
    ['gate [0-9]{2}$', 'open gate 7', false],
    ['[^a-c]', 'abc', false],
    ['[]a]', ']', true],
    ['[a-]', '-', true],
    ['\\bfire\\b', 'the fire is', true],
    ['\\bfire\\b', 'firewall', false],
    ['a.c', 'a\nc', false],
    ['a{2,3}b', 'ab', false],
    ['a{2,}b', 'aaaaab', true],
    ['a{', 'a{', true],
    ['', 'anything', true],
    ['(a*)*$', 'aaab', true],
    ['\\.\\*', 'x.*', true],
    ['🔥+', 'a🔥🔥', true],
    ['a|', '', true],
    ['(|a)+b', 'aab', true],
    ['\\{"state":\\s*"ON"\\}', '{"state": "ON"}', true],
    ['\\{"state":\\s*"ON"\\}', '{"state":"OFF"}', false],
    ['^level [0-4]{2,3}$', 'level 042', true],
    ['^level [0-4]{2,3}$', 'level 5', false],
    ['x{2,}?y', 'xxxy', true],
    ['x{2,}?y', 'xy', false],
  ])('%j on %j: %j', (pattern, text, expected) => {
    expect(fits(pattern, text)).toBe(expected);
  });

  it('looks away from upper and lower case where asked', () => {
    expect([fits('STOP', 'stop'), fits('STOP', 'stop', true), fits('[A-Z]', 'ö1x', true)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.each([
    ['(', 'a ")" is missing'],
    [')', 'there is a ")" without its "("'],
    ['[a', 'a "]" is missing'],
    ['*a', 'there is nothing to repeat before "*"'],
    ['a**', 'there is nothing to repeat before a repetition'],
    ['(?=a)', 'groups that begin with "(?" are not supported, but for "(?:"'],
    ['(a)\\1', '"\\1" is not supported'],
    ['a{5,2}', '{5,2} asks for less than it begins with'],
    ['a{1000}', 'nothing can be repeated more than 100 times by number'],
    ['((a{50}){50}){50}', 'it is too long when it is written out'],
    ['(((((((((((((((((((((a)))))))))))))))))))))', 'too many groups stand within each other'],
    ['[z-a]', 'a range in brackets must go from a character to a later one'],
    ['a\\', 'it ends with a "\\" that nothing follows'],
  ])('%j is refused: %s', (pattern, message) => {
    expect(() => new TextExpression(pattern, { ignoreCase: false })).toThrow(message);
  });

  it('says the same as JavaScript', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a]',
      '\\d',
      '1',
      '(?:a|b)',
      '(?:ab)',
      '^',
      '$',
      '|',
    );
    const piece = fc
      .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}'))
      .map(([one, times]) => (/^[\^$|]$/.test(one) ? one : one + times));
    const pattern = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const text = fc
      .array(fc.constantFrom('a', 'b', '1', 'c'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(pattern, text, (expression, words) => {
        expect(fits(expression, words)).toBe(new RegExp(expression).test(words));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not slowed down by a text that makes others go back for ever', () => {
    const evil = new TextExpression('(a+)+(a|aa)*(a?){50}$', { ignoreCase: true });
    const before = process.cpuUsage().user;
    expect(evil.fits(`${'a'.repeat(4_000)}!`)).toBe(false);
    expect(process.cpuUsage().user - before).toBeLessThan(2_000_000);
  });
});
