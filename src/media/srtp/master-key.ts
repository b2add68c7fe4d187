import { randomBytes } from 'node:crypto';

import type { CryptoSuite } from './crypto-suite.js';

/** What the keys of one direction are derived from (RFC 3711 section 3.2.1). */
export interface MasterKey {
  readonly key: Buffer;
  readonly salt: Buffer;
  /** Stands in each packet and tells several keys apart (MKI, RFC 3711 section 3.1); none where there is one key only. */
  readonly identifier?: Buffer;
  /** How many packets of a kind its maker wants to protect with it. Default: what RFC 3711 section 9.2 allows. */
  readonly lifetime?: number;
}

export function randomMasterKey(suite: CryptoSuite): MasterKey {
  return { key: randomBytes(suite.keyLength), salt: randomBytes(suite.saltLength) };
}

/** Whether two keys give the same stream of keys; the identifier is only a name. */
export function isSameKey(one: MasterKey, other: MasterKey): boolean {
  return one.key.equals(other.key) && one.salt.equals(other.salt);
}
