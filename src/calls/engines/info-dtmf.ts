import type { SipRequest } from '../../sip/message/index.js';

/** A key that came by SIP INFO. */
export interface InfoDtmf {
  readonly digit: string;
  readonly milliseconds: number;
}

/** How long a press counts where the sender does not say. */
const USUAL_MILLISECONDS = 250;

/**
 * Reads the two bodies that are in use for keys by INFO: `application/dtmf-relay` with lines `Signal=5` and
 * `Duration=160`, and `application/dtmf` with the key alone. Undefined for anything else.
 */
export function readInfoDtmf(request: SipRequest): InfoDtmf | undefined {
  const body = Buffer.from(request.body).toString('latin1');
  switch (request.contentType) {
    case 'application/dtmf-relay':
      return readRelay(body);
    case 'application/dtmf':
      return readKey(body, USUAL_MILLISECONDS);
    default:
      return undefined;
  }
}

function readRelay(body: string): InfoDtmf | undefined {
  let key = '';
  let duration = USUAL_MILLISECONDS;
  for (const line of body.split(/\r?\n/)) {
    const [name = '', value = ''] = line.split('=', 2).map((part) => part.trim());
    if (name.toLowerCase() === 'signal') key = value;
    else if (name.toLowerCase() === 'duration' && /^\d{1,5}$/.test(value)) duration = Number(value);
  }
  return readKey(key, duration);
}

/** A key as a character, or as the number of RFC 4733: 10 is *, 11 is #, 12 to 15 are A to D. */
function readKey(text: string, milliseconds: number): InfoDtmf | undefined {
  const key = text.trim().toUpperCase();
  if (/^[0-9A-D*#]$/.test(key)) return { digit: key, milliseconds };
  const digit = /^1[0-5]$/.test(key) ? '*#ABCD'[Number(key) - 10] : undefined;
  return digit === undefined ? undefined : { digit, milliseconds };
}
