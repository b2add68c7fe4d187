import { createCipheriv } from 'node:crypto';

import type { CryptoSuite } from './crypto-suite.js';
import type { MasterKey } from './master-key.js';

/** What protects the packets of one kind. */
export interface SessionKeys {
  readonly encryption: Buffer;
  readonly salt: Buffer;
  /** Empty for suites that authenticate with the encryption key. */
  readonly authentication: Buffer;
}

/** Labels of RFC 3711 section 4.3.2. */
const LABELS = { rtp: 0, rtcp: 3 } as const;
const AUTHENTICATION_KEY_LENGTH = 20;
/** Where the label falls in the 14 octets of the salt: it stands above the 48 bits of an index that stays 0. */
const LABEL_POSITION = 7;

/**
 * Derives the keys for RTP or RTCP packets from a master key (RFC 3711 section 4.3), once: the rate of
 * derivation is 0, the only one that RFC 7714 allows and that peers know.
 */
export function deriveSessionKeys(suite: CryptoSuite, master: MasterKey, kind: 'rtp' | 'rtcp'): SessionKeys {
  const first = LABELS[kind];
  const authenticationLength = suite.mode === 'counter' ? AUTHENTICATION_KEY_LENGTH : 0;
  return {
    encryption: derive(master, { label: first, length: suite.keyLength }),
    authentication: derive(master, { label: first + 1, length: authenticationLength }),
    salt: derive(master, { label: first + 2, length: suite.saltLength }),
  };
}

/** The keystream of AES in counter mode under the master key; a salt of 12 octets is filled up with zeros (RFC 7714 section 11). */
function derive(
  { key, salt }: MasterKey,
  { label, length }: { readonly label: number; readonly length: number },
): Buffer {
  const iv = Buffer.alloc(16);
  salt.copy(iv);
  iv[LABEL_POSITION] = (iv[LABEL_POSITION] ?? 0) ^ label;
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-ctr' : 'aes-256-ctr', key, iv);
  return cipher.update(Buffer.alloc(length));
}
