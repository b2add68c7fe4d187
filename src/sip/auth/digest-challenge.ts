import { quote, type HeaderLine, type SipResponse } from '../message/index.js';
import { parseAuthValues, type AuthValue } from './auth-value.js';
import { digestAlgorithmOf, type DigestAlgorithm } from './digest-algorithm.js';
import type { QualityOfProtection } from './digest-response.js';

/** Who challenges: the server that the request is for, or a proxy on the way. Their headers differ, nothing else. */
export type ChallengerKind = 'server' | 'proxy';

/** A challenge that can be answered (RFC 7616 section 3.3). */
export interface DigestChallenge {
  readonly kind: ChallengerKind;
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: DigestAlgorithm;
  /** Empty in the form of RFC 2069. */
  readonly qualities: readonly QualityOfProtection[];
  /** The nonce was too old, the password may be right. */
  readonly stale: boolean;
  /** The user name may, and should, be sent as a hash (RFC 7616 section 3.4.4). */
  readonly userhash: boolean;
}

/** Every challenge of a 401 or 407 that names a known scheme, algorithm and quality; a proxy may add to those of a server. */
export function challengesOf(response: SipResponse): DigestChallenge[] {
  return [
    ...challengesIn('server', response.headers.all('WWW-Authenticate')),
    ...challengesIn('proxy', response.headers.all('Proxy-Authenticate')),
  ];
}

/** The same of lines that stand in another protocol's answer. */
export function challengesIn(kind: ChallengerKind, lines: readonly string[]): DigestChallenge[] {
  return lines.flatMap(parseAuthValues).flatMap((value) => challengeOf(kind, value) ?? []);
}

function challengeOf(kind: ChallengerKind, { scheme, parameters }: AuthValue): DigestChallenge | undefined {
  const algorithm = digestAlgorithmOf(parameters.get('algorithm'));
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  const qualities = qualitiesOf(parameters.get('qop'));
  if (scheme !== 'digest' || !algorithm || realm === undefined || nonce === undefined || !qualities)
    return undefined;
  return {
    kind,
    realm,
    nonce,
    opaque: parameters.get('opaque'),
    algorithm,
    qualities,
    stale: parameters.get('stale')?.toLowerCase() === 'true',
    userhash: parameters.get('userhash')?.toLowerCase() === 'true',
  };
}

/** Undefined where there are some and none is known. */
function qualitiesOf(list: string | undefined): QualityOfProtection[] | undefined {
  if (list === undefined) return [];
  const names = list.split(',').map((name) => name.trim().toLowerCase());
  const known = names.filter((name) => name === 'auth' || name === 'auth-int');
  return known.length === 0 ? undefined : known;
}

/** The line that makes a challenge. */
export function challengeLine(challenge: DigestChallenge): HeaderLine {
  const { realm, nonce, algorithm, qualities, opaque } = challenge;
  let value = `Digest realm=${quote(realm)}, nonce=${quote(nonce)}, algorithm=${algorithm}`;
  if (qualities.length > 0) value += `, qop="${qualities.join(',')}"`;
  if (opaque !== undefined) value += `, opaque=${quote(opaque)}`;
  if (challenge.stale) value += ', stale=true';
  return [challenge.kind === 'proxy' ? 'Proxy-Authenticate' : 'WWW-Authenticate', value];
}
