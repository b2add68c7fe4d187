import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  NameAddress,
  Parameters,
  parseMessage,
  quote,
  serialise,
  SipRequest,
  SipResponse,
  sipUri,
  type HeaderLine,
  type SipMessage,
} from './index.js';

const token = fc.stringMatching(/^[A-Za-z0-9!%*_+`'~.-]{1,12}$/);
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
/** Any text that may stand in a header: no line break, no white space around it. */
const line = fc
  .string({ unit: 'binary', maxLength: 40 })
  .map((text) => text.replace(/[\r\n]/g, '').replace(/^[ \t]+|[ \t]+$/g, ''));

const uri = fc
  .record({
    user: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }), { nil: undefined }),
    host,
    port,
  })
  .map((parts) => sipUri(parts));
const parameters = fc
  .uniqueArray(
    fc.tuple(
      token,
      fc.oneof(fc.constant(undefined), token, fc.string({ unit: 'binary', maxLength: 8 }).map(headerQuote)),
    ),
    { selector: ([name]) => name.toLowerCase(), maxLength: 3 },
  )
  .map((list) => Parameters.of(list));
const address = fc
  .record({
    uri,
    displayName: fc.option(line, { nil: undefined }),
    parameters,
  })
  .map((parts) => new NameAddress(parts));
const extension = fc.tuple(
  token.map((name) => `X-${name}`),
  line,
);

function headerQuote(text: string): string {
  return quote(text.replace(/[\r\n]/g, ''));
}

const common = {
  from: address,
  to: address,
  callId: fc.stringMatching(/^[!-~]{1,20}$/),
  sequence: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  method: token,
  headers: fc.array(extension, { maxLength: 4 }),
  body: fc.uint8Array({ maxLength: 60 }),
};

const request = fc
  .record({ ...common, uri, via: host, port, branch: token })
  .map(({ via, port: viaPort, branch, ...parts }) => {
    const made = SipRequest.create(parts);
    made.setTopVia({ transport: 'udp', host: via, port: viaPort, branch, rport: true });
    return made;
  });
const response = fc
  .record({
    request,
    status: fc.integer({ min: 100, max: 699 }),
    reason: fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, '')),
    body: common.body,
    headers: common.headers,
  })
  .map(({ request: answered, status, ...options }) => SipResponse.to(answered, status, options));

/** Everything about a message that counts. */
function essence(message: SipMessage): unknown {
  return {
    start:
      message.kind === 'request' ? [message.method, String(message.uri)] : [message.status, message.reason],
    lines: [...message.headers.entries()],
    vias: message.vias.map(String),
    from: [message.from.displayName, String(message.from.uri), [...message.from.parameters.entries()]],
    to: [message.to.displayName, String(message.to.uri), [...message.to.parameters.entries()]],
    ids: [message.callId, message.cseq],
    body: message.body.toString('hex'),
  };
}

function read(bytes: Buffer): SipMessage {
  const result = parseMessage(bytes, 'datagram');
  if (!result.ok) throw result.error;
  return result.message;
}

describe('serialise', () => {
  it.each([
    ['requests', request],
    ['responses', response],
  ])('writes %s that are read as equal ones', (_what, messages: fc.Arbitrary<SipMessage>) => {
    fc.assert(
      fc.property(messages, (message) => {
        const bytes = serialise(message);
        const again = read(bytes);
        expect(essence(again)).toEqual(essence(message));
        expect(serialise(again).equals(bytes)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('writes the Content-Length of the body that is there, whatever the headers say', () => {
    const headers: HeaderLine[] = [['l', '99']];
    const message = new SipResponse({ status: 200, headers, body: 'äb' });
    expect(serialise(message).toString()).toBe('SIP/2.0 200 OK\r\nContent-Length: 3\r\n\r\näb');
  });
});
