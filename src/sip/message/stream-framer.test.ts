import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StreamFramer, type Frame } from './index.js';

const message = (body: string, length = `Content-Length: ${Buffer.byteLength(body)}`): string =>
  `MESSAGE sip:a@h SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nX: content-length: 7\r\n${length}\r\n\r\n${body}`;

const textOf = (frames: readonly Frame[]): string[] =>
  frames.map((frame) => (frame.kind === 'message' ? frame.bytes.toString() : frame.kind));

const push = (framer: StreamFramer, text: string): string[] => textOf(framer.push(Buffer.from(text)));

describe('StreamFramer', () => {
  it('cuts several messages out of one chunk', () => {
    const framer = new StreamFramer();
    expect(push(framer, message('one') + message('') + message('two').slice(0, 30))).toEqual([
      message('one'),
      message(''),
    ]);
    expect(framer.isEmpty).toBe(false);
    expect(push(framer, message('two').slice(30))).toEqual([message('two')]);
    expect(framer.isEmpty).toBe(true);
  });

  it.each(['l:3', 'L :  3  ', 'CONTENT-length\t: 003', 'Content-Length:\r\n 3'])(
    'understands %j',
    (length) => {
      expect(push(new StreamFramer(), message('abc', length))).toEqual([message('abc', length)]);
    },
  );

  it.each([
    'X: 1',
    'Content-Length: -3',
    'Content-Length: 3x',
    'Content-Length: 3 3',
    'l: 3\r\nContent-Length: 4',
    'l:',
  ])('is broken by %j, answers 400 and stays broken', (length) => {
    const framer = new StreamFramer();
    const [frame] = framer.push(
      Buffer.from(
        message('abc', `From: <sip:b@h>\r\nTo: <sip:a@h>\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\n${length}`),
      ),
    );
    expect(frame).toMatchObject({ kind: 'broken', error: { code: 'SIP_SYNTAX' }, reply: { status: 400 } });
    expect(push(framer, message('abc'))).toEqual([]);
    expect(framer.isEmpty).toBe(true);
  });

  it('is broken by what is no SIP, and has no answer to it', () => {
    const frames = new StreamFramer().push(Buffer.from('GET / HTTP/1.1\r\nHost: h\r\n\r\n'));
    expect(frames).toEqual([{ kind: 'broken', error: expect.objectContaining({ code: 'SIP_SYNTAX' }) }]);
  });

  it('is broken by headers without end and by bodies that are too large', () => {
    const limits = { head: 200, body: 10 };
    const endless = new StreamFramer(limits);
    expect(push(endless, 'X'.repeat(200))).toEqual([]);
    expect(push(endless, 'X')).toEqual(['broken']);
    const long = new StreamFramer(limits);
    expect(push(long, message('', `Subject: ${'x'.repeat(200)}\r\nl: 0`))).toEqual(['broken']);
    expect(push(new StreamFramer(limits), message('x'.repeat(10)))).toHaveLength(1);
    const [frame] = new StreamFramer(limits).push(Buffer.from(message('', 'l: 11')));
    expect(frame).toMatchObject({ kind: 'broken', reply: { status: 413 } });
  });

  it('tells pings from pongs', () => {
    const framer = new StreamFramer();
    expect(push(framer, '\r\n\r\n')).toEqual(['ping']);
    expect(push(framer, '\r\n')).toEqual(['pong']);
    expect(push(framer, `${message('a')}\r\n${message('b')}\r\n\r\n`)).toEqual([
      message('a'),
      'pong',
      message('b'),
      'ping',
    ]);
    expect(framer.isEmpty).toBe(true);
  });

  it('answers a ping that comes in pieces', () => {
    const framer = new StreamFramer();
    expect(push(framer, '\r')).toEqual([]);
    expect(push(framer, '\n\r').filter((kind) => kind === 'ping')).toEqual([]);
    expect(push(framer, '\n')).toEqual(['ping']);
  });

  it('gives the same messages and pings however the stream is cut', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }).map((body) => message(body)),
      fc.constantFrom('\r\n\r\n'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.array(fc.nat(400)), (pieces, cuts) => {
        const stream = Buffer.from(pieces.join(''));
        const framer = new StreamFramer();
        const frames: string[] = [];
        let start = 0;
        for (const end of [...new Set(cuts)].sort((one, other) => one - other).concat(stream.length)) {
          // A copy, overwritten afterwards: the framer must not hold on to what it was lent and has given out.
          frames.push(...textOf(framer.push(Buffer.from(stream.subarray(start, end)))));
          start = Math.max(start, Math.min(end, stream.length));
        }
        expect(frames.filter((frame) => frame !== 'pong')).toEqual(
          pieces.map((text) => (text === '\r\n\r\n' ? 'ping' : text)),
        );
        expect(framer.isEmpty).toBe(true);
      }),
    );
  });

  it('takes a large message octet by octet in linear time', () => {
    const bytes = Buffer.from(message('b'.repeat(300_000), `Subject: ${'x'.repeat(60_000)}\r\nl: 300000`));
    const framer = new StreamFramer();
    const before = process.cpuUsage();
    let given: readonly Frame[] = [];
    for (let index = 0; index < bytes.length; index += 1)
      given = framer.push(bytes.subarray(index, index + 1));
    const { user } = process.cpuUsage(before);
    expect(textOf(given)).toEqual([bytes.toString()]);
    expect(user).toBeLessThan(2_000_000);
  });

  it('leaves what it gave out untouched when more comes', () => {
    const framer = new StreamFramer();
    const bytes = Buffer.from(message('first') + message('second'));
    framer.push(bytes.subarray(0, 50));
    const [first] = framer.push(bytes.subarray(50, bytes.length - 1));
    for (let count = 0; count < 100; count += 1) framer.push(bytes.subarray(bytes.length - 1).fill('d'));
    expect(first?.kind === 'message' && first.bytes.toString()).toBe(message('first'));
  });
});
