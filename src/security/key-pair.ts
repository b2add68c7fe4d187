import { KeyObject, webcrypto } from 'node:crypto';

/** The keys that a certificate can be made for. */
export const KEY_TYPES = ['EC P-256', 'EC P-384', 'RSA 2048', 'RSA 4096'] as const;

export type KeyType = (typeof KEY_TYPES)[number];

type Algorithm = EcKeyGenParams | RsaHashedKeyGenParams;
type EcKeyGenParams = { readonly name: 'ECDSA'; readonly namedCurve: string; readonly hash: string };
type RsaHashedKeyGenParams = {
  readonly name: 'RSASSA-PKCS1-v1_5';
  readonly modulusLength: number;
  readonly publicExponent: Uint8Array;
  readonly hash: string;
};

export interface SigningKeys {
  readonly keys: webcrypto.CryptoKeyPair;
  readonly algorithm: Algorithm;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
}

/** Makes keys of a type, ready to sign with. */
export async function createKeys(type: KeyType): Promise<SigningKeys> {
  const algorithm = algorithmOf(type);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const privateKey = KeyObject.from(keys.privateKey).export({ format: 'pem', type: 'pkcs8' }).toString();
  return { keys, algorithm, privateKey };
}

function algorithmOf(type: KeyType): Algorithm {
  switch (type) {
    case 'EC P-256':
      return { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    case 'EC P-384':
      return { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
    case 'RSA 2048':
      return rsa(2_048);
    case 'RSA 4096':
      return rsa(4_096);
  }
}

function rsa(modulusLength: number): RsaHashedKeyGenParams {
  return {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  };
}
