import { SipsirenError } from '../../base/errors.js';
import { contactField, fromField, recordRouteField, routeField, toField } from './fields/address.js';
import { callIdField } from './fields/call-id.js';
import { contentTypeField } from './fields/content-type.js';
import { cseqField } from './fields/cseq.js';
import { expiresField, maxForwardsField } from './fields/number.js';
import { viaField } from './fields/via.js';
import { Head } from './head.js';
import type { HeaderField } from './header-field.js';
import { bitOf } from './header-name.js';
import { isKeepAlive } from './keep-alive.js';
import { refusalOf } from './refusal.js';
import type { SipMessage } from './sip-message.js';
import { SipRequest } from './sip-request.js';
import { SipResponse } from './sip-response.js';
import { isSipTwo, readRequestUri, readStartLine, type StartLine } from './start-line.js';
import { syntaxError } from './syntax-error.js';
import { decode } from './wire-text.js';

/** How a message came: in a datagram that ends with it, or cut out of a stream by Content-Length. */
export type Framing = 'datagram' | 'stream';

/** What is known of bytes that are no message. */
export type ParseFailure = {
  readonly ok: false;
  readonly error: SipsirenError;
  /** The stateless answer, where the bytes are a request that can be answered. */
  readonly reply?: SipResponse;
  /** The method, where the bytes are a request. */
  readonly method?: string;
};

/** What became of some bytes. */
export type ParseResult = { readonly ok: true; readonly message: SipMessage } | ParseFailure;

const CR = 0x0d;
const LF = 0x0a;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const NO_BYTES = Buffer.alloc(0);

/**
 * Reads a message and everything in it that others rely on: start line, Via, From, To, Call-ID, CSeq,
 * Max-Forwards, Expires, Contact, Route, Record-Route, Content-Type and Content-Length. The rest is read when
 * somebody asks for it. Never throws.
 */
export function parseMessage(bytes: Buffer, framing: Framing): ParseResult {
  const start = startOf(bytes);
  if (start === bytes.length) {
    return failed(isKeepAlive(bytes) ? 'a keep-alive' : 'nothing but line breaks');
  }
  const headEnd = bytes.indexOf(END_OF_HEAD, start);
  const text = decode(bytes, start, headEnd < 0 ? bytes.length : headEnd + 2);
  const lineEnd = text.indexOf('\r\n');
  const line = readStartLine(lineEnd < 0 ? text : text.slice(0, lineEnd));
  if (line === undefined) return failed('this is no SIP message');
  const head = new Head(text, lineEnd < 0 ? text.length : lineEnd + 2);
  if (headEnd < 0) head.fault ??= syntaxError('message', 'the empty line behind the headers is missing');
  const source = { bytes, start: headEnd < 0 ? bytes.length : headEnd + 4, framing };
  return line.kind === 'request' ? parseRequest(line, head, source) : parseResponse(line, head, source);
}

/** Line breaks before a message are ignored (RFC 3261 section 7.5). */
function startOf(bytes: Buffer): number {
  let start = 0;
  while (bytes[start] === CR || bytes[start] === LF) start += 1;
  return start;
}

function failed(what: string): ParseResult {
  return { ok: false, error: syntaxError('message', what) };
}

function parseRequest(line: StartLine & { kind: 'request' }, head: Head, source: BodySource): ParseResult {
  const { method } = line;
  let status = 400;
  try {
    if (!isSipTwo(line.version)) {
      status = line.version.length === line.version.trimEnd().length ? 505 : 400;
      throw syntaxError('Request-Line', 'the version is not SIP/2.0');
    }
    const uri = readRequestUri(line.uri);
    if (head.fault !== undefined) throw head.fault;
    const body = bodyOf(head.contentLength, source);
    const message = new SipRequest({ method, uri, headers: head.headers, body });
    readAtTheDoor(head);
    if (message.cseq.method !== method) throw syntaxError('CSeq', 'the method is not that of the request');
    return { ok: true, message };
  } catch (thrown) {
    const error = asSyntaxError(thrown);
    const reply = refusalOf(method, head.headers, status, error);
    return reply === undefined ? { ok: false, error, method } : { ok: false, error, method, reply };
  }
}

function parseResponse(line: StartLine & { kind: 'response' }, head: Head, source: BodySource): ParseResult {
  try {
    if (!isSipTwo(line.version)) throw syntaxError('Status-Line', 'the version is not SIP/2.0');
    if (head.fault !== undefined) throw head.fault;
    const body = bodyOf(head.contentLength, source);
    const message = new SipResponse({
      status: line.status,
      reason: line.reason,
      headers: head.headers,
      body,
    });
    readAtTheDoor(head);
    return { ok: true, message };
  } catch (thrown) {
    return { ok: false, error: asSyntaxError(thrown) };
  }
}

/** Where the body is to be found, should it be needed. */
type BodySource = { readonly bytes: Buffer; readonly start: number; readonly framing: Framing };

/** A datagram may hold more than its message (section 18.3), never less. */
function bodyOf(length: number | undefined, { bytes, start, framing }: BodySource): Buffer {
  if (length === 0) return NO_BYTES;
  if (length === undefined) {
    if (framing === 'stream') throw syntaxError('Content-Length', 'the header is missing on a stream');
    return start === bytes.length ? NO_BYTES : bytes.subarray(start);
  }
  if (start + length > bytes.length) throw syntaxError('Content-Length', 'the body is shorter than that');
  const body = bytes.subarray(start, start + length);
  // A chunk of a stream is shared by many messages; a body that is kept must not keep them all.
  return framing === 'stream' ? Buffer.from(body) : body;
}

/** What must be there, and what must be well-formed if it is there: every header that has a getter. */
const MANDATORY: readonly HeaderField<unknown>[] = [viaField, fromField, toField, callIdField, cseqField];
const OPTIONAL: readonly HeaderField<unknown>[] = [
  contactField,
  routeField,
  recordRouteField,
  contentTypeField,
  maxForwardsField,
  expiresField,
];
const OPTIONAL_BITS = OPTIONAL.map(({ name }) => bitOf(name));

/** Reads each of these headers once, so that no getter throws afterwards. */
function readAtTheDoor(head: Head): void {
  for (const field of MANDATORY) {
    if (head.headers.read(field) === undefined) throw syntaxError(field.name, 'the header is missing');
  }
  for (let index = 0; index < OPTIONAL.length; index += 1) {
    const field = OPTIONAL[index];
    if (field !== undefined && head.has(OPTIONAL_BITS[index] ?? 0)) head.headers.read(field);
  }
}

/** Anything but a syntax error would be a bug of the parser; it must not reach the transport as an exception. */
function asSyntaxError(thrown: unknown): SipsirenError {
  if (thrown instanceof SipsirenError) return thrown;
  return new SipsirenError('INTERNAL', 'The parser failed on a message.', { cause: thrown });
}
