import { quote } from '../message/index.js';
import type { DigestChallenge } from './digest-challenge.js';
import { digestHash } from './digest-hash.js';
import { digestResponse, secretHash } from './digest-response.js';

/** The name and the password of an account. */
export interface DigestCredentials {
  readonly username: string;
  readonly password: string;
}

/** What a challenge is answered for. */
export interface DigestedRequest {
  readonly credentials: DigestCredentials;
  readonly method: string;
  /** As it stands in the first line of the request. */
  readonly uri: string;
  readonly body: Uint8Array;
  readonly clientNonce: string;
  /** How often the nonce was used, this time included. */
  readonly count: number;
}

/** The value of an Authorization line (RFC 7616 section 3.4); SIP and HTTP have the same. */
export function digestCredentials(
  { algorithm, realm, nonce, opaque, qualities, userhash }: DigestChallenge,
  { credentials: { username, password }, method, uri, body, clientNonce, count }: DigestedRequest,
): string {
  const nonceCount = count.toString(16).padStart(8, '0');
  const quality = qualities.includes('auth') ? 'auth' : qualities[0];
  const response = digestResponse({
    algorithm,
    secretHash: secretHash(algorithm, username, realm, password),
    nonce,
    method,
    uri,
    quality,
    nonceCount,
    clientNonce,
    body,
  });
  const shownName = userhash ? digestHash(algorithm, `${username}:${realm}`) : username;
  let line = `Digest username=${quote(shownName)}, realm=${quote(realm)}, nonce=${quote(nonce)}, uri=${quote(uri)}`;
  line += `, response="${response}", algorithm=${algorithm}`;
  // The -sess form of RFC 2617 needs the client's nonce even without qop.
  if (quality !== undefined || algorithm.endsWith('-sess')) line += `, cnonce=${quote(clientNonce)}`;
  if (quality !== undefined) line += `, qop=${quality}, nc=${nonceCount}`;
  if (opaque !== undefined) line += `, opaque=${quote(opaque)}`;
  return userhash ? `${line}, userhash=true` : line;
}
