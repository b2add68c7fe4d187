import { describe, expect, it } from '@jest/globals';
import { parseUri, uriEquals } from './index.js';

/** Compares both ways round: equality must not depend on the order. */
function equal(one: string, other: string): boolean {
  const forth = uriEquals(parseUri(one), parseUri(other));
  expect(uriEquals(parseUri(other), parseUri(one))).toBe(forth);
  return forth;
}

describe('uriEquals, the examples of RFC 3261 section 19.1.4', () => {
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
  ])('%s equals %s', (one, other) => {
    expect(equal(one, other)).toBe(true);
  });

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
  ])('%s differs from %s', (one, other) => {
    expect(equal(one, other)).toBe(false);
  });
});

describe('uriEquals, further', () => {
  it.each([
    ['sip:a@h', 'sips:a@h', false],
    ['sip:a@h', 'sip:h', false],
    ['sip:a:x@h', 'sip:a@h', false],
    ['sip:a%3bb@h', 'sip:a%3Bb@h', true],
    ['sip:a%3Bb@h', 'sip:a;b@h', false],
    ['sip:a@h;user=phone', 'sip:a@h', false],
    ['sip:a@h;ttl=1', 'sip:a@h', false],
    ['sip:a@h;maddr=192.0.2.1', 'sip:a@h', false],
    ['sip:a@h;lr', 'sip:a@h;lr=true', false],
    ['sip:a@[2001:DB8::1]', 'sip:a@[2001:db8::1]', true],
    ['tel:+1-201-555-0123', 'tel:+12015550123', true],
    ['tel:5;b=1;a=2', 'TEL:5;a=2;b=1', true],
    ['tel:5', 'tel:6', false],
    ['urn:x', 'urn:X', false],
    ['urn:x', 'tel:x', false],
    ['tel:5', 'sip:5', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(equal(one, other)).toBe(expected);
  });
});
