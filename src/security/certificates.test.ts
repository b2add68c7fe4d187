import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { certificatesSchema, SELF_SIGNED_ID, type Certificate } from './certificate.js';
import { factsOf } from './certificate-facts.js';
import { CertificateStore } from './certificate-store.js';
import { createSelfSigned, createSigningRequest } from './create-self-signed.js';
import { readCertificate } from './read-certificate.js';

const NOW = Date.UTC(2030, 0, 1);

let folder = '';
const at = (name: string) => join(folder, name);
const textOf = (name: string) => readFileSync(at(name), 'latin1');
const base64Of = (name: string) => readFileSync(at(name)).toString('base64');
const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const subject = ['-x509', '-days', '30', '-nodes', '-subj', '/CN=siren.example.com'];
  openssl('req', '-newkey', 'rsa:2048', '-keyout', 'rsa.key', '-out', 'rsa.pem', ...subject);
  openssl(
    ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    ...['-keyout', 'ec.key', '-out', 'ec.pem', ...subject],
  );
  for (const kind of ['rsa', 'ec']) {
    openssl('x509', '-in', `${kind}.pem`, '-outform', 'der', '-out', `${kind}.cer`);
    openssl('pkcs8', '-topk8', '-in', `${kind}.key`, '-out', `${kind}.locked`, '-passout', 'pass:secret');
    openssl(
      ...['pkcs12', '-export', '-in', `${kind}.pem`, '-inkey', `${kind}.key`],
      ...['-out', `${kind}.pfx`, '-passout', 'pass:secret', '-certfile', 'rsa.pem'],
    );
  }
  openssl(
    ...['pkcs12', '-export', '-legacy', '-in', 'rsa.pem', '-inkey', 'rsa.key'],
    ...['-out', 'legacy.pfx', '-passout', 'pass:secret'],
  );
}, 30_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('a certificate that somebody brings', () => {
  it.each(['rsa', 'ec'])('is read from PEM with its key in the same text (%s)', async (kind) => {
    const read = await readCertificate({ certificate: textOf(`${kind}.pem`) + textOf(`${kind}.key`) });
    expect(() => createSecureContext({ cert: read.certificate, key: read.privateKey })).not.toThrow();
    expect(read.privateKey).toContain('BEGIN PRIVATE KEY');
  });

  it.each(['rsa', 'ec'])('is read with an encrypted key and its password (%s)', async (kind) => {
    const read = await readCertificate({
      certificate: textOf(`${kind}.pem`),
      privateKey: textOf(`${kind}.locked`),
      password: 'secret',
    });
    expect(() => createSecureContext({ cert: read.certificate, key: read.privateKey })).not.toThrow();
  });

  it.each(['rsa', 'ec'])('is read from DER (%s)', async (kind) => {
    const read = await readCertificate({ certificate: base64Of(`${kind}.cer`) });
    expect(new X509Certificate(read.certificate).subject).toBe('CN=siren.example.com');
    expect(read.privateKey).toBeUndefined();
  });

  it.each(['rsa', 'ec', 'legacy'])(
    'is read from a PFX file, its own certificate first (%s)',
    async (name) => {
      const read = await readCertificate({ certificate: base64Of(`${name}.pfx`), password: 'secret' });
      const expected = new X509Certificate(textOf(name === 'legacy' ? 'rsa.pem' : `${name}.pem`));
      expect(new X509Certificate(read.certificate).fingerprint256).toBe(expected.fingerprint256);
      expect(() => createSecureContext({ cert: read.certificate, key: read.privateKey })).not.toThrow();
    },
  );

  it('is refused in words', async () => {
    const refusal = async (input: Parameters<typeof readCertificate>[0]) =>
      readCertificate(input).then(
        () => 'nothing',
        (error: unknown) => (error as Error).message,
      );
    expect(await refusal({ certificate: textOf('rsa.pem'), privateKey: textOf('ec.key') })).toBe(
      'The private key belongs to another certificate.',
    );
    expect(await refusal({ certificate: textOf('rsa.pem'), privateKey: textOf('rsa.locked') })).toContain(
      'the password is missing or wrong',
    );
    expect(await refusal({ certificate: base64Of('rsa.pfx'), password: 'guess' })).toContain(
      'the password is wrong',
    );
    expect(await refusal({ certificate: 'hello!' })).toContain('neither PEM nor a file in base64');
    expect(await refusal({ certificate: 'aGVsbG8=' })).toContain('neither a certificate in DER nor a PFX');
    expect(await refusal({ certificate: textOf('rsa.key') })).toBe('The text holds no certificate.');
  });
});

describe('a file that would keep the device from answering calls', () => {
  it.each([
    ['a PFX file', 'certificate', 'costly.pfx'],
    ['an encrypted key', 'privateKey', 'costly.key'],
  ])('is refused at once: %s', async (_name, path, name) => {
    // Made by hand: nobody waits for a tool that does the work for so many rounds.
    const made = name === 'costly.pfx' ? base64Of('rsa.pfx') : pemBodyOf('rsa.locked');
    const costly = withRounds(Buffer.from(made, 'base64'), 100_000_000).toString('base64');
    const input =
      path === 'certificate'
        ? { certificate: costly, password: 'secret' }
        : {
            certificate: textOf('rsa.pem'),
            privateKey: `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${costly}\n-----END ENCRYPTED PRIVATE KEY-----\n`,
            password: 'secret',
          };
    await expect(readCertificate(input)).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      path,
      message: expect.stringContaining('100000000 rounds'),
    });
  });
});

