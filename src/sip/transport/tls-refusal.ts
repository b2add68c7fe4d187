import type { X509Certificate } from 'node:crypto';
import { SipsirenError } from '../../base/errors.js';
import type { SocketAddress } from './flow.js';
import { formatAddress } from './ip-address.js';

/** What OpenSSL found wrong with a chain, as the end of a sentence about the certificate. */
const CHAIN_FAULTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed, and not among the trusted certificates',
  CERT_REVOKED: 'it has been revoked',
  INVALID_PURPOSE: 'it is not made for this purpose',
  INVALID_CA: 'one of its authorities may not sign certificates',
  CERT_SIGNATURE_FAILURE: 'its signature is wrong',
  CERT_CHAIN_TOO_LONG: 'its chain of authorities is too long',
  EE_KEY_TOO_SMALL: 'its key is too short',
  CA_KEY_TOO_SMALL: 'the key of its authority is too short',
  CA_MD_TOO_WEAK: 'its signature is of a kind that is no longer safe',
};

/** Faults of an authority: it is unknown, or its certificate did not come along. */
const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]);

/** What the other side says of us, and what two sides have not in common, by Node's names of OpenSSL's errors. */
const ALERTS: Readonly<Record<string, string>> = {
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the other side has no version of TLS that is allowed here',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the other side does not take the version of TLS that is set here',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'no version of TLS is left to speak',
  ERR_SSL_VERSION_TOO_LOW: 'the other side has no version of TLS that is allowed here',
  ERR_SSL_NO_SHARED_CIPHER: 'both sides have no cipher in common',
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'it showed no certificate, and one is required',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the server requires a client certificate, and none was shown',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    'the other side refused the handshake: no cipher in common, or it requires a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the other side does not know the authority of our certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the other side refused our certificate as wrong',
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: 'the other side does not take certificates of our kind',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: 'the other side refused our certificate as revoked',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the other side refused our certificate as expired',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the other side refused our certificate',
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: 'the other side refused our certificate',
  ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR: 'the other side could not verify our signature',
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'the server does not know the domain',
};

/** What looks like TLS to nobody: a peer that speaks something else on this port. */
const NO_TLS: ReadonlySet<string> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_UNKNOWN_PROTOCOL',
]);

/** What is wrong with a certificate's chain, by OpenSSL's code, as the end of a sentence. */
export function chainFault(code: string, certificate: X509Certificate | undefined): string {
  if (code === 'CERT_HAS_EXPIRED') return expiry(certificate);
  if (code === 'CERT_NOT_YET_VALID') {
    return `it is not valid before ${certificate ? dayOf(certificate.validFrom) : 'later'}; is the clock right?`;
  }
  if (UNKNOWN_AUTHORITY.has(code)) {
    return `its authority${issuerOf(certificate)} is not among the trusted ones`;
  }
  return CHAIN_FAULTS[code] ?? `it was refused (${code})`;
}

/** What a failed handshake means, as the end of a sentence; undefined for what is no matter of trust. */
export function handshakeFault(code: string): string | undefined {
  return ALERTS[code];
}

/** Whether an error says that the other side does not speak TLS at all. */
export function isNoTls(code: string): boolean {
  return NO_TLS.has(code);
}

/** A peer that is not trusted, or does not trust us. */
export function untrusted(
  to: SocketAddress & { readonly serverName?: string },
  reason: string,
  cause?: unknown,
): SipsirenError {
  const where = formatAddress(to.address, to.port);
  const who =
    to.serverName === undefined || to.serverName === to.address ? where : `${to.serverName} (${where})`;
  return new SipsirenError(
    'SIP_UNTRUSTED',
    `No trust over TLS with ${who}: ${reason}.`,
    cause === undefined ? {} : { cause },
  );
}

function expiry(certificate: X509Certificate | undefined): string {
  if (!certificate || Date.parse(certificate.validTo) > Date.now())
    return 'one of its authorities has expired';
  return `it expired on ${dayOf(certificate.validTo)}`;
}

function dayOf(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}

function issuerOf(certificate: X509Certificate | undefined): string {
  const name = certificate?.issuer.split('\n').find((line) => line.startsWith('CN='));
  return name === undefined ? '' : `, ${name.slice(3)},`;
}
