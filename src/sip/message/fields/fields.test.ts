import { describe, expect, it } from '@jest/globals';
import { acceptField } from './accept.js';
import { cseqField } from './cseq.js';
import { contentTypeField } from './content-type.js';
import { minExpiresField } from './number.js';
import { reasonField } from './reason.js';
import { retryAfterField } from './retry-after.js';
import { allowField, requireField, supportedField, unsupportedField } from './token-list.js';
import type { HeaderField } from '../header-field.js';

describe('fields', () => {
  it('read lists of names, spread over lines, also empty ones', () => {
    expect(allowField.parse(['INVITE, ACK ,BYE', 'OPTIONS'])).toEqual(['INVITE', 'ACK', 'BYE', 'OPTIONS']);
    expect(supportedField.parse([''])).toEqual([]);
    expect(requireField.parse(['100rel,timer'])).toEqual(['100rel', 'timer']);
  });

  it('read media types with their parameters', () => {
    const ranges = acceptField.parse(['application/SDP;level=1, application/*, */*;q=0.2']);
    expect(ranges.map(({ type }) => type)).toEqual(['application/sdp', 'application/*', '*/*']);
    expect(ranges[2]?.parameters.get('q')).toBe('0.2');
    expect(contentTypeField.parse(['Multipart / Mixed ; boundary = "a b"']).parameters.get('Boundary')).toBe(
      'a b',
    );
  });

  it('read Retry-After with a comment and parameters', () => {
    expect(retryAfterField.parse(['18000;duration=3600'])).toMatchObject({ seconds: 18_000 });
    const told = retryAfterField.parse(["120 (I'm \\) in (a) meeting) ; duration=60"]);
    expect([told.seconds, told.parameters.get('duration')]).toEqual([120, '60']);
  });

  it('read the examples of RFC 3326', () => {
    expect(reasonField.parse(['SIP ;cause=200 ;text="Call completed elsewhere"', 'Q.850 ;cause=16'])).toEqual(
      [
        { protocol: 'SIP', cause: 200, text: 'Call completed elsewhere' },
        { protocol: 'Q.850', cause: 16, text: undefined },
      ],
    );
    expect(reasonField.parse(['preemption ;cause=x'])[0]?.cause).toBeUndefined();
  });

  it('read numbers', () => {
    expect(minExpiresField.parse(['60'])).toBe(60);
    expect(cseqField.parse(['0 !x'])).toEqual({ sequence: 0, method: '!x' });
  });

  it.each<[HeaderField<unknown>, string]>([
    [allowField, 'INVITE,,BYE'],
    [unsupportedField, 'a b'],
    [acceptField, 'application'],
    [retryAfterField, 'soon'],
    [retryAfterField, '5 (open'],
    [reasonField, ';cause=1'],
    [minExpiresField, '4294967296'],
  ])('refuse $name: %s', (field, line) => {
    expect(() => field.parse([line])).toThrow(
      expect.objectContaining({ code: 'SIP_SYNTAX', path: field.name }),
    );
  });
});