describe('a certificate that the device makes', () => {
  it('vouches for itself, for every name and address it was given, in the eyes of openssl', async () => {
    const pair = await createSelfSigned({
      commonName: 'siren',
      names: ['siren.local', '192.0.2.7', '2001:db8::7'],
      validFrom: Date.now(),
    });
    writeFileSync(at('own.pem'), pair.certificate);
    expect(
      openssl('verify', '-CAfile', 'own.pem', '-verify_ip', '192.0.2.7', 'own.pem').toString(),
    ).toContain('OK');
    expect(
      openssl('verify', '-CAfile', 'own.pem', '-verify_hostname', 'siren.local', 'own.pem').toString(),
    ).toContain('OK');
    expect(() => createSecureContext({ cert: pair.certificate, key: pair.privateKey })).not.toThrow();
    const facts = factsOf(stored(pair));
    expect(facts).toMatchObject({ subject: 'CN=siren', isSelfSigned: true, keyType: 'EC prime256v1' });
    expect(facts.alternativeNames).toContain('DNS:siren.local');
    expect(facts).not.toHaveProperty('privateKey');
  });

  it('is valid from a day before, for ten years', async () => {
    const pair = await createSelfSigned({ commonName: 'siren', names: [], validFrom: NOW });
    const { validFrom, validTo } = factsOf(stored(pair));
    expect(validFrom).toBe(NOW - 86_400_000);
    expect(validTo).toBe(NOW + 3_650 * 86_400_000);
  });

  it('can be asked of an authority instead', async () => {
    const { request } = await createSigningRequest({
      commonName: 'siren.example.com',
      organization: 'Example',
      names: ['192.0.2.7'],
      keyType: 'RSA 2048',
    });
    writeFileSync(at('request.pem'), request);
    const seen = openssl('req', '-in', 'request.pem', '-noout', '-verify', '-text').toString();
    expect(seen).toContain('O = Example');
    expect(seen).toContain('IP Address:192.0.2.7');
  });
});

describe('the certificates of the configuration', () => {
  it('give a pair by id, the one of the first start for none, and the authorities', async () => {
    const pair = await createSelfSigned({ commonName: 'siren', names: [], validFrom: NOW });
    const own = stored(pair);
    const authority = {
      ...own,
      id: 'ca',
      kind: 'authority',
      certificate: textOf('rsa.pem') + textOf('ec.pem'),
    };
    const certificates = certificatesSchema.parse([own, { ...authority, privateKey: '' }]);
    const store = new CertificateStore(certificates);
    expect(store.pair('')).toEqual(pair);
    expect(store.pair(SELF_SIGNED_ID)).toEqual(pair);
    expect(store.pair('ca')).toBeUndefined();
    expect(store.authorities).toHaveLength(2);
  });

  it('are refused where a key is missing, an id is taken, or a text is no certificate', () => {
    const one = { id: 'a', name: 'a', kind: 'clientServer', certificate: textOf('rsa.pem') };
    const result = certificatesSchema.safeParse([one, { ...one, certificate: 'x' }]);
    const messages = result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    expect(messages).toEqual(expect.arrayContaining(['1.certificate: is no certificate in PEM']));
    const twice = certificatesSchema.safeParse([one, one]).error?.issues.map(({ message }) => message);
    expect(twice).toEqual(expect.arrayContaining(['another certificate has the id a', 'is missing']));
  });
});

function stored(pair: { readonly certificate: string; readonly privateKey: string }): Certificate {
  return { id: SELF_SIGNED_ID, name: 'own', kind: 'clientServer', ...pair };
}

function pemBodyOf(name: string): string {
  return textOf(name).replaceAll(/-----[^-]+-----|\s/g, '');
}

/** The same file with other rounds: OpenSSL writes 2048 as an integer of two octets, which becomes one of four. */
function withRounds(der: Buffer, rounds: number): Buffer {
  const usual = Buffer.from([0x02, 0x02, 0x08, 0x00]);
  const at = der.indexOf(usual);
  expect(at).toBeGreaterThan(0);
  const other = Buffer.alloc(6);
  other.set([0x02, 0x04]);
  other.writeUInt32BE(rounds, 2);
  return relengthened(der, { at, removed: usual.length, added: other });
}

/** Puts octets in the place of others and makes every length around them fit; all of them are long or have room. */
function relengthened(der: Buffer, change: { at: number; removed: number; added: Buffer }): Buffer {
  const { at, removed, added } = change;
  const result = Buffer.concat([der.subarray(0, at), added, der.subarray(at + removed)]);
  let position = 0;
  while (position < at) {
    const first = der[position + 1]!;
    const octets = first < 0x80 ? 0 : first & 0x7f;
    const length = octets === 0 ? first : der.readUIntBE(position + 2, octets);
    const content = position + 2 + octets;
    if (content + length <= at) {
      position = content + length;
      continue;
    }
    const longer = length + added.length - removed;
    if (octets === 0) result[position + 1] = longer;
    else result.writeUIntBE(longer, position + 2, octets);
    position = content;
  }
  return result;
}
