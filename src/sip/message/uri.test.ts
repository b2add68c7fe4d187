import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatUri, isSipUri, parseUri, Parameters, sipUri, type SipUri } from './index.js';

function sip(text: string): SipUri {
  const uri = parseUri(text);
  if (!isSipUri(uri)) throw new Error(`${text} is no SIP URI`);
  return uri;
}

describe('parseUri', () => {
  it('reads every part of a SIP URI', () => {
    const uri = sip(
      'sips:alice:secret@Example.COM:5071;transport=TCP;lr?subject=project%20x&priority=urgent',
    );
    expect(uri).toMatchObject({
      scheme: 'sips',
      user: 'alice',
      password: 'secret',
      host: 'example.com',
      port: 5071,
    });
    expect(uri.transport).toBe('tcp');
    expect(uri.parameters.has('LR')).toBe(true);
    expect([...uri.headers.rawEntries()]).toEqual([
      ['subject', 'project%20x'],
      ['priority', 'urgent'],
    ]);
  });

  it.each([
    ['sip:example.com', undefined, 'example.com', undefined],
    ['SIP:1001@192.0.2.4', '1001', '192.0.2.4', undefined],
    ['sip:1001@[2001:DB8::1]:5060', '1001', '2001:db8::1', 5060],
    ['sip:[::1]', undefined, '::1', undefined],
    ['sip:*21#@pbx', '*21#', 'pbx', undefined],
    ['sip:user?x=y/z;p=1@host_1', 'user?x=y/z;p=1', 'host_1', undefined],
    ['sip:+1-212-555-1212:1234@gateway.com;user=phone', '+1-212-555-1212', 'gateway.com', undefined],
  ])('reads %s', (text, user, host, port) => {
    expect(sip(text)).toMatchObject({ user, host, port });
  });

  it('keeps equals signs in the value of a parameter', () => {
    expect(sip('sip:a@b;token=YQ==').parameters.get('token')).toBe('YQ==');
  });

  it('keeps other schemes as they are', () => {
    expect(parseUri('tel:+1-201-555-0123;phone-context=x')).toMatchObject({
      kind: 'opaque',
      scheme: 'tel',
      rest: '+1-201-555-0123;phone-context=x',
    });
  });

  it.each([
    '',
    'sip',
    'sip:',
    'sip:@host',
    'sip:user@',
    'sip:us er@host',
    'sip:user@ho st',
    'sip:us%zer@host',
    'sip:us%4@host',
    'sip:user@host:',
    'sip:user@host:0',
    'sip:user@host:65536',
    'sip:user@host:99999999999999999999',
    'sip:user@[::1',
    'sip:user@[zz]',
    'sip:user@-host',
    'sip:user@host;',
    'sip:user@host;;lr',
    'sip:user@host;a=%4',
    'sip:user@host?',
    'sip:a@b@c',
    'sip:usér@host',
    '<sip:user@host>',
    'sip:user@host>',
    '1tel:5',
    'tel:',
    'tel:5 5',
    'alan@example.com',
  ])('refuses %j', (text) => {
    expect(() => parseUri(text, 'To')).toThrow(expect.objectContaining({ code: 'SIP_SYNTAX', path: 'To' }));
  });
});

describe('sipUri', () => {
  it('escapes what may not stand in the user part, once', () => {
    const uri = sipUri({ user: 'Jürgen @home%', host: 'Example.org', port: 5060, transport: 'tcp' });
    expect(formatUri(uri)).toBe('sip:J%C3%BCrgen%20%40home%25@example.org:5060;transport=tcp');
    expect(uri.decodedUser).toBe('Jürgen @home%');
    expect(sipUri({ user: uri.user, host: 'h' }).user).toBe(uri.user);
  });

  it('escapes what may not stand in parameters and headers', () => {
    const parameters = Parameters.of([['x;y', 'a b']]);
    expect(sipUri({ host: 'h', parameters, headers: parameters }).toString()).toBe(
      'sip:h;x%3By=a%20b?x%3By=a%20b',
    );
  });

  it('leaves escapes that are no UTF-8 out of what a person reads', () => {
    expect(sip('sip:%ff%41@host').decodedUser).toBe('%ffA');
  });
});

describe('what was built or read', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  const built = fc.record({
    scheme: fc.constantFrom('sip' as const, 'sips' as const),
    user: fc.option(fc.string({ unit: 'grapheme', minLength: 1 }), { nil: undefined }),
    host,
    port: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
    parameters: fc
      .array(fc.tuple(name, fc.option(fc.string({ minLength: 1 }), { nil: undefined })))
      .map((list) => Parameters.of(list)),
  });

  it('is read as what it was built of', () => {
    fc.assert(
      fc.property(built, (parts) => {
        const uri = sipUri(parts);
        const again = sip(formatUri(uri));
        expect(formatUri(again)).toBe(formatUri(uri));
        expect(again.user).toBe(uri.user);
        expect(again.host).toBe(uri.host);
        expect([...again.parameters.rawEntries()]).toEqual([...uri.parameters.rawEntries()]);
      }),
    );
  });

  it('never throws anything but a syntax error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          expect(typeof formatUri(parseUri(`sip:${text}`))).toBe('string');
        } catch (error) {
          expect(error).toMatchObject({ code: 'SIP_SYNTAX' });
        }
      }),
    );
  });
});
