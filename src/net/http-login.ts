import type { IncomingHttpHeaders } from 'node:http';
import { randomToken } from '../base/ids.js';
import { parseAuthValues } from '../sip/auth/auth-value.js';
import { DIGEST_ALGORITHMS } from '../sip/auth/digest-algorithm.js';
import { challengesIn } from '../sip/auth/digest-challenge.js';
import { digestCredentials } from '../sip/auth/digest-credentials.js';

export interface HttpCredentials {
  readonly user: string;
  readonly password: string;
}

/** What is challenged. */
interface ChallengedRequest {
  readonly method: string;
  /** As it stands in the first line of the request. */
  readonly target: string;
  readonly body: Uint8Array;
}

/** An answer to a challenge, and how it was made, for a person. */
export interface HttpLogin {
  readonly header: string;
  readonly scheme: string;
}

/**
 * The answer to a 401 of a server or a 407 of a proxy: Digest with the strongest algorithm (RFC 7616), else Basic
 * (RFC 7617). Undefined where neither is offered.
 */
export function httpLogin(
  challenger: 'server' | 'proxy',
  headers: IncomingHttpHeaders,
  credentials: HttpCredentials,
  { method, target, body }: ChallengedRequest,
): HttpLogin | undefined {
  const given = challenger === 'server' ? headers['www-authenticate'] : headers['proxy-authenticate'];
  const lines = given === undefined ? [] : [given].flat();
  const [challenge] = challengesIn(challenger, lines).toSorted(
    (one, other) => DIGEST_ALGORITHMS.indexOf(one.algorithm) - DIGEST_ALGORITHMS.indexOf(other.algorithm),
  );
  if (challenge) {
    const header = digestCredentials(challenge, {
      credentials: { username: credentials.user, password: credentials.password },
      ...{ method, uri: target, body, clientNonce: randomToken(), count: 1 },
    });
    return { header, scheme: `Digest with ${challenge.algorithm}` };
  }
  const isBasic = lines.flatMap(parseAuthValues).some(({ scheme }) => scheme === 'basic');
  return isBasic ? { header: basicCredentials(credentials), scheme: 'Basic' } : undefined;
}

/** RFC 7617, the name and the password in UTF-8. */
export function basicCredentials({ user, password }: HttpCredentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
