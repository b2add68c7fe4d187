import { encode } from './wire-text.js';
import type { SipMessage } from './sip-message.js';

/** The message as it goes over the wire. Content-Length is always ours. */
export function serialise(message: SipMessage): Buffer {
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.uri.toString()} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
  const head = encode(`${start}${message.headers.format()}Content-Length: ${message.body.length}\r\n\r\n`);
  return message.body.length === 0 ? head : Buffer.concat([head, message.body]);
}
