import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { randomToken } from '../../base/ids.js';
import { type Certificate, certificatesIn, SELF_SIGNED_ID } from '../../security/certificate.js';
import { type CertificateFacts, factsOf } from '../../security/certificate-facts.js';
import { createSelfSigned, createSigningRequest } from '../../security/create-self-signed.js';
import { KEY_TYPES } from '../../security/key-pair.js';
import { readCertificate } from '../../security/read-certificate.js';
import { type Command, defineCommand } from '../command.js';
import { LIMITS } from '../limits.js';
import type { DeviceDocument, Services } from '../services.js';
import { quoted } from '../words.js';

const byId = z.strictObject({ id: z.string().describe('The id of the certificate.') });

const name = z.string().trim().min(1).max(100).describe('What people call it.');
const commonName = z.string().trim().min(1).max(64).describe('The name that it is for.');
const names = z
  .array(z.string().trim().min(1).max(255))
  .max(32)
  .default([])
  .describe('Further names and numeric addresses under which the device is reached.');
const keyType = z.enum(KEY_TYPES).default('EC P-256');

const list = defineCommand({
  name: 'certificates.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every certificate, the device’s own and those of authorities; never a key.',
  input: z.strictObject({}),
  run: ({ services }) => services.config.get('certificates').map(factsOf),
});

const get = defineCommand({
  name: 'certificates.get',
  kind: 'query',
  role: 'viewer',
  summary: 'One certificate with its text in PEM; never its key.',
  input: byId,
  run: ({ services }, { id }) => {
    const found = find(services.config.get('certificates'), id);
    return { ...factsOf(found), certificate: found.certificate };
  },
});

const add = defineCommand({
  name: 'certificates.add',
  kind: 'command',
  role: 'administrator',
  summary:
    'Installs a certificate: with its key it is one of the device’s own, without one that of an authority to trust.',
  input: z.strictObject({
    certificate: z.strictObject({
      name,
      certificate: z.string().max(65_536).describe('PEM; or a .cer or .pfx file in base64.'),
      privateKey: z.string().max(65_536).optional().describe('PEM, where it is not in the same file.'),
      password: z.string().max(255).optional().describe('Of an encrypted key or .pfx file.'),
    }),
  }),
  run: async ({ services }, { certificate: input }) => {
    const { privateKey, password } = input;
    const read = await readCertificate({
      certificate: input.certificate,
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(password === undefined ? {} : { password }),
    });
    return store(services, {
      name: input.name,
      kind: read.privateKey === undefined ? 'authority' : 'clientServer',
      certificate: read.certificate,
      privateKey: read.privateKey ?? '',
    });
  },
});

const create = defineCommand({
  name: 'certificates.create',
  kind: 'command',
  role: 'administrator',
  summary: 'Makes a self-signed certificate.',
  input: z.strictObject({
    certificate: z.strictObject({
      name,
      commonName,
      names,
      days: z.int().min(1).max(36_500).default(3_650),
      keyType,
    }),
  }),
  run: async ({ services }, { certificate: { name: called, ...options } }) => {
    const pair = await createSelfSigned({ ...options, validFrom: services.system.now() });
    return store(services, { name: called, kind: 'clientServer', ...pair });
  },
});

const request = defineCommand({
  name: 'certificates.request',
  kind: 'command',
  role: 'administrator',
  summary:
    'Makes new keys and a signing request for an authority. The key is given out once, to be brought back with the certificate.',
  input: z.strictObject({
    request: z.strictObject({
      commonName,
      organization: z.string().trim().min(1).max(64).optional(),
      names,
      keyType,
    }),
  }),
  run: (_context, { request: { organization, ...options } }) =>
    createSigningRequest({ ...options, ...(organization === undefined ? {} : { organization }) }),
});

const remove = defineCommand({
  name: 'certificates.delete',
  kind: 'command',
  role: 'administrator',
  summary: 'Deletes a certificate that no account and no port uses.',
  input: byId,
  run: async ({ services }, { id }) => {
    await services.config.change((document) => {
      const found = find(document.certificates, id);
      const users = usersOf(found, document);
      if (users.length > 0) {
        throw new SipsirenError(
          'CONFLICT',
          `The certificate ${quoted(found.name)} is used by ${users.join(', ')}. Choose another there first.`,
        );
      }
      return { certificates: document.certificates.filter((one) => one.id !== id) };
    });
  },
});

async function store(services: Services, fresh: Omit<Certificate, 'id'>): Promise<CertificateFacts> {
  const id = `certificate-${randomToken(4)}` as Certificate['id'];
  const certificate = { ...fresh, id };
  await services.config.change(({ certificates }) => {
    if (certificates.length >= LIMITS.certificates) {
      throw new SipsirenError(
        'LIMIT_REACHED',
        `There can be ${LIMITS.certificates} certificates; delete one first.`,
      );
    }
    const [own] = certificatesIn(fresh.certificate);
    const same = certificates.find(
      (one) => one.kind === fresh.kind && certificatesIn(one.certificate)[0] === own,
    );
    if (same) {
      throw new SipsirenError('CONFLICT', `This certificate is installed already, as ${quoted(same.name)}.`);
    }
    return { certificates: [...certificates, certificate] };
  });
  return factsOf(certificate);
}

function find(certificates: readonly Certificate[], id: string): Certificate {
  const found = certificates.find((certificate) => certificate.id === id);
  if (!found) throw new SipsirenError('NOT_FOUND', `There is no certificate with the id ${quoted(id)}.`);
  return found;
}

function usersOf({ id }: Certificate, { accounts, sip }: DeviceDocument): string[] {
  const users = accounts
    .filter(({ certificate }) => certificate === id)
    .map((account) => `the account ${quoted(account.id)}`);
  const shown = sip.tlsCertificate === '' ? SELF_SIGNED_ID : sip.tlsCertificate;
  if (shown === id) users.push('the TLS port');
  return users;
}

export const CERTIFICATE_COMMANDS = [list, get, add, create, request, remove] as readonly Command[];
