import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HeaderField } from '../header-field.js';
import { addressListField } from './address.js';
import { rackField, rseqField } from './reliable-provisional.js';
import { replacesField } from './replaces.js';
import { minSessionExpiresField, sessionExpiresField } from './session-expires.js';

describe('The headers of extensions', () => {
  it.each([
    [sessionExpiresField, '1800', { seconds: 1_800, refresher: undefined }],
    [sessionExpiresField, ' 90 ; refresher = UAC;x', { seconds: 90, refresher: 'uac' }],
    [sessionExpiresField, '90;refresher=proxy', { seconds: 90, refresher: undefined }],
    [minSessionExpiresField, '120;generic=1', 120],
    [rseqField, '4294967295', 4_294_967_295],
    [rackField, '776656 1 INVITE', { number: 776_656, sequence: 1, method: 'INVITE' }],
    [
      replacesField,
      '12adf2f34456gs5@host.com;to-tag=12345;from-tag=54321;early-only',
      { callId: '12adf2f34456gs5@host.com', toTag: '12345', fromTag: '54321' },
    ],
  ] as [HeaderField<unknown>, string, unknown][])('%j reads %s', (field, text, value) => {
    expect(field.parse([text])).toEqual(value);
  });

  it.each([
    [sessionExpiresField, ''],
    [sessionExpiresField, '-1'],
    [sessionExpiresField, '4294967296'],
    [rseqField, '1 2'],
    [rackField, '1 INVITE'],
    [rackField, '1 2'],
    [replacesField, 'call;to-tag=1'],
    [replacesField, ';to-tag=1;from-tag=2'],
    [replacesField, 'call;to-tag=1;from-tag=2, other;to-tag=3;from-tag=4'],
  ] as [HeaderField<unknown>, string][])('%j refuses "%s"', (field, text) => {
    expect(() => field.parse([text])).toThrow(expect.objectContaining({ code: 'SIP_SYNTAX' }));
  });

  /** Pieces of these headers in any order, and noise. */
  const almost = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '90',
          ';',
          '=',
          ',',
          '<',
          '>',
          '"',
          ' ',
          '\t',
          'refresher',
          'uac',
          'INVITE',
          '\\',
          '%',
        ),
        fc.constantFrom('<sip:proxy.example;lr>', ';ob', ';to-tag=1', ';from-tag=2', '4294967296', 'ü', '\0'),
        fc.string({ maxLength: 5 }),
      ),
      { maxLength: 30 },
    )
    .map((pieces) => pieces.join(''));

  it.each([
    sessionExpiresField,
    minSessionExpiresField,
    rseqField,
    rackField,
    replacesField,
    addressListField('Path'),
    addressListField('Service-Route'),
  ] as HeaderField<unknown>[])('%j fails by SIP_SYNTAX only, whatever stands in it', (field) => {
    fc.assert(
      fc.property(fc.array(almost, { minLength: 1, maxLength: 3 }), (lines) => {
        try {
          field.parse(lines);
        } catch (error) {
          expect(error).toMatchObject({ code: 'SIP_SYNTAX' });
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(['<sip:a;lr>,', ',', '"', '<sip:', ';x=', '\\"', ' '])(
    'Path and Service-Route are read in linear time, however often %j stands there',
    (piece) => {
      const started = performance.now();
      try {
        addressListField('Path').parse([piece.repeat(Math.ceil(65_536 / piece.length))]);
      } catch (error) {
        expect(error).toMatchObject({ code: 'SIP_SYNTAX' });
      }
      expect(performance.now() - started).toBeLessThan(1_000);
    },
  );
});
