import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { messageOf } from '../base/errors.js';
import type { CertificateId } from '../base/ids.js';

/** The id of the certificate that the device makes for itself at its first start. */
export const SELF_SIGNED_ID = 'self-signed' as CertificateId;

/** What begins each certificate of a text in PEM. */
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** System > Security > Certificates: one that proves who the device is, or one of an authority that it trusts. */
const certificateSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64')
    .transform((id) => id as CertificateId),
  name: z.string().trim().min(1).max(100),
  kind: z.enum(['clientServer', 'authority']),
  /** In PEM; the device's own first, then those that lead to its authority. */
  certificate: z.string().max(65_536).superRefine(mustBeCertificate),
  /** In PEM; empty for an authority. */
  privateKey: z.string().max(65_536).default(''),
});

export type Certificate = z.infer<typeof certificateSchema>;

/** All certificates, their ids unique; those of the device with their keys. */
export const certificatesSchema = z.array(certificateSchema).superRefine((certificates, context) => {
  const ids = new Set<string>();
  for (const [index, { id, kind, privateKey }] of certificates.entries()) {
    if (ids.has(id)) {
      context.addIssue({
        code: 'custom',
        path: [index, 'id'],
        message: `another certificate has the id ${id}`,
      });
    }
    ids.add(id);
    if (kind === 'clientServer' && privateKey === '') {
      context.addIssue({ code: 'custom', path: [index, 'privateKey'], message: 'is missing' });
    }
  }
});

/** Each certificate of a text in PEM, in its order. */
export function certificatesIn(pem: string): string[] {
  return pem.match(PEM_CERTIFICATE) ?? [];
}

function mustBeCertificate(pem: string, context: z.RefinementCtx): void {
  const certificates = certificatesIn(pem);
  if (certificates.length === 0) {
    context.addIssue({ code: 'custom', message: 'is no certificate in PEM' });
  }
  for (const one of certificates) {
    try {
      new X509Certificate(one);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `cannot be read: ${messageOf(error)}` });
    }
  }
}
