import { messageOf, SipsirenError, systemCodeOf } from '../base/errors.js';
import { distrustWords, isDistrust, TRUST_ADVICE } from './certificate-words.js';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there (connection refused); check the port, and whether the server runs',
  ENOTFOUND: 'the name is not known; check its spelling and the DNS server',
  EAI_AGAIN: 'the DNS server does not answer; check the network of the device',
  ETIMEDOUT: 'there is no answer; check the address, and whether a firewall is in between',
  EHOSTUNREACH: 'there is no way to that address; check it, and the network of the device',
  ENETUNREACH: 'there is no way to that network; check the network of the device',
  ECONNRESET:
    'the other side cut the connection; it may expect TLS where there is none, or none where there is',
  EPIPE: 'the other side closed the connection while it was being told',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the other side does not speak TLS at this port; check the port',
  EPROTO: 'TLS could not be agreed on; the other side may not speak TLS at this port',
};

/** What the other side says by a TLS alert (RFC 8446 section 6.2), by the end of OpenSSL's code. */
const ALERTS: Readonly<Record<string, string>> = {
  HANDSHAKE_FAILURE:
    'the other side breaks TLS off: it may ask for a certificate of the device, or for another kind of encryption',
  CERTIFICATE_REQUIRED: 'the other side asks for a certificate of the device; choose one that it knows',
  UNKNOWN_CA: 'the other side does not accept the certificate of the device: it does not know its authority',
  BAD_CERTIFICATE: 'the other side does not accept the certificate of the device',
  CERTIFICATE_UNKNOWN: 'the other side does not accept the certificate of the device',
  UNSUPPORTED_CERTIFICATE:
    'the other side does not accept the certificate of the device: it is of another kind',
  CERTIFICATE_REVOKED: 'the other side does not accept the certificate of the device: it was revoked',
  CERTIFICATE_EXPIRED: 'the other side does not accept the certificate of the device: it has expired',
  ACCESS_DENIED: 'the other side does not let the device in',
  PROTOCOL_VERSION: 'the other side wants another version of TLS',
  UNRECOGNIZED_NAME: 'the other side does not know the name that it is called by',
};

/** What went wrong and what to do, for a person, without a full stop. */
export function failureWords(thrown: unknown): string {
  if (thrown instanceof SipsirenError) return thrown.message.replace(/\.$/, '');
  if (thrown instanceof DOMException && thrown.name === 'TimeoutError') return 'there is no answer in time';
  const first = firstOf(thrown);
  const code = systemCodeOf(first) ?? '';
  if (isDistrust(code)) return `the certificate is not trusted: ${distrustWords(code)}; ${TRUST_ADVICE}`;
  return WORDS[code] ?? alertWords(code) ?? wordsOf(messageOf(first));
}

/** Libraries put codes of their own in place of the system's, which then stands in the text alone. */
function wordsOf(message: string): string {
  if (message.includes('before secure TLS connection was established'))
    return 'the other side closed the connection while TLS was being agreed on';
  const code = /\b(?:read|write|connect) (E[A-Z]+)\b/.exec(message)?.[1];
  return (code === undefined ? undefined : WORDS[code]) ?? message;
}

/** OpenSSL's own text names its files; older ones say SSLV3 or TLSV1 of every version. */
function alertWords(code: string): string | undefined {
  const alert = /^ERR_SSL_.*_ALERT_(\w+)$/.exec(code)?.[1];
  if (alert === undefined) return undefined;
  return ALERTS[alert] ?? `the other side breaks TLS off: ${alert.toLowerCase().replaceAll('_', ' ')}`;
}

/** With several addresses tried, each has an error of its own; the first tells as much as all. */
function firstOf(thrown: unknown): unknown {
  return thrown instanceof AggregateError && thrown.errors.length > 0 ? thrown.errors[0] : thrown;
}
