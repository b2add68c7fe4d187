import { createHash } from 'node:crypto';
import type { DigestAlgorithm } from './digest-algorithm.js';

const NODE_NAMES: Readonly<Record<DigestAlgorithm, string>> = {
  'SHA-512-256': 'sha512-256',
  'SHA-512-256-sess': 'sha512-256',
  'SHA-256': 'sha256',
  'SHA-256-sess': 'sha256',
  MD5: 'md5',
  'MD5-sess': 'md5',
};

/** H(data) of RFC 7616 section 3.3, in lower case hexadecimal; text is hashed as UTF-8. */
export function digestHash(algorithm: DigestAlgorithm, data: string | Uint8Array): string {
  return createHash(NODE_NAMES[algorithm]).update(data).digest('hex');
}
