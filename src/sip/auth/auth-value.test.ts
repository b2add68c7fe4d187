import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quote } from '../message/index.js';
import { parseAuthValues } from './auth-value.js';

const read = (line: string) =>
  parseAuthValues(line).map(({ scheme, parameters }) => ({ scheme, ...Object.fromEntries(parameters) }));

describe('an Authenticate or Authorization line', () => {
  it('may hold several challenges', () => {
    expect(
      read('Digest realm="a, b", nonce=n1 , qop="auth,auth-int",Basic realm="c", Digest realm="d",nonce="e"'),
    ).toEqual([
      { scheme: 'digest', realm: 'a, b', nonce: 'n1', qop: 'auth,auth-int' },
      { scheme: 'basic', realm: 'c' },
      { scheme: 'digest', realm: 'd', nonce: 'e' },
    ]);
  });

  it('may have spaces around its equal signs, escapes, and names in any case', () => {
    expect(read('DIGEST Realm = "say \\"hi\\" \\\\", NONCE="", stale=TRUE')).toEqual([
      { scheme: 'digest', realm: 'say "hi" \\', nonce: '', stale: 'TRUE' },
    ]);
  });

  it('keeps the first of a repeated parameter', () => {
    expect(read('Digest realm=a, realm=b')).toEqual([{ scheme: 'digest', realm: 'a' }]);
  });

  it('never throws and always ends', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        expect(Array.isArray(parseAuthValues(line))).toBe(true);
      }),
    );
  });

  it('gives back every quoted text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(parseAuthValues(`Digest realm=${quote(text)}, nonce=x`)[0]?.parameters.get('realm')).toBe(
          text,
        );
      }),
    );
  });
});
