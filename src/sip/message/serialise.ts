import { encode } from './wire-text.js';
import type { SipMessage } from './sip-message.js';

/** The message as it goes over the wire. Content-Length is always ours. */
export function serialise(message: SipMessage): Buffer {
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.uri.toString()} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
  const { body } = message;
  const head = `${start}${message.headers.format()}Content-Length: ${body.length}\r\n\r\n`;
  if (body.length === 0) return encode(head);
  if (Buffer.byteLength(head) !== head.length) return Buffer.concat([encode(head), body]);
  // ASCII, as nearly always: written once, where it belongs.
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 'latin1');
  bytes.set(body, head.length);
  return bytes;
}
