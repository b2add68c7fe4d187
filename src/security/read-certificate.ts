import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { messageOf, SipsirenError } from '../base/errors.js';
import { certificatesIn } from './certificate.js';
import { refuseCostlyDerivation } from './derivation-cost.js';

/** What somebody brings, in one of the formats of the manual: .PEM, .CER and .PFX. */
export interface CertificateInput {
  /** PEM as text, or DER or PKCS #12 in base64. */
  readonly certificate: string;
  /** The key in PEM, where it is in a text of its own. */
  readonly privateKey?: string;
  /** What the key or the PKCS #12 file is encrypted with. */
  readonly password?: string;
}

/** A certificate with its chain, and its key where there is one; PEM, the key without encryption. */
export interface ReadCertificate {
  readonly certificate: string;
  readonly privateKey: string | undefined;
}

/** Reads a certificate of any of the formats, and holds the key against it. Throws INVALID_VALUE with the reason. */
export async function readCertificate(input: CertificateInput): Promise<ReadCertificate> {
  const read = await readFormat(input);
  const [own] = certificatesIn(read.certificate);
  if (own === undefined) throw invalid('certificate', 'The text holds no certificate.');
  const x509 = parse(own);
  if (read.key === undefined) return { certificate: read.certificate, privateKey: undefined };
  if (!x509.checkPrivateKey(read.key)) {
    throw invalid('privateKey', 'The private key belongs to another certificate.');
  }
  const privateKey = read.key.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { certificate: read.certificate, privateKey };
}

interface Read {
  readonly certificate: string;
  readonly key: KeyObject | undefined;
}

async function readFormat({ certificate, privateKey, password }: CertificateInput): Promise<Read> {
  if (certificate.includes('-----BEGIN ')) {
    const keyText = privateKey ?? keyIn(certificate);
    const chain = certificatesIn(certificate).map((one) => `${one}\n`);
    return {
      certificate: chain.join(''),
      key: keyText === undefined ? undefined : await readKey(keyText, password),
    };
  }
  const bytes = fromBase64(certificate);
  const x509 = tryParse(bytes);
  if (x509) {
    return {
      certificate: x509.toString(),
      key: privateKey === undefined ? undefined : await readKey(privateKey, password),
    };
  }
  await refuseCostlyDerivation(bytes, 'certificate');
  return readPkcs12(bytes, password ?? '');
}

/** A private key that stands in one text with its certificate, as many authorities send it. */
function keyIn(text: string): string | undefined {
  return /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]+?-----END \1PRIVATE KEY-----/.exec(text)?.[0];
}

async function readKey(text: string, password: string | undefined): Promise<KeyObject> {
  const body = /-----BEGIN ENCRYPTED PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1];
  if (body !== undefined) await refuseCostlyDerivation(Buffer.from(body, 'base64'), 'privateKey');
  try {
    return createPrivateKey({ key: text, format: 'pem', ...(password ? { passphrase: password } : {}) });
  } catch (error) {
    const isEncrypted = text.includes('ENCRYPTED');
    const reason = isEncrypted ? 'it is encrypted, and the password is missing or wrong' : messageOf(error);
    throw invalid(isEncrypted ? 'password' : 'privateKey', `The private key cannot be read: ${reason}.`);
  }
}

async function readPkcs12(bytes: Buffer, password: string): Promise<Read> {
  const { default: forge } = await import('node-forge');
  try {
    const asn1 = forge.asn1.fromDer(forge.util.createBuffer(bytes.toString('binary')));
    const file = forge.pkcs12.pkcs12FromAsn1(asn1, password);
    const bags = file.safeContents.flatMap(({ safeBags }) => safeBags);
    const keys = bags.filter(
      ({ type }) => type === forge.pki.oids['pkcs8ShroudedKeyBag'] || type === forge.pki.oids['keyBag'],
    );
    const der = (asn: Parameters<typeof forge.asn1.toDer>[0]) =>
      Buffer.from(forge.asn1.toDer(asn).getBytes(), 'binary');
    const [bag] = keys;
    // Only keys of RSA come decoded; the others as the structure that they were in.
    const keyAsn1 = bag?.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : bag?.asn1;
    const chain = bags
      .filter(({ type }) => type === forge.pki.oids['certBag'])
      .flatMap(({ cert, asn1: raw }) => (cert ? [forge.pki.certificateToAsn1(cert)] : [raw]))
      .map((asn) => new X509Certificate(der(asn)));
    const privateKey =
      keyAsn1 === undefined
        ? undefined
        : createPrivateKey({ key: der(keyAsn1), format: 'der', type: 'pkcs8' });
    return { certificate: inOrder(chain, privateKey).map(String).join(''), key: privateKey };
  } catch (error) {
    const reason = /mac could not be verified|invalid password/i.test(messageOf(error))
      ? 'the password is wrong'
      : messageOf(error);
    throw invalid(
      'certificate',
      `The file is neither a certificate in DER nor a PFX file that can be read: ${reason}.`,
    );
  }
}

/** The certificate of the key first: a PFX file keeps no order. */
function inOrder(chain: readonly X509Certificate[], key: KeyObject | undefined): readonly X509Certificate[] {
  const own = key && chain.find((one) => one.checkPrivateKey(key));
  return own ? [own, ...chain.filter((one) => one !== own)] : chain;
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw invalid('certificate', `The certificate cannot be read: ${messageOf(error)}.`);
  }
}

function tryParse(bytes: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    // Not DER; the caller tries the next format.
    return undefined;
  }
}

function fromBase64(text: string): Buffer {
  const compact = text.replaceAll(/\s/g, '');
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) {
    throw invalid('certificate', 'The certificate is neither PEM nor a file in base64.');
  }
  return Buffer.from(compact, 'base64');
}

function invalid(path: string, message: string): SipsirenError {
  return new SipsirenError('INVALID_VALUE', message, {
    path,
    accepted: 'a certificate in PEM, or a .cer or .pfx file in base64',
  });
}
