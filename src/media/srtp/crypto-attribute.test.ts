import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { formatKeys, parseCrypto, type CryptoAttribute } from './crypto-attribute.js';
import { CRYPTO_SUITES, type CryptoSuiteName } from './crypto-suite.js';
import { randomMasterKey } from './master-key.js';

const SUITE = 'AES_CM_128_HMAC_SHA1_80';
/** The examples of RFC 4568 sections 4.1 and 6.1. */
const KEY = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';
const OTHER_KEY = 'NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj';

function parsed(value: string): CryptoAttribute {
  const result = parseCrypto(value);
  if ('refusal' in result) throw new Error(result.refusal);
  return result.attribute;
}

function refusal(value: string): string {
  const result = parseCrypto(value);
  return 'refusal' in result ? result.refusal : 'it was taken';
}

describe('a line a=crypto', () => {
  it('is read as in the example of RFC 4568', () => {
    const { tag, suite, masters } = parsed(`1 ${SUITE} inline:${KEY}|2^20|1:4`);
    expect(tag).toBe(1);
    expect(suite).toBe(CRYPTO_SUITES.AES_CM_128_HMAC_SHA1_80);
    const bytes = Buffer.from(KEY, 'base64');
    expect(masters).toEqual([
      {
        key: bytes.subarray(0, 16),
        salt: bytes.subarray(16),
        lifetime: 2 ** 20,
        identifier: Buffer.from([0, 0, 0, 1]),
      },
    ]);
  });

  it.each([
    ['neither lifetime nor identifier', '', undefined, undefined],
    ['a lifetime in powers of two', '|2^31', 2 ** 31, undefined],
    ['a lifetime in digits', '|1048576', 2 ** 20, undefined],
    ['an identifier alone', '|66051:3', undefined, '010203'],
    ['an identifier as long as can be', `|7:128`, undefined, '07'.padStart(256, '0')],
  ])('may have %s', (_what, rest, lifetime, identifier) => {
    const [master] = parsed(`1 ${SUITE} inline:${KEY}${rest}`).masters;
    expect(master?.lifetime).toBe(lifetime);
    expect(master?.identifier?.toString('hex')).toBe(identifier);
  });

  it('may have several keys that packets tell apart', () => {
    const { masters } = parsed(`12 ${SUITE} inline:${KEY}|2^20|1:2;inline:${OTHER_KEY}|2^20|2:2`);
    expect(masters.map(({ identifier }) => identifier?.toString('hex'))).toEqual(['0001', '0002']);
  });

  it('may be spelled with several spaces, in any case, and without padding', () => {
    expect(parsed(`1  aes_cm_128_hmac_sha1_80  INLINE:${KEY} `).suite.name).toBe(SUITE);
    const gcm = formatKeys(randomMasterKey(CRYPTO_SUITES.AEAD_AES_128_GCM)).replace(/=+$/, '');
    expect(parsed(`1 AEAD_AES_128_GCM ${gcm}`).masters).toHaveLength(1);
  });

  it.each(['WSH=64', 'KDR=0', 'FEC_ORDER=FEC_SRTP', '-vendor=1', 'WSH=128 FEC_ORDER=SRTP_FEC'])(
    'may have the session parameter %s',
    (parameter) => {
      expect(parsed(`1 ${SUITE} inline:${KEY} ${parameter}`).tag).toBe(1);
    },
  );

  it.each([
    ['UNENCRYPTED_SRTP', /turns protection off/],
    ['UNENCRYPTED_SRTCP', /turns protection off/],
    ['UNAUTHENTICATED_SRTP', /turns protection off/],
    ['WSH=64 UNENCRYPTED_SRTCP', /turns protection off/],
    ['unencrypted_srtp', /turns protection off/],
    ['KDR=16', /KDR/],
    ['FEC_KEY=x', /FEC_KEY is not known/],
    ['SOMETHING', /SOMETHING is not known/],
  ])('is refused with the session parameter %s', (parameter, reason) => {
    expect(refusal(`1 ${SUITE} inline:${KEY} ${parameter}`)).toMatch(reason);
  });

  it.each([
    ['no tag', `${SUITE} inline:${KEY}`, /tag/],
    ['a tag of ten digits', `1234567890 ${SUITE} inline:${KEY}`, /tag/],
    ['a suite of another time', `1 F8_128_HMAC_SHA1_80 inline:${KEY}`, /F8_128_HMAC_SHA1_80 is not known/],
    ['a name of JavaScript for a suite', `1 constructor inline:${KEY}`, /not known/],
    ['no key', `1 ${SUITE}`, /inline/],
    ['a key by reference', `1 ${SUITE} uri:https://192.0.2.1/key`, /inline/],
    ['a key that is too short', `1 ${SUITE} inline:${KEY.slice(0, 36)}`, /length/],
    ['a key that is too long', `1 ${SUITE} inline:${KEY}AAAA`, /length/],
    ['a key of another suite', `1 AES_256_CM_HMAC_SHA1_80 inline:${KEY}`, /length/],
    ['characters that are no Base64', `1 ${SUITE} inline:${KEY.slice(0, 36)}!!!!`, /length/],
    ['an empty key', `1 ${SUITE} inline:`, /length/],
    ['a lifetime of nothing', `1 ${SUITE} inline:${KEY}|0`, /lifetime/],
    ['a lifetime beyond the end', `1 ${SUITE} inline:${KEY}|2^49`, /lifetime/],
    ['two lifetimes', `1 ${SUITE} inline:${KEY}|2^20|2^20`, /lifetime/],
    ['an identifier before the lifetime', `1 ${SUITE} inline:${KEY}|1:4|2^20`, /lifetime/],
    ['an identifier without octets', `1 ${SUITE} inline:${KEY}|1:0`, /identifier/],
    ['an identifier that is too long', `1 ${SUITE} inline:${KEY}|1:129`, /identifier/],
    ['an identifier that does not fit', `1 ${SUITE} inline:${KEY}|256:1`, /identifier/],
    ['two keys without identifiers', `1 ${SUITE} inline:${KEY};inline:${OTHER_KEY}`, /told apart/],
    ['two keys with one name', `1 ${SUITE} inline:${KEY}|1:1;inline:${OTHER_KEY}|1:1`, /told apart/],
    ['names of two lengths', `1 ${SUITE} inline:${KEY}|1:1;inline:${OTHER_KEY}|2:2`, /told apart/],
    ['a crowd of keys', `1 ${SUITE} ${Array(17).fill(`inline:${KEY}|1:1`).join(';')}`, /more than 16/],
  ])('is refused with %s', (_what, value, reason) => {
    expect(refusal(value)).toMatch(reason);
    expect(refusal(value)).not.toContain(KEY.slice(0, 8));
  });

  it.each(Object.keys(CRYPTO_SUITES) as CryptoSuiteName[])('is written as it is read, with %s', (name) => {
    const master = randomMasterKey(CRYPTO_SUITES[name]);
    expect(parsed(`3 ${name} ${formatKeys(master)}`)).toEqual({
      tag: 3,
      suite: CRYPTO_SUITES[name],
      spelling: name,
      masters: [master],
    });
  });

  it('remembers a spelling that is not the registered one', () => {
    const keys = formatKeys(randomMasterKey(CRYPTO_SUITES.AES_256_CM_HMAC_SHA1_80));
    const { suite, spelling } = parsed(`1 AES_CM_256_HMAC_SHA1_80 ${keys}`);
    expect([suite.name, spelling]).toEqual(['AES_256_CM_HMAC_SHA1_80', 'AES_CM_256_HMAC_SHA1_80']);
  });

  it('of any characters is read or refused, and nothing else happens', () => {
    const alphabet = ' 1:;|^=AESinline:_+/\u00e5';
    for (let round = 0; round < 5_000; round++) {
      const length = round % 60;
      const text = Array.from({ length }, (_, at) => alphabet[(round * 31 + at * at * 7) % alphabet.length]);
      expect(Object.keys(parseCrypto(text.join('')))).toHaveLength(1);
    }
  });
});

describe('whatever stands in a line a=crypto', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '1',
      ' ',
      SUITE,
      'inline:',
      KEY,
      OTHER_KEY,
      '|',
      '2^20',
      '2^99',
      '1:4',
      ';',
      ':',
      '0:129',
    ),
    fc.constantFrom('KDR=0', 'WSH=64', 'UNENCRYPTED_SRTP', '-x=1', '=', '\0', '9'.repeat(309), '\u00fc'),
    fc.string({ maxLength: 6 }),
  );

  it('is a key or a reason without one, never an error', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const result = parseCrypto(pieces.join(''));
        if ('refusal' in result) expect(result.refusal).not.toContain(KEY.slice(0, 20));
        else expect(result.attribute.masters.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it.each([' ', ';', '|', 'inline:', '9', `inline:${KEY};`])(
    'is read in linear time, 64 KiB of %j too',
    (text) => {
      const started = performance.now();
      parseCrypto(`1 ${SUITE} inline:${KEY}${text.repeat(Math.ceil(65_536 / text.length))}`);
      parseCrypto(text.repeat(Math.ceil(65_536 / text.length)));
      expect(performance.now() - started).toBeLessThan(1_000);
    },
  );
});
