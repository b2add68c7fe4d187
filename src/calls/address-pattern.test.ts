import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { compileAddressPattern, type AddressPattern } from './address-pattern.js';

function pattern(text: string): AddressPattern {
  const compiled = compileAddressPattern(text);
  if (!compiled.ok) throw new Error(compiled.reason);
  return compiled.pattern;
}

function reason(text: string): string {
  const compiled = compileAddressPattern(text);
  return compiled.ok ? 'accepted' : compiled.reason;
}

describe('An address pattern', () => {
  it.each([
    ['sip:1001@192.168.0.90', 'sip:1001@192.168.0.90', true],
    ['<sip:1001@192.168.0.90>', 'sip:1001@192.168.0.90', true],
    ['1001@192.168.0.90', 'sip:1001@192.168.0.90', true],
    ['sip:1001@Example.COM', 'sip:1001@example.com', true],
    ['sip:%31001@example.com', 'sip:1001@example.com', true],
    ['sip:1001@192.168.0.90', 'sip:1002@192.168.0.90', false],
    ['sip:1001@192.168.0.90', 'sip:1001@192.168.0.91', false],
    ['sip:1001@192.168.0.90', 'sip:1001@192.168.0.90:5060', false],
    ['sip:1001@192.168.0.90', 'sips:1001@192.168.0.90', false],
    ['sip:Guard@example.com', 'sip:guard@example.com', false],
    ['sip:1001@[2001:db8::1]', 'sip:1001@[2001:db8::1]', true],
    ['sip:192.168.0.90', 'sip:192.168.0.90', true],
  ])('that is a SIP URI compares by RFC 3261 section 19.1.4: %s and %s: %s', (text, uri, fits) => {
    expect(pattern(text).matches(uri)).toBe(fits);
  });

  it.each([
    ['1001', 'sip:1001@anywhere.example:5070;transport=tcp', true],
    ['1001', 'sips:1001@10.0.0.1', true],
    ['1001', 'sip:10010@10.0.0.1', false],
    ['1001', 'sip:%31001@10.0.0.1', true],
    ['1001', 'sip:10.0.0.1', false],
    ['+46701234567', 'tel:+46-70-123.45.67;phone-context=x', true],
    ['*21', 'sip:*21@pbx', true],
    ['#9', 'sip:%239@pbx', true],
    ['front-door', 'sip:front-door@pbx', true],
    ['Guard', 'sip:guard@pbx', false],
  ])('that is an extension is the user at any host: %s and %s: %s', (text, uri, fits) => {
    expect(pattern(text).matches(uri)).toBe(fits);
  });

  it.each([
    ['1001-1010', 'sip:1001@a', true],
    ['1001-1010', 'sip:1010@a', true],
    ['1001-1010', 'sip:1000@a', false],
    ['1001-1010', 'sip:1011@a', false],
    ['1001-1010', 'sip:01005@a', false],
    ['1001-1010', 'sip:1005x@a', false],
    ['0001-0500', 'sip:0042@a', true],
    ['0001-0500', 'sip:42@a', false],
    ['90-110', 'sip:99@a', true],
    ['90-110', 'sip:100@a', true],
    ['90-110', 'sip:099@a', false],
    ['1-1000000', 'sip:777777@a', true],
  ])('that is a range takes the extensions within it: %s and %s: %s', (text, uri, fits) => {
    expect(pattern(text).matches(uri)).toBe(fits);
  });

  it.each([
    ['*', 'sip:1001@a', true],
    ['*', 'anonymous nonsense', true],
    ['', 'sip:1001@a', true],
    ['sip:1001@*', 'sip:1001@a:5061', true],
    ['sip:1001@*', 'sip:1002@a', false],
    ['sip:1001-1003@*', 'sip:1002@a', true],
    ['sip:*@pbx.example', 'sip:4711@pbx.example:5060', true],
    ['sip:*@pbx.example', 'sip:4711@other.example', false],
    ['sip:*@pbx.example:5070', 'sip:4711@pbx.example', false],
    ['sip:*@*', 'tel:112', false],
  ])('with a star takes any in its place: %s and %s: %s', (text, uri, fits) => {
    expect(pattern(text).matches(uri)).toBe(fits);
  });

  it('takes what any of several takes', () => {
    const several = pattern('1001, 1005-1007 , <sip:a,b@pbx.example>');
    const taken = ['1001', '1006', 'a,b'].map((user) => several.matches(`sip:${user}@pbx.example`));
    expect(taken).toEqual([true, true, true]);
    expect(several.matches('sip:1002@pbx.example')).toBe(false);
    expect(several.users).toEqual(['1001', '1005', '1006', '1007', 'a,b']);
  });

  it('counts its users only where they can be counted', () => {
    expect(pattern('1001').users).toEqual(['1001']);
    expect(pattern('sip:1001@10.0.0.1').users).toEqual(['1001']);
    expect(pattern('1-99999').users).toBeUndefined();
    expect(pattern('1001,*').users).toBeUndefined();
    expect(pattern('sip:*@pbx').users).toBeUndefined();
  });

  it('takes no address that cannot be read, unless it takes all', () => {
    expect(pattern('1001').matches('not a uri')).toBe(false);
    expect(pattern('sip:1001@a').matches('')).toBe(false);
  });

  it.each([
    ['1010-1001', /backwards/],
    ['1001,,1002', /missing/],
    ['1001,', /missing/],
    ['<>', /missing/],
    ['sip:', /not a complete SIP URI/],
    ['sip:@*', /no user/],
    ['01-100', /same number of digits/],
    ['1-1000000000000000', /more than 15 digits/],
    ['two words', /neither a SIP URI nor an extension/],
    ['http://example.com', /neither/],
  ])('is refused with the reason: %s', (text, words) => {
    expect(reason(text)).toMatch(words);
  });

  it('never throws, whatever is written or comes over the wire', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, uri) => {
        const compiled = compileAddressPattern(text);
        if (compiled.ok) expect(typeof compiled.pattern.matches(uri)).toBe('boolean');
        else expect(compiled.reason).not.toBe('');
      }),
    );
  });

  it('takes a URI whose user its count of users names, and no other', () => {
    const extension = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(extension, fc.nat(90), extension, (first, span, dialled) => {
        const range = pattern(`${first}-${first + span}`);
        expect(range.matches(`sip:${dialled}@a`)).toBe(range.users?.includes(String(dialled)));
      }),
    );
  });
});
