import { quote, readLeniently, reasonField, type SipRequest } from '../message/index.js';
import type { HeaderLines } from './content.js';
import type { EndReason } from './session.js';

/** What a Reason header says, in the words of `SessionEnd`. */
export type ReasonGiven = { readonly status?: number; readonly reason?: string };

const NOTHING: ReasonGiven = {};

/** The Reason header of a BYE or CANCEL (RFC 3326): the first value, and its cause as a status if it is one of SIP. */
export function reasonIn(request: SipRequest): ReasonGiven {
  const [given] = readLeniently(request, reasonField) ?? [];
  if (!given) return NOTHING;
  const { protocol, cause, text } = given;
  return {
    ...(cause === undefined || protocol.toUpperCase() !== 'SIP' ? {} : { status: cause }),
    ...(text === undefined ? {} : { reason: text }),
  };
}

/** The header line for a reason of ours; none without. */
export function reasonLines(reason: EndReason | undefined): HeaderLines {
  if (!reason) return [];
  // Words may come from anywhere; a line break among them must not keep a BYE from being sent.
  const text = reason.text === undefined ? '' : `;text=${quote(reason.text.replaceAll(/\p{Cc}/gu, ' '))}`;
  return [['Reason', `${reason.protocol};cause=${reason.cause}${text}`]];
}
