import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMessage, serialise, SipRequest, type ParseFailure, type SipMessage } from './index.js';

const folder = join(import.meta.dirname, '../../../test/torture/messages');
const torture = readdirSync(folder).map((file) => readFileSync(join(folder, file)));

/** A request with some lines changed: `undefined` leaves a line out, an unknown name adds one. */
function text(
  changes: Readonly<Record<string, string | undefined>> = {},
  start = 'OPTIONS sip:a@h SIP/2.0',
): string {
  const lines: Record<string, string | undefined> = {
    Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
    From: '<sip:b@h>;tag=1',
    To: '<sip:a@h>',
    'Call-ID': 'c1',
    CSeq: '1 OPTIONS',
    ...changes,
  };
  const written = Object.entries(lines).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}\r\n`,
  );
  return `${start}\r\n${written.join('')}\r\n`;
}

function accepted(source: string | Buffer): SipMessage {
  const result = parseMessage(Buffer.from(source as string), 'datagram');
  if (!result.ok) throw result.error;
  return result.message;
}

function refused(source: string | Buffer): ParseFailure {
  const result = parseMessage(Buffer.from(source as string), 'datagram');
  if (result.ok) throw new Error('The message was taken.');
  return result;
}

const METHOD_CHANGE = { CSeq: '1 REGISTER', Contact: '*' };

describe('parseMessage', () => {
  it.each([
    ['nothing but what must be there', {}],
    ['a compact and oddly cased name', { CSeq: undefined, cSeQ: '1 OPTIONS', 'Call-ID': undefined, I: 'c1' }],
    ['headers that nobody knows', { 'X-Anything': ';;,,"', '!': 'x' }],
    ['Max-Forwards at its limits', { 'Max-Forwards': '255' }],
    ['CSeq at its limit', { CSeq: '2147483647 OPTIONS' }],
    ['Expires at its limit', { Expires: '4294967295' }],
    ['an empty Supported', { Supported: '' }],
  ])('takes %s', (_what, changes) => {
    expect(accepted(text(changes)).callId).toBe('c1');
  });

  it.each([
    ['Via', { Via: undefined }],
    ['From', { From: undefined }],
    ['To', { To: undefined }],
    ['Call-ID', { 'Call-ID': undefined }],
    ['CSeq', { CSeq: undefined }],
    ['Call-ID', { 'Call-ID': 'a b' }],
    ['Call-ID', { 'Call-ID': '' }],
    ['CSeq', { CSeq: '2147483648 OPTIONS' }],
    ['CSeq', { CSeq: '-1 OPTIONS' }],
    ['CSeq', { CSeq: '1OPTIONS' }],
    ['CSeq', { CSeq: '1 INVITE' }],
    ['Max-Forwards', { 'Max-Forwards': '256' }],
    ['Max-Forwards', { 'Max-Forwards': '7 0' }],
    ['Expires', { Expires: '4294967296' }],
    ['Contact', { Contact: '<sip:a@h>,' }],
    ['Contact', { Contact: '*, <sip:a@h>' }],
    ['Route', { Route: 'nonsense' }],
    ['Record-Route', { 'Record-Route': '<sip:p;lr>, <>' }],
    ['Content-Type', { 'Content-Type': 'application' }],
    ['Content-Length', { 'Content-Length': 'x' }],
    ['Content-Length', { 'Content-Length': '' }],
    ['Content-Length', { 'Content-Length': '1' }],
    ['Content-Length', { 'Content-Length': '99999999999999999999999' }],
    ['Content-Length', { 'Content-Length': '0', l: '0' }],
    ['To', { t: '<sip:a@h>' }],
    ['header', { 'No name': 'x' }],
    ['header', { Subject: 'a\nb' }],
    ['header', { Subject: 'a\rb' }],
  ])('refuses a malformed %s: %j', (path, changes) => {
    expect(refused(text(changes)).error).toMatchObject({ code: 'SIP_SYNTAX', path });
  });

  it('answers what it refuses with what the request says, and the same To tag each time', () => {
    const source = text({ 'Max-Forwards': '256', v: 'SIP/2.0/TCP proxy' });
    const { reply, method } = refused(source);
    expect(method).toBe('OPTIONS');
    expect(reply).toMatchObject({ status: 400, callId: 'c1', cseq: { sequence: 1, method: 'OPTIONS' } });
    expect(reply?.vias.map(({ host }) => host)).toEqual(['192.0.2.1', 'proxy']);
    expect(reply?.toTag).toMatch(/^[0-9a-f]+$/);
    expect(refused(source).reply?.toTag).toBe(reply?.toTag);
    expect(reply?.reason).toBe('Bad Request (Max-Forwards: the number is larger than 255)');
  });

  it('leaves the To tag of the request as it is in the answer', () => {
    expect(refused(text({ To: '<sip:a@h>;tag=x', Expires: '-' })).reply?.toTag).toBe('x');
    expect(refused(text({ To: '"open <sip:a@h>' })).reply?.headers.first('To')).toBe('"open <sip:a@h>');
  });

  it('answers neither an ACK, nor a response, nor what has no Via', () => {
    expect(refused(text({ CSeq: '1 BYE' }, 'ACK sip:a@h SIP/2.0')).reply).toBeUndefined();
    expect(refused(text({ CSeq: 'x' }, 'SIP/2.0 200 OK')).reply).toBeUndefined();
    expect(refused(text({ Via: undefined })).reply).toBeUndefined();
  });

  it('answers another version with 505, but not in a response', () => {
    expect(refused(text({}, 'OPTIONS sip:a@h SIP/3.0')).reply?.status).toBe(505);
    expect(refused(text({}, 'SIP/3.0 200 OK')).reply).toBeUndefined();
    expect(accepted(text({}, 'OPTIONS sip:a@h sip/2.0')).kind).toBe('request');
  });

  it.each([
    'GET / HTTP/1.1',
    'SIP/2.0 99 Too low',
    'SIP/2.0 700 Too high',
    'SIP/2.0 2000 OK',
    'SIP/2.0 20x OK',
    'SIP/2.0',
    'OPTIONS',
    'OPTIONS sip:a@h',
    'OP TIONS',
    '',
    'SIP/2.0 200 O\nK',
    ' OPTIONS sip:a@h SIP/2.0',
  ])('takes the start line %j for no SIP at all', (start) => {
    const { error, reply } = refused(text({}, start));
    expect([error.code, reply]).toEqual(['SIP_SYNTAX', undefined]);
  });

  it('reads a status line without the space before its empty phrase', () => {
    expect(accepted(text({}, 'SIP/2.0 200'))).toMatchObject({ status: 200, reason: '' });
  });

  it.each(['', '\0', '\r\n', '\r\n\r\n', '\n\n', '\r\n\r\n\r\n\r\n', '\0\0\0\0', 'x', '\r\nx'])(
    'has no answer to the datagram %j',
    (datagram) => {
      expect(refused(datagram)).toEqual({
        ok: false,
        error: expect.objectContaining({ code: 'SIP_SYNTAX' }),
      });
    },
  );

  it('ignores line breaks before the message and octets behind it', () => {
    const message = accepted(`\r\n\r\n${text({ 'Content-Length': '2' })}abcd`);
    expect(message.body.toString()).toBe('ab');
    expect(accepted(`${text()}rest`).body.toString()).toBe('rest');
  });

  it('wants Content-Length on a stream', () => {
    const result = parseMessage(Buffer.from(text()), 'stream');
    expect(result).toMatchObject({ ok: false, error: { path: 'Content-Length' }, reply: { status: 400 } });
  });

  it('joins folded lines', () => {
    const source = text({ Subject: 'one  \r\n\t two\r\n   \r\n three  ' });
    expect(accepted(source).headers.first('s')).toBe('one two three');
  });

  it('reads the star Contact', () => {
    const message = accepted(text(METHOD_CHANGE, 'REGISTER sip:h SIP/2.0'));
    expect([message.hasStarContact, message.contacts]).toEqual([true, []]);
  });

  it('gives octets that are no UTF-8 back as they came', () => {
    const source = Buffer.from(
      text({ Subject: 'caf\u00e9 \u00fc', From: '"J\u00fcrg" <sip:b@h>;tag=1' }),
      'latin1',
    );
    const message = accepted(source);
    expect(message.fromTag).toBe('1');
    expect(serialise(message).includes(Buffer.from('caf\u00e9 \u00fc', 'latin1'))).toBe(true);
  });

  it('keeps the octets of a body', () => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
    const source = Buffer.concat([Buffer.from(text({ 'Content-Length': '256' })), body]);
    expect(accepted(source).body.equals(body)).toBe(true);
  });
});

/** None of the getters may throw for a message that was taken. */
function readEverything(message: SipMessage): void {
  const tags = [
    message.fromTag ?? '',
    message.toTag ?? '',
    message.contentType ?? '',
    message.topVia.branch ?? '',
  ];
  expect(tags.every((tag) => !/[\r\n]/.test(tag))).toBe(true);
  expect(message.callId).not.toBe('');
  expect(message.cseq.sequence).toBeLessThan(2 ** 31);
  expect([message.contacts, message.routes, message.recordRoutes].every(Array.isArray)).toBe(true);
  expect(message.contentTypeParameters.size + Number(message.hasStarContact)).toBeGreaterThanOrEqual(0);
  if (message.kind === 'request') message.markReceived('192.0.2.77', 5_060);
  else expect(message.status).toBeGreaterThanOrEqual(100);
}

describe('parseMessage and the hostile wire', () => {
  /** Whatever it says, it says it without throwing, and what it takes can be written and read again. */
  function holds(bytes: Buffer): void {
    for (const framing of ['datagram', 'stream'] as const) {
      const result = parseMessage(bytes, framing);
      if (result.ok) {
        readEverything(result.message);
        const again = parseMessage(serialise(result.message), 'stream');
        if (!again.ok) throw again.error;
        expect(serialise(again.message).equals(serialise(result.message))).toBe(true);
      } else {
        expect(result.error.code).toBe('SIP_SYNTAX');
        if (result.reply !== undefined) expect(serialise(result.reply).length).toBeGreaterThan(0);
      }
    }
  }

  it('survives random octets', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => holds(Buffer.from(bytes))));
  });

  it('survives messages of RFC 4475 with octets changed, taken out and put in', () => {
    const change = fc.record({
      at: fc.nat(),
      cut: fc.integer({ min: 0, max: 20 }),
      put: fc.oneof(
        fc.constantFrom(
          '\r',
          '\n',
          '\r\n',
          '\r\n ',
          ',',
          ';',
          '"',
          '<',
          '>',
          ':',
          '%',
          '\\',
          '@',
          '[',
          ' ',
          '=',
          '?',
        ),
        fc.string({ unit: 'binary', maxLength: 5 }),
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...torture),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (source, changes) => {
          let bytes = source;
          for (const { at, cut, put } of changes) {
            const index = at % bytes.length;
            bytes = Buffer.concat([bytes.subarray(0, index), Buffer.from(put), bytes.subarray(index + cut)]);
            if (bytes.length === 0) return;
          }
          holds(bytes);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['spaces', ' '.repeat(60_000)],
    ['folds', '\r\n '.repeat(20_000)],
    ['commas', ','.repeat(60_000)],
    ['quotes', '"'.repeat(60_000)],
    ['backslashes', `"${'\\'.repeat(60_000)}`],
    ['brackets', '<'.repeat(60_000)],
    ['semicolons', '<sip:a@h>;'.repeat(6_000)],
    ['parameters', `<sip:a@h${';a=b'.repeat(14_000)}>`],
    ['escapes', `<sip:${'%41'.repeat(20_000)}@h>`],
    ['colons', ':'.repeat(60_000)],
    ['at signs', `<sip:${'@'.repeat(60_000)}`],
    ['lines', 'x\r\nA:'.repeat(10_000)],
    ['line feeds', 'x\nA:'.repeat(12_000)],
    ['carriage returns', 'x\rA:'.repeat(12_000)],
    ['octets that are no UTF-8', '\udcff'.repeat(20_000)],
    ['lines of one header', 'SIP/2.0/UDP h\r\nVia:'.repeat(3_000)],
  ])('reads 64 KiB of %s in linear time', (_what, hostile) => {
    for (const name of ['Via', 'From', 'Contact', 'Subject']) {
      const bytes = Buffer.from(text({ [name]: hostile }), 'utf8');
      const before = process.cpuUsage();
      holds(bytes);
      const { user, system } = process.cpuUsage(before);
      // Four readings and writings; a quadratic one would take seconds.
      expect(user + system).toBeLessThan(400_000);
    }
  });
});

describe('a request made by hand', () => {
  it('names what is missing when it is asked for it', () => {
    const request = new SipRequest({ method: 'OPTIONS', uri: accepted(text()).to.uri });
    expect(() => request.topVia).toThrow(expect.objectContaining({ code: 'SIP_SYNTAX', path: 'Via' }));
    expect(() => request.callId).toThrow(expect.objectContaining({ path: 'Call-ID' }));
    expect([request.contacts, request.routes, request.recordRoutes, request.hasStarContact]).toEqual([
      [],
      [],
      [],
      false,
    ]);
    expect(request.contentTypeParameters.size).toBe(0);
  });
});
