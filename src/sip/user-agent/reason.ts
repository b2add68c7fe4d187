import { quote, unquote, type SipRequest } from '../message/index.js';
import type { HeaderLines } from './content.js';
import type { EndReason } from './session.js';

/** What a Reason header says, in the words of `SessionEnd`. */
export type ReasonGiven = { readonly status?: number; readonly reason?: string };

const NOTHING: ReasonGiven = {};

/** The Reason header of a BYE or CANCEL (RFC 3326): the first value, and its cause as a status if it is one of SIP. */
export function reasonIn(request: SipRequest): ReasonGiven {
  if (!request.headers.has('Reason')) return NOTHING;
  const [value] = request.headers.values('Reason');
  if (value === undefined) return NOTHING;
  const [protocol, ...parameters] = splitOutsideQuotes(value);
  let status: number | undefined;
  let reason: string | undefined;
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=');
    const name = parameter.slice(0, equals).trim().toLowerCase();
    const text = parameter.slice(equals + 1).trim();
    if (name === 'cause' && protocol?.toLowerCase() === 'sip') status = Number.parseInt(text, 10);
    if (name === 'text') reason = unquote(text);
  }
  return {
    ...(status === undefined || Number.isNaN(status) ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The header line for a reason of ours; none without. */
export function reasonLines(reason: EndReason | undefined): HeaderLines {
  if (!reason) return [];
  // Words may come from anywhere; a line break among them must not keep a BYE from being sent.
  const text = reason.text === undefined ? '' : `;text=${quote(reason.text.replaceAll(/\p{Cc}/gu, ' '))}`;
  return [['Reason', `${reason.protocol};cause=${reason.cause}${text}`]];
}

function splitOutsideQuotes(value: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index];
    if (character === '\\' && isQuoted) index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === ';' && !isQuoted) {
      parts.push(value.slice(start, index).trim());
      start = index + 1;
    }
  }
  parts.push(value.slice(start).trim());
  return parts;
}
