import type { MessageContent, MessageReply } from '../signaling-message.js';
import { readCpim } from './cpim.js';

/** What is taken, as a 415 says it. */
export const ACCEPTED_MESSAGES = 'text/plain, message/cpim';

/** Octets in the body of a message; RFC 3428 section 8 allows 1,300 for the whole request on most ways. */
const MOST_OCTETS = 4_096;

/** A message as it can be read, or how it is refused. */
export type MessageText =
  | { readonly ok: true; readonly contentType: string; readonly text: string }
  | { readonly ok: false; readonly reply: MessageReply };

/** Reads a message: plain text in any character set that is known, also within message/cpim (RFC 3862). */
export function readMessage({ contentType, charset, encoding, body }: MessageContent): MessageText {
  if (body.length > MOST_OCTETS) {
    return refused({ status: 413, warning: `a message may have ${MOST_OCTETS} octets` });
  }
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    return unsupported(`the encoding ${encoding} is not known`);
  }
  if (contentType === 'message/cpim') {
    const inner = readCpim(body);
    if (inner === undefined) return refused({ status: 400, warning: 'the message/cpim is malformed' });
    return readText(inner.contentType, inner.charset, inner.body);
  }
  return readText(contentType, charset, body);
}

/** A type is required with a body (RFC 3261 section 20.15), but what comes without is text. */
function readText(contentType = 'text/plain', charset: string | undefined, body: Uint8Array): MessageText {
  if (contentType !== 'text/plain') return unsupported(`${contentType} is not taken`);
  const text = decoded(body, charset ?? 'utf-8');
  return text === undefined
    ? unsupported(`the character set ${charset} is not known`)
    : { ok: true, contentType, text: readable(text) };
}

function decoded(body: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return undefined;
  }
}

/** Control characters but line breaks and tabs would only disturb whoever shows or logs the text. */
function readable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(/(?![\n\t])\p{Cc}/gu, '');
}

function unsupported(warning: string): MessageText {
  return refused({ status: 415, accept: ACCEPTED_MESSAGES, warning });
}

function refused(reply: MessageReply): MessageText {
  return { ok: false, reply };
}
