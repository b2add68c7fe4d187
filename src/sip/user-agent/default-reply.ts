import type { SipRequest } from '../message/index.js';
import { ACCEPTED_CONTENT } from './inspection.js';
import { refusalOf } from './methods.js';
import type { SessionReply } from './session.js';

const OK: SessionReply = { status: 200 };

/** The answer to a request within a dialog that nobody above wanted to answer. */
export function defaultReply(request: SipRequest): SessionReply {
  switch (request.method) {
    case 'OPTIONS':
      return { status: 200, headers: ACCEPTED_CONTENT };
    case 'INFO':
      // An INFO without a body only asks whether we are there; a body that nobody reads is not accepted (RFC 6086 section 4.2.2).
      return request.body.length === 0 ? OK : { status: 415, headers: [['Accept', '']] };
    default:
      return { status: refusalOf(request.method) };
  }
}
