import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type JsonGeneralName,
} from '@peculiar/x509';

const KEY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 24 * 60 * 60 * 1_000;
const SERVER_AND_CLIENT = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];

/** Whom a test certificate is for, and what is wrong with it. */
export interface TestCertificateOptions {
  /** The CN of the subject. Default: the first of the names. */
  readonly commonName?: string;
  /** SAN entries of type DNS. */
  readonly dns?: readonly string[];
  /** SAN entries of type IP. */
  readonly ip?: readonly string[];
  /** SAN entries of type URI: `sip:pbx.example.com`. */
  readonly uri?: readonly string[];
  /** Who signs: the name of a `testAuthority`; `self` for none. Default `sipsiren test`. */
  readonly authority?: string;
  /** When it begins to count, in days from now. Default -1. */
  readonly fromDays?: number;
  /** When it ends, in days from now; negative for one that has expired. Default 30. */
  readonly untilDays?: number;
}

/** A certificate with its key, as PEM texts. */
export interface TestCertificate {
  /** The certificate alone; authorities of these tests sign directly, without anything between. */
  readonly certificate: string;
  readonly privateKey: string;
}

interface Authority extends TestCertificate {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

const authorities = new Map<string, Promise<Authority>>();
const certificates = new Map<string, Promise<TestCertificate>>();

/** An authority that signs test certificates; the same one for the same name while the process runs. */
export function testAuthority(name = 'sipsiren test'): Promise<TestCertificate> {
  return authorityOf(name);
}

/** A certificate for a server or a client; the same one for the same wishes while the process runs. */
export function testCertificate(options: TestCertificateOptions = {}): Promise<TestCertificate> {
  const key = JSON.stringify(options);
  let known = certificates.get(key);
  if (!known) certificates.set(key, (known = makeCertificate(options)));
  return known;
}

/** Writes `NAME.crt` and `NAME.key` for programs that want files, and says where. */
export async function saveCertificate(
  folder: string,
  name: string,
  made: TestCertificate,
): Promise<{ readonly certificate: string; readonly privateKey: string }> {
  await mkdir(folder, { recursive: true });
  const paths = { certificate: join(folder, `${name}.crt`), privateKey: join(folder, `${name}.key`) };
  await writeFile(paths.certificate, made.certificate);
  await writeFile(paths.privateKey, made.privateKey, { mode: 0o600 });
  return paths;
}

function authorityOf(name: string): Promise<Authority> {
  let known = authorities.get(name);
  if (!known) authorities.set(name, (known = makeAuthority(name)));
  return known;
}

async function makeAuthority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const made = await X509CertificateGenerator.createSelfSigned(
    {
      name: subjectOf(`${name} CA`),
      serialNumber: serialNumber(),
      ...validity({ untilDays: 3_650 }),
      signingAlgorithm: KEY,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { name, keys, certificate: `${made.toString('pem')}\n`, privateKey: await pemOf(keys.privateKey) };
}

async function makeCertificate(options: TestCertificateOptions): Promise<TestCertificate> {
  const { dns = [], ip = [], uri = [], authority = 'sipsiren test' } = options;
  const names: JsonGeneralName[] = [
    ...dns.map((value) => ({ type: 'dns' as const, value })),
    ...ip.map((value) => ({ type: 'ip' as const, value })),
    ...uri.map((value) => ({ type: 'url' as const, value })),
  ];
  const subject = subjectOf(options.commonName ?? dns[0] ?? ip[0] ?? uri[0] ?? 'nobody');
  const signer = authority === 'self' ? undefined : await authorityOf(authority);
  const keys = await newKeys();
  const made = await X509CertificateGenerator.create(
    {
      subject,
      issuer: signer ? subjectOf(`${signer.name} CA`) : subject,
      serialNumber: serialNumber(),
      ...validity(options),
      signingAlgorithm: KEY,
      publicKey: keys.publicKey,
      signingKey: (signer?.keys ?? keys).privateKey,
      extensions: [
        new BasicConstraintsExtension(false),
        new ExtendedKeyUsageExtension(SERVER_AND_CLIENT),
        ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
      ],
    },
    webcrypto,
  );
  return { certificate: `${made.toString('pem')}\n`, privateKey: await pemOf(keys.privateKey) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const octets = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  const lines = octets.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}

function subjectOf(commonName: string): { CN: string[] }[] {
  return [{ CN: [commonName] }];
}

function serialNumber(): string {
  return `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex')}`;
}

function validity({ fromDays = -1, untilDays = 30 }: TestCertificateOptions): {
  readonly notBefore: Date;
  readonly notAfter: Date;
} {
  const from = Math.min(fromDays, untilDays - 1);
  return {
    notBefore: new Date(Date.now() + from * DAY),
    notAfter: new Date(Date.now() + untilDays * DAY),
  };
}
