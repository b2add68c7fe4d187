import type { SipsirenError } from '../../base/errors.js';
import { contentLengthIn } from './content-length.js';
import { parseMessage } from './parse-message.js';
import { SipResponse } from './sip-response.js';
import { syntaxError } from './syntax-error.js';

/** What a stream holds, in its order. */
export type Frame =
  /** One whole message, for `parseMessage(bytes, 'stream')`. */
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** CRLF CRLF between messages: to be answered with CRLF (RFC 5626 section 4.4.1). */
  | { readonly kind: 'ping' }
  /** CRLF between messages: the answer to a ping. */
  | { readonly kind: 'pong' }
  /** Where the next message begins cannot be known any more: send the reply, if any, and close the connection. */
  | { readonly kind: 'broken'; readonly error: SipsirenError; readonly reply?: SipResponse };

/** How much one message may take of memory. */
export type FramerLimits = {
  /** Octets of start line and headers. Default 65536. */
  readonly head?: number;
  /** Octets of the body. Default 1048576. */
  readonly body?: number;
};

const CR = 0x0d;
const LF = 0x0a;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const SMALLEST_BUFFER = 4_096;
const NO_BYTES = Buffer.alloc(0);

/** Cuts a stream into messages by their Content-Length (RFC 3261 section 18.3), however it was chopped up on its way. */
export class StreamFramer {
  readonly #maxHead: number;
  readonly #maxBody: number;
  /** What came and is not given out yet lies from #start to #end. Octets once written are never moved within it. */
  #buffer: Buffer = NO_BYTES;
  #start = 0;
  #end = 0;
  /** Whether #buffer was made here and has room behind #end; else it is a chunk of somebody else. */
  #isOwn = false;
  /** Up to here no end of the headers was found. */
  #searched = 0;
  /** The length of the whole message, once its headers are there. */
  #length: number | undefined;
  /** A CRLF came that no second one has made a ping yet. */
  #halfPing = false;
  #isPongDue = false;
  #isBroken = false;

  constructor(limits: FramerLimits = {}) {
    this.#maxHead = limits.head ?? 65_536;
    this.#maxBody = limits.body ?? 1_048_576;
  }

  /** False while a message has begun and not ended: for a deadline against those who send it drop by drop. */
  get isEmpty(): boolean {
    return this.#end === this.#start;
  }

  /** Takes what came and gives what is complete. After `broken` nothing more is given. */
  push(chunk: Buffer): readonly Frame[] {
    if (this.#isBroken) return [];
    this.#take(chunk);
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
      frames.push(frame);
      if (frame.kind === 'broken') break;
    }
    return frames;
  }

  #take(chunk: Buffer): void {
    const held = this.#end - this.#start;
    if (held === 0) {
      this.#adopt(chunk, 0, chunk.length, false);
      return;
    }
    if (!this.#isOwn || this.#end + chunk.length > this.#buffer.length) this.#grow(held, chunk.length);
    chunk.copy(this.#buffer, this.#end);
    this.#end += chunk.length;
  }

  /** Moves what is held to a buffer of twice the need: an octet is moved a bounded number of times. */
  #grow(held: number, more: number): void {
    const roomier = Buffer.allocUnsafe(Math.max(SMALLEST_BUFFER, 2 * (held + more)));
    this.#buffer.copy(roomier, 0, this.#start, this.#end);
    this.#searched -= this.#start;
    this.#adopt(roomier, 0, held, true);
  }

  #adopt(buffer: Buffer, start: number, end: number, isOwn: boolean): void {
    if (!isOwn) this.#searched = start;
    this.#buffer = buffer;
    this.#start = start;
    this.#end = end;
    this.#isOwn = isOwn;
  }

  #next(): Frame | undefined {
    return this.#length === undefined
      ? (this.#nextLineBreak() ?? this.#nextMessage())
      : this.#nextBody(this.#length);
  }

  /** A ping or pong before the message, if there is one. */
  #nextLineBreak(): Frame | undefined {
    while (this.#buffer[this.#start] === CR && this.#start + 1 < this.#end) {
      if (this.#buffer[this.#start + 1] !== LF) break;
      this.#advance(2);
      this.#isPongDue = !this.#halfPing;
      this.#halfPing = !this.#halfPing;
      if (!this.#halfPing) return { kind: 'ping' };
    }
    // A pong is given at once. Should it turn out to have been half a ping, the ping is given too.
    const isPong = this.#isPongDue;
    this.#isPongDue = false;
    if (this.#end > this.#start && this.#buffer[this.#start] !== CR) this.#halfPing = false;
    return isPong ? { kind: 'pong' } : undefined;
  }

  #nextMessage(): Frame | undefined {
    const found = this.#findEndOfHead();
    const headLength = (found < 0 ? this.#end : found + 4) - this.#start;
    if (headLength > this.#maxHead) return this.#break(syntaxError('message', 'the headers are too long'));
    if (found < 0) return undefined;
    const contentLength = contentLengthIn(this.#buffer, this.#start, found);
    if (contentLength === undefined) return this.#breakAfterHead(headLength);
    if (contentLength > this.#maxBody) return this.#breakAfterHead(headLength, 413);
    this.#length = headLength + contentLength;
    return this.#nextBody(this.#length);
  }

  #findEndOfHead(): number {
    const found = this.#buffer.subarray(0, this.#end).indexOf(END_OF_HEAD, this.#searched);
    if (found < 0) this.#searched = Math.max(this.#start, this.#end - 3);
    return found;
  }

  #nextBody(length: number): Frame | undefined {
    if (this.#end - this.#start < length) return undefined;
    const bytes = this.#buffer.subarray(this.#start, this.#start + length);
    this.#length = undefined;
    this.#advance(length);
    return { kind: 'message', bytes };
  }

  #advance(count: number): void {
    this.#start += count;
    this.#searched = this.#start;
  }

  /** The parser knows best what is wrong with the head, and what to answer. */
  #breakAfterHead(headLength: number, status?: number): Frame {
    const result = parseMessage(this.#buffer.subarray(this.#start, this.#start + headLength), 'stream');
    if (result.ok)
      return this.#break(syntaxError('Content-Length', 'the length of the message is not clear'));
    const { error, reply } = result;
    if (reply === undefined || status === undefined) return this.#break(error, reply);
    return this.#break(error, new SipResponse({ status, headers: reply.headers }));
  }

  #break(error: SipsirenError, reply?: SipResponse): Frame {
    this.#isBroken = true;
    this.#adopt(NO_BYTES, 0, 0, false);
    return reply === undefined ? { kind: 'broken', error } : { kind: 'broken', error, reply };
  }
}
