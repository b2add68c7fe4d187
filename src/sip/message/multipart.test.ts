import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatMultipart, HeaderList, parseMultipart, sdpOf, SipResponse, type Part } from './index.js';

const part = (type: string, body: string): Part => ({
  headers: new HeaderList([['Content-Type', type]]),
  body: Buffer.from(body),
});

describe('parseMultipart', () => {
  it('leaves preamble and epilogue out and takes padding and parts without headers', () => {
    const body = 'before\r\n--b  \r\n\r\nplain\r\n--b\r\nContent-Type: x/y\r\n\r\n--bb\r\n--b-- \r\nafter';
    const parts = parseMultipart(Buffer.from(body), 'b');
    expect(parts.map((one) => [one.headers.first('c'), one.body.toString()])).toEqual([
      [undefined, 'plain'],
      ['x/y', '--bb'],
    ]);
  });

  it.each([
    ['no boundary', 'nothing', 'b'],
    ['no end', '--b\r\n\r\nx\r\n', 'b'],
    ['malformed headers', '--b\r\nnot a header\r\n\r\nx\r\n--b--', 'b'],
    ['an empty boundary', '----', ''],
    ['a boundary that is too long', '--', 'b'.repeat(71)],
  ])('refuses a body with %s', (_what, body, boundary) => {
    expect(() => parseMultipart(Buffer.from(body), boundary)).toThrow(
      expect.objectContaining({ code: 'SIP_SYNTAX' }),
    );
  });

  it('reads what was written, octet by octet', () => {
    const octets = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(octets, { minLength: 1, maxLength: 4 }), (bodies) => {
        const parts = bodies.map((body) => ({ headers: new HeaderList([['Content-Type', 'a/b']]), body }));
        const again = parseMultipart(
          formatMultipart(parts, 'a-boundary.nobody.uses'),
          'a-boundary.nobody.uses',
        );
        expect(again.map(({ body }) => body.toString('hex'))).toEqual(
          bodies.map((body) => body.toString('hex')),
        );
      }),
    );
  });
});

describe('sdpOf', () => {
  const carrying = (contentType: string | undefined, body: Buffer | string): SipResponse =>
    new SipResponse({
      status: 200,
      headers: contentType === undefined ? [] : [['Content-Type', contentType]],
      body,
    });

  it('finds the description in the body, in a part, and in a part of a part', () => {
    expect(sdpOf(carrying('Application/SDP;charset=utf-8', 'v=0'))).toBe('v=0');
    expect(sdpOf(carrying(undefined, 'v=0'))).toBe('v=0');
    const inner = formatMultipart([part('text/plain', 'hi'), part('application/sdp', 'v=0')], 'in');
    expect(sdpOf(carrying('multipart/mixed;boundary="in"', inner))).toBe('v=0');
    const outer = formatMultipart([part('multipart/alternative;boundary=in', inner.toString())], 'out');
    expect(sdpOf(carrying('multipart/mixed;boundary=out', outer))).toBe('v=0');
  });

  it('finds none where there is none', () => {
    expect(sdpOf(carrying('application/sdp', ''))).toBeUndefined();
    expect(sdpOf(carrying('text/plain', 'v=0'))).toBeUndefined();
    expect(sdpOf(carrying('multipart/mixed', '--b'))).toBeUndefined();
    expect(sdpOf(carrying('multipart/mixed;boundary=b', '--c'))).toBeUndefined();
    const untyped = '--b\r\n\r\nv=0\r\n--b--';
    expect(sdpOf(carrying('multipart/mixed;boundary=b', untyped))).toBeUndefined();
  });

  it('looks only so deep', () => {
    let body: Buffer = Buffer.from('v=0');
    let type = 'application/sdp';
    for (let depth = 0; depth < 6; depth += 1) {
      body = formatMultipart([part(type, body.toString())], `b${depth}`);
      type = `multipart/mixed;boundary=b${depth}`;
    }
    expect(sdpOf(carrying(type, body))).toBeUndefined();
  });
});
