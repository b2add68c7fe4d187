import { randomToken } from '../../base/ids.js';
import { formatUri, type HeaderLine, type SipRequest, type SipResponse } from '../message/index.js';
import type { Target } from '../transport/flow.js';
import { parseAuthValues } from './auth-value.js';
import { ScopeGuard, type CredentialScope } from './credential-scope.js';
import type { CredentialSource } from './credential-source.js';
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from './digest-algorithm.js';
import { challengesOf, type ChallengerKind, type DigestChallenge } from './digest-challenge.js';
import { digestCredentials, type DigestCredentials } from './digest-credentials.js';

export interface DigestClientOptions {
  readonly credentials: DigestCredentials;
  /** Who may be answered. */
  readonly scope: CredentialScope;
  /** A fresh `cnonce`. Default: 64 random bits. */
  readonly clientNonce?: (() => string) | undefined;
}

/** A realm that was answered, for counting how often its nonce was used. */
type Session = {
  challenge: DigestChallenge;
  /** How many requests were answered with this nonce. */
  count: number;
};

/** More realms than an account can have; beyond it the oldest is forgotten. */
const MOST_SESSIONS = 16;

/**
 * Answers challenges for one account (RFC 3261 section 22, RFC 7616, RFC 8760): the strongest algorithm of
 * each realm, and only to the hosts of its scope.
 */
export class DigestClient implements CredentialSource {
  readonly #credentials: DigestCredentials;
  readonly #guard: ScopeGuard;
  readonly #clientNonce: () => string;
  readonly #sessions = new Map<string, Session>();

  constructor(options: DigestClientOptions) {
    this.#credentials = options.credentials;
    this.#guard = new ScopeGuard(options.scope);
    this.#clientNonce = options.clientNonce ?? randomToken;
  }

  answer(response: SipResponse, request: SipRequest, target: Target): readonly HeaderLine[] | undefined {
    if (!this.#guard.includes(request, target)) return undefined;
    const challenges = this.#strongest(challengesOf(response));
    const tried = triedNonces(request);
    let accepted = 0;
    for (const [key, challenge] of challenges) {
      if (!this.#mayAnswer(challenge, tried.get(key))) continue;
      this.#remember(key, challenge);
      accepted++;
    }
    if (accepted === 0) return undefined;
    // A request that already satisfied one proxy must go on satisfying it (section 22.3).
    const realms = new Set([...tried.keys(), ...challenges.keys()]);
    return [...realms].flatMap((key) => this.#linesFor(key, request));
  }

  /** By kind and realm, because each of them is answered by itself. */
  #strongest(challenges: readonly DigestChallenge[]): Map<string, DigestChallenge> {
    const best = new Map<string, DigestChallenge>();
    for (const challenge of challenges) {
      if (!this.#guard.includesRealm(challenge.realm)) continue;
      const key = keyOf(challenge.kind, challenge.realm);
      const other = best.get(key);
      if (!other || rankOf(challenge.algorithm) < rankOf(other.algorithm)) best.set(key, challenge);
    }
    return best;
  }

  /**
   * A realm that challenges again what was answered has refused the password, unless only the nonce was too
   * old; and a nonce that is too old twice in a row would make a loop.
   */
  #mayAnswer(challenge: DigestChallenge, triedNonce: string | undefined): boolean {
    if (triedNonce === undefined) return true;
    if (!challenge.stale || challenge.nonce === triedNonce) return false;
    const session = this.#sessions.get(keyOf(challenge.kind, challenge.realm));
    return !(session?.challenge.nonce === triedNonce && session.challenge.stale);
  }

  #remember(key: string, challenge: DigestChallenge): void {
    const session = this.#sessions.get(key);
    if (session?.challenge.nonce === challenge.nonce) {
      session.challenge = challenge;
      return;
    }
    this.#sessions.delete(key);
    if (this.#sessions.size >= MOST_SESSIONS) {
      for (const oldest of this.#sessions.keys()) {
        this.#sessions.delete(oldest);
        break;
      }
    }
    this.#sessions.set(key, { challenge, count: 0 });
  }

  #linesFor(key: string, request: SipRequest): HeaderLine[] {
    const session = this.#sessions.get(key);
    if (session === undefined) return [];
    session.count++;
    const name = session.challenge.kind === 'proxy' ? 'Proxy-Authorization' : 'Authorization';
    return [[name, this.#credentialsFor(session, request)]];
  }

  #credentialsFor({ challenge, count }: Session, request: SipRequest): string {
    return digestCredentials(challenge, {
      credentials: this.#credentials,
      method: request.method,
      uri: formatUri(request.uri),
      body: request.body,
      clientNonce: this.#clientNonce(),
      count,
    });
  }
}

function keyOf(kind: ChallengerKind, realm: string): string {
  return `${kind} ${realm}`;
}

function rankOf(algorithm: DigestAlgorithm): number {
  return DIGEST_ALGORITHMS.indexOf(algorithm);
}

/** The nonces that a request was sent with, by kind and realm. */
function triedNonces(request: SipRequest): Map<string, string> {
  const tried = new Map<string, string>();
  for (const [kind, name] of [
    ['server', 'Authorization'],
    ['proxy', 'Proxy-Authorization'],
  ] as const) {
    for (const { parameters } of request.headers.all(name).flatMap(parseAuthValues)) {
      tried.set(keyOf(kind, parameters.get('realm') ?? ''), parameters.get('nonce') ?? '');
    }
  }
  return tried;
}
