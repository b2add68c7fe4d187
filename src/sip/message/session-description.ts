import { SipsirenError } from '../../base/errors.js';
import { contentTypeField, type MediaType } from './fields/content-type.js';
import type { HeaderList } from './header-list.js';
import { parseMultipart } from './multipart.js';
import type { SipMessage } from './sip-message.js';

/** How deep multipart bodies may stand in each other before nobody looks any further. */
const DEEPEST = 4;

/**
 * The session description in a message: its body, or the first part of that type in a multipart body.
 * `undefined` where there is none, also where the multipart body is malformed.
 */
export function sdpOf(message: SipMessage): string | undefined {
  if (message.body.length === 0) return undefined;
  // A body without Content-Type is one of the time before it was mandatory (RFC 2543): then it was SDP.
  return find(message.headers, message.body, DEEPEST, 'application/sdp');
}

function find(headers: HeaderList, body: Buffer, depth: number, assumed: string): string | undefined {
  const kind: MediaType | undefined = headers.read(contentTypeField);
  const type = kind?.type ?? assumed;
  if (type === 'application/sdp') return body.toString('utf8');
  const boundary = kind?.parameters.get('boundary');
  if (!type.startsWith('multipart/') || boundary === undefined || depth === 0) return undefined;
  return findInParts(body, boundary, depth);
}

function findInParts(body: Buffer, boundary: string, depth: number): string | undefined {
  try {
    for (const part of parseMultipart(body, boundary)) {
      // RFC 2046 section 5.1: a part without Content-Type is plain text.
      const description = find(part.headers, part.body, depth - 1, 'text/plain');
      if (description !== undefined) return description;
    }
  } catch (error) {
    if (error instanceof SipsirenError) return undefined;
    throw error;
  }
  return undefined;
}
