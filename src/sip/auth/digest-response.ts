import type { DigestAlgorithm } from './digest-algorithm.js';
import { digestHash } from './digest-hash.js';

/** How the body takes part: not at all, or by its hash. */
export type QualityOfProtection = 'auth' | 'auth-int';

/** Everything that a digest is made of, unquoted (RFC 7616 section 3.4.1). */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  /** H(username:realm:password), see `secretHash`. */
  readonly secretHash: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
  /** Undefined for the form of RFC 2069, which has neither a count nor a nonce of the client. */
  readonly quality: QualityOfProtection | undefined;
  /** Eight hexadecimal digits. */
  readonly nonceCount: string;
  readonly clientNonce: string;
  /** Counts for auth-int only. */
  readonly body: Uint8Array;
}

/** H(username:realm:password), which may be kept instead of the password; it opens this realm as well as the password does. */
export function secretHash(
  algorithm: DigestAlgorithm,
  username: string,
  realm: string,
  password: string,
): string {
  return digestHash(algorithm, `${username}:${realm}:${password}`);
}

/** The value of `response` (RFC 7616 section 3.4.1). */
export function digestResponse(input: DigestInput): string {
  const { algorithm, nonce, clientNonce, quality } = input;
  const session = algorithm.endsWith('-sess');
  const first = session
    ? digestHash(algorithm, `${input.secretHash}:${nonce}:${clientNonce}`)
    : input.secretHash;
  const second = digestHash(algorithm, requestPart(input));
  const middle = quality === undefined ? nonce : `${nonce}:${input.nonceCount}:${clientNonce}:${quality}`;
  return digestHash(algorithm, `${first}:${middle}:${second}`);
}

/** A2 of RFC 7616 section 3.4.3. */
function requestPart(input: DigestInput): string {
  const { method, uri, algorithm } = input;
  return input.quality === 'auth-int'
    ? `${method}:${uri}:${digestHash(algorithm, input.body)}`
    : `${method}:${uri}`;
}
