import { isIP } from 'node:net';
import { randomToken } from '../base/ids.js';
import type { CertificatePair } from './certificate-store.js';
import { createKeys, type KeyType } from './key-pair.js';

export interface SelfSignedOptions {
  /** The common name. */
  readonly commonName: string;
  /** Names and numeric addresses under which the device is reached. */
  readonly names: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly validFrom: number;
  /** How many days it is valid. Default ten years. */
  readonly days?: number;
  /** Default `EC P-256`. */
  readonly keyType?: KeyType;
}

const DAY = 86_400_000;
const TEN_YEARS = 3_650;

/** How far clocks of peers may be behind ours. */
const BACKDATED = DAY;

/** Makes a certificate that only itself vouches for: for a device that nobody has given one yet. */
export async function createSelfSigned(options: SelfSignedOptions): Promise<CertificatePair> {
  const { commonName, names, validFrom, days = TEN_YEARS, keyType = 'EC P-256' } = options;
  const x509 = await loadX509();
  const { keys, algorithm, privateKey } = await createKeys(keyType);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    notBefore: new Date(validFrom - BACKDATED),
    notAfter: new Date(validFrom + days * DAY),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      // It is its own authority, and the peers that trust it must be able to see that.
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension(alternativeNames([commonName, ...names])),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, privateKey };
}

/** A request that an authority can answer with a certificate for these new keys (PKCS #10, in PEM). */
export async function createSigningRequest(options: {
  readonly commonName: string;
  readonly organization?: string;
  readonly names: readonly string[];
  readonly keyType?: KeyType;
}): Promise<{ readonly request: string; readonly privateKey: string }> {
  const { commonName, organization, names, keyType = 'EC P-256' } = options;
  const x509 = await loadX509();
  const { keys, algorithm, privateKey } = await createKeys(keyType);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [commonName] }, ...(organization === undefined ? [] : [{ O: [organization] }])],
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension(alternativeNames([commonName, ...names]))],
  });
  return { request: `${request.toString('pem')}\n`, privateKey };
}

/** Loaded only where a certificate is made, which a running device never does. */
async function loadX509() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

function alternativeNames(names: readonly string[]): { type: 'dns' | 'ip'; value: string }[] {
  return [...new Set(names)].map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }));
}

/** Positive and of at most 20 octets (RFC 5280 section 4.1.2.2). */
function serialNumber(): string {
  return `01${randomToken(15)}`;
}
