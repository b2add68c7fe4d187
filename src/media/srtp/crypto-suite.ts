/** Suites of SRTP as they are named in session descriptions: RFC 4568 section 6.2, RFC 6188, RFC 7714 section 14.2. */
export type CryptoSuiteName =
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AEAD_AES_128_GCM'
  | 'AEAD_AES_256_GCM';

/** What a suite fixes. Lengths are octets. */
export interface CryptoSuite {
  readonly name: CryptoSuiteName;
  readonly mode: 'counter' | 'gcm';
  readonly keyLength: 16 | 32;
  readonly saltLength: 12 | 14;
  /** Of SRTP packets. SRTCP packets have at least ten, even where a suite shortens those of SRTP (RFC 4568 section 6.2.2). */
  readonly tagLength: 4 | 10 | 16;
}

const AES_128 = { mode: 'counter', keyLength: 16, saltLength: 14 } as const;
const AES_256 = { mode: 'counter', keyLength: 32, saltLength: 14 } as const;

export const CRYPTO_SUITES: Readonly<Record<CryptoSuiteName, CryptoSuite>> = {
  AES_CM_128_HMAC_SHA1_80: { name: 'AES_CM_128_HMAC_SHA1_80', ...AES_128, tagLength: 10 },
  AES_CM_128_HMAC_SHA1_32: { name: 'AES_CM_128_HMAC_SHA1_32', ...AES_128, tagLength: 4 },
  AES_256_CM_HMAC_SHA1_80: { name: 'AES_256_CM_HMAC_SHA1_80', ...AES_256, tagLength: 10 },
  AES_256_CM_HMAC_SHA1_32: { name: 'AES_256_CM_HMAC_SHA1_32', ...AES_256, tagLength: 4 },
  AEAD_AES_128_GCM: { name: 'AEAD_AES_128_GCM', mode: 'gcm', keyLength: 16, saltLength: 12, tagLength: 16 },
  AEAD_AES_256_GCM: { name: 'AEAD_AES_256_GCM', mode: 'gcm', keyLength: 32, saltLength: 12, tagLength: 16 },
};

/** Spellings that are widespread beside the registered ones; Linphone and older PBXs write them. */
const ALIASES: Readonly<Record<string, CryptoSuiteName>> = {
  AES_CM_256_HMAC_SHA1_80: 'AES_256_CM_HMAC_SHA1_80',
  AES_CM_256_HMAC_SHA1_32: 'AES_256_CM_HMAC_SHA1_32',
};

/** The suite of a name in a session description; none where it is not known here. */
export function cryptoSuiteOf(name: string): CryptoSuite | undefined {
  const known = ALIASES[name] ?? name;
  return Object.hasOwn(CRYPTO_SUITES, known) ? CRYPTO_SUITES[known as CryptoSuiteName] : undefined;
}
