import { describe, expect, it } from '@jest/globals';
import type { HeaderField } from '../header-field.js';
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
});
