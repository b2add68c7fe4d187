import { X509Certificate } from 'node:crypto';
import type { Certificate } from './certificate.js';

/** What a person may know of a certificate; never its key. */
export interface CertificateFacts {
  readonly id: string;
  readonly name: string;
  readonly kind: Certificate['kind'];
  /** `CN=siren.example.com, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  readonly isSelfSigned: boolean;
  /** The names and addresses that it proves: `DNS:siren.example.com`. */
  readonly alternativeNames: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly serialNumber: string;
  /** SHA-256 over the certificate, in hexadecimal with colons. */
  readonly fingerprint: string;
  /** `EC prime256v1`, `RSA 2048 bits`. */
  readonly keyType: string;
}

/** Reads what a stored certificate says of itself. */
export function factsOf({ id, name, kind, certificate }: Certificate): CertificateFacts {
  const x509 = new X509Certificate(certificate);
  return {
    id,
    name,
    kind,
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    isSelfSigned: x509.checkIssued(x509) && x509.verify(x509.publicKey),
    alternativeNames: x509.subjectAltName?.split(', ') ?? [],
    validFrom: Date.parse(x509.validFrom),
    validTo: Date.parse(x509.validTo),
    serialNumber: x509.serialNumber,
    fingerprint: x509.fingerprint256,
    keyType: keyTypeOf(x509),
  };
}

/** Node gives a name as one attribute a line, and nothing at all for an empty one. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

function keyTypeOf({ publicKey }: X509Certificate): string {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  const type = (publicKey.asymmetricKeyType ?? 'unknown').toUpperCase();
  if (modulusLength !== undefined) return `${type} ${modulusLength} bits`;
  return namedCurve === undefined ? type : `${type} ${namedCurve}`;
}
