import { SipsirenError, messageOf } from '../../base/errors.js';
import { handshakeFault, isNoTls, untrusted } from './tls-refusal.js';
import { formatAddress } from './ip-address.js';
import type { ListeningPoint } from './transport.js';
import type { SocketAddress, TransportProtocol } from './flow.js';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the peer broke the connection off',
  EPIPE: 'the peer closed the connection',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'no route leads there',
  EMSGSIZE: 'the message is too large for a datagram',
  ETIMEDOUT: 'the peer does not answer',
  EACCES: 'the system does not allow it',
};

/**
 * A message that could not be delivered; the reason is a sentence's end, the system's own error, or both. What
 * failed for want of trust is SIP_UNTRUSTED, all else SIP_TRANSPORT.
 */
export function deliveryError(
  protocol: TransportProtocol,
  to: SocketAddress & { readonly serverName?: string },
  cause: unknown,
): SipsirenError {
  const fault = handshakeFault(codeOf(cause));
  if (fault !== undefined) return untrusted(to, fault, cause);
  const reason = reasonOf(cause);
  return new SipsirenError(
    'SIP_TRANSPORT',
    `Sending by ${protocol.toUpperCase()} to ${formatAddress(to.address, to.port)} failed: ${reason}.`,
    typeof cause === 'string' ? {} : { cause },
  );
}

function reasonOf(cause: unknown): string {
  if (typeof cause === 'string') return cause;
  const code = codeOf(cause);
  return isNoTls(code) ? 'what listens there does not speak TLS' : (REASONS[code] ?? messageOf(cause));
}

/** A listening point that cannot be bound. */
export function bindError(point: ListeningPoint, cause: unknown): SipsirenError {
  const where = `${point.protocol.toUpperCase()} ${formatAddress(point.address, point.port)}`;
  switch (codeOf(cause)) {
    case 'EADDRINUSE':
      return new SipsirenError('ADDRESS_IN_USE', `${where} is used by another program.`, { cause });
    case 'EACCES':
      return new SipsirenError(
        'ADDRESS_NOT_AVAILABLE',
        `${where} may not be used by this user; take a port above 1023.`,
        {
          cause,
        },
      );
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return new SipsirenError(
        'ADDRESS_NOT_AVAILABLE',
        `${where} cannot be used: this machine does not have the address.`,
        {
          cause,
        },
      );
    default:
      return new SipsirenError('ADDRESS_NOT_AVAILABLE', `${where} cannot be used: ${messageOf(cause)}.`, {
        cause,
      });
  }
}

/** The system's own code. Not every error of Node's is an `Error` of this realm. */
function codeOf(thrown: unknown): string {
  const hasCode = typeof thrown === 'object' && thrown !== null && 'code' in thrown;
  return hasCode && typeof thrown.code === 'string' ? thrown.code : '';
}
