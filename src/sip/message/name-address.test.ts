import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NameAddress, parseNameAddress, quote, sipUri, unquote } from './index.js';

describe('parseNameAddress', () => {
  it.each([
    [
      '"A. G. Bell" <sip:agb@bell-telephone.com> ;tag=a48s',
      'A. G. Bell',
      'sip:agb@bell-telephone.com',
      'a48s',
    ],
    [
      'sip:+12125551212@server.phone2net.com;tag=887s',
      undefined,
      'sip:+12125551212@server.phone2net.com',
      '887s',
    ],
    ['Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8', 'Anonymous', 'sip:c8oqz84zk7z@privacy.org', 'hyh8'],
    ['<sip:a@h;lr>', undefined, 'sip:a@h;lr', undefined],
    ['  <sip:a@h>  ', undefined, 'sip:a@h', undefined],
    ['"say \\"hi\\" \\\\" <sip:a@h>', 'say "hi" \\', 'sip:a@h', undefined],
    ['"" <sip:a@h>', '', 'sip:a@h', undefined],
    ['Zoë Müller <sip:a@h>;tag=1', 'Zoë Müller', 'sip:a@h', '1'],
    ['Mr. Watson<sip:a@h>', 'Mr. Watson', 'sip:a@h', undefined],
    ['"<;,>" <sip:a@[::1]:5060;x=y>;p="a;b,c"; tag = t', '<;,>', 'sip:a@[::1]:5060;x=y', 't'],
    ['<tel:+15551234>;tag=x', undefined, 'tel:+15551234', 'x'],
  ])('reads %s', (text, displayName, uri, tag) => {
    const address = parseNameAddress(text);
    expect(address.displayName).toBe(displayName);
    expect(address.uri.toString()).toBe(uri);
    expect(address.tag).toBe(tag);
  });

  it.each([
    '',
    '<sip:a@h',
    '"a <sip:a@h>',
    '"a" sip:a@h',
    'Bell, Alexander <sip:a@h>',
    'a"b <sip:a@h>',
    '< sip:a@h >',
    'sip:a@h?x=y',
    '<sip:a@h>;',
    '<sip:a@h>;=x',
    '<sip:a@h>;tag=',
    '<sip:a@h>;tag="x',
    '<sip:a@h> trailing',
    '<sip:a@h>, <sip:b@h>',
  ])('refuses %j', (text) => {
    expect(() => parseNameAddress(text, 'From')).toThrow(expect.objectContaining({ path: 'From' }));
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.option(fc.string({ unit: 'binary' }), { nil: undefined }), (displayName) => {
        const address = new NameAddress({ displayName, uri: sipUri({ user: 'a', host: 'h' }), tag: 'x1' });
        const again = parseNameAddress(address.toString());
        expect(again.displayName).toBe(displayName);
        expect(again.tag).toBe('x1');
        expect(again.toString()).toBe(address.toString());
      }),
    );
  });
});

describe('quote', () => {
  it('is undone by unquote for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => unquote(quote(text)) === text));
  });

  it('leaves text without quotes alone', () => {
    expect(unquote('plain\\text')).toBe('plain\\text');
  });
});
