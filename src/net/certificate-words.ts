import type { PeerCertificate } from 'node:tls';

/** Whose it is, by whom, until when. */
export function certificateWords(certificate: PeerCertificate): string {
  const subject = nameOf(certificate.subject);
  if (subject === undefined) return 'There is no certificate.';
  const issuer = nameOf(certificate.issuer) ?? 'nobody';
  return `The certificate is for ${subject}, issued by ${issuer}, valid until ${certificate.valid_to}, SHA-256 ${certificate.fingerprint256}.`;
}

type Named = { readonly CN?: string | string[]; readonly O?: string | string[] } | undefined;

function nameOf(name: Named): string | undefined {
  const words = name?.CN ?? name?.O;
  return Array.isArray(words) ? words.join(', ') : words;
}

const REASONS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet; is the time of the device right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
};

/** What to do about a certificate that is not trusted. */
export const TRUST_ADVICE = 'add its authority to the certificates of the device, or correct the server';

/** Why a certificate is not trusted, in words; its code where there are none. */
export function distrustWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return REASONS[code] ?? code;
}

/** Whether an error says that a certificate is not trusted. */
export function isDistrust(code: string): boolean {
  return code in REASONS;
}
