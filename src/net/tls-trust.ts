import { checkServerIdentity, rootCertificates, type ConnectionOptions } from 'node:tls';
import { certificateWords } from './certificate-words.js';
import type { Say } from './conversation.js';

/** Whom to trust over TLS, and what to show. */
export interface TlsTrust {
  /** Whether the server's certificate is checked. */
  readonly verify: boolean;
  /** Authorities that are trusted besides the usual ones, each PEM. */
  readonly authorities: readonly string[];
  /** Our own certificate, for servers that ask for one; PEM. */
  readonly pair?: { readonly certificate: string; readonly privateKey: string } | undefined;
}

/** The usual authorities, and the certificate checked. */
export const USUAL_TRUST: TlsTrust = { verify: true, authorities: [] };

/** As Node's TLS takes it. */
export function tlsOptions({ verify, authorities, pair }: TlsTrust): ConnectionOptions {
  return {
    rejectUnauthorized: verify,
    minVersion: 'TLSv1.2',
    ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
    ...(pair && { cert: pair.certificate, key: pair.privateKey }),
  };
}

/** The same for a library that connects by itself; tells of the certificate it is shown. */
export function tellingTlsOptions(trust: TlsTrust, say: Say): ConnectionOptions {
  return {
    ...tlsOptions(trust),
    checkServerIdentity: (host, certificate) => {
      say(certificateWords(certificate));
      return checkServerIdentity(host, certificate);
    },
  };
}
