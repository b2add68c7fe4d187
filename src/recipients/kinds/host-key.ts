import { createHash } from 'node:crypto';
import { z } from 'zod';

/** As ssh-keygen -l prints it, with or without `SHA256:` and `=`; 43 characters are kept. */
export const sha256Fingerprint = z
  .string()
  .trim()
  .transform((text) => text.replace(/^SHA256:/i, '').replace(/=+$/, ''))
  .refine((text) => text === '' || /^[A-Za-z0-9+/]{43}$/.test(text), {
    error: 'is no SHA-256 fingerprint',
    params: { accepted: '43 characters in Base64, as ssh-keygen -l -E sha256 prints them' },
  });

/** As ssh-keygen -l -E md5 prints it, with or without `MD5:` and colons; 32 hexadecimal digits are kept. */
export const md5Fingerprint = z
  .string()
  .trim()
  .transform((text) => text.replace(/^MD5:/i, '').replaceAll(':', '').toLowerCase())
  .refine((text) => text === '' || /^[0-9a-f]{32}$/.test(text), {
    error: 'is no MD5 fingerprint',
    params: { accepted: '32 hexadecimal digits, as ssh-keygen -l -E md5 prints them' },
  });

export interface HostKeyFingerprints {
  readonly sha256: string;
  readonly md5: string;
}

/** The fingerprints of a public key as SSH sends it. */
export function fingerprintsOf(key: Uint8Array): HostKeyFingerprints {
  return {
    sha256: createHash('sha256').update(key).digest('base64').replace(/=+$/, ''),
    md5: createHash('md5').update(key).digest('hex'),
  };
}

/** Whether the key is the one that is expected; with both fingerprints given both must fit, with none nothing does. */
export function isExpectedKey(shown: HostKeyFingerprints, expected: HostKeyFingerprints): boolean {
  if (expected.sha256 === '' && expected.md5 === '') return false;
  return (
    (expected.sha256 === '' || expected.sha256 === shown.sha256) &&
    (expected.md5 === '' || expected.md5 === shown.md5)
  );
}
