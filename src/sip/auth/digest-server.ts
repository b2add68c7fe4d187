import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/clock.js';
import { minutes, type Duration } from '../../base/duration.js';
import { formatUri, type HeaderLine, type SipRequest } from '../message/index.js';
import { parseAuthValues } from './auth-value.js';
import { digestAlgorithmOf, type DigestAlgorithm } from './digest-algorithm.js';
import { challengeLine, type ChallengerKind } from './digest-challenge.js';
import { digestResponse, secretHash, type QualityOfProtection } from './digest-response.js';
import { NonceBook } from './nonce-book.js';
import { NonceMint } from './nonce-mint.js';

/** What is known of a user: the password, or H(username:realm:password) of the algorithm that is asked for. */
export type Secret = { readonly password: string } | { readonly secretHash: string };

/** Finds a user's secret; undefined where the user is unknown. */
export type SecretLookup = (username: string, algorithm: DigestAlgorithm) => Secret | undefined;

export interface DigestServerOptions {
  readonly realm: string;
  readonly clock: Clock;
  readonly lookup: SecretLookup;
  /** Offered together, the most wanted first (RFC 8760 section 2.4). Default SHA-256 and MD5. */
  readonly algorithms?: readonly DigestAlgorithm[] | undefined;
  /** Default auth. */
  readonly qualities?: readonly QualityOfProtection[] | undefined;
  /** Default `server`: 401. A proxy challenges with 407. */
  readonly kind?: ChallengerKind | undefined;
  /** How long a nonce may be used. Default 5 minutes. */
  readonly nonceLifetime?: Duration | undefined;
  /** How many nonces in use are remembered against replay. Default 10,000. */
  readonly nonceLimit?: number | undefined;
}

/** Why credentials were not accepted; `absent` is the normal first request. */
export type DigestRefusal =
  | 'absent'
  | 'malformed'
  | 'algorithm'
  | 'nonce'
  | 'stale'
  | 'replayed'
  | 'uri'
  | 'unknown user'
  | 'wrong password';

/** What is known of one request beside the request itself. */
export interface DigestQuestion {
  /** Who may be meant. Default: the lookup of the options. */
  readonly lookup?: SecretLookup;
  /** Whom the nonces are given to, such as the address that a request came from. Default: anybody may use them. */
  readonly holder?: string | undefined;
}

export type DigestVerdict =
  | { readonly ok: true; readonly username: string }
  | {
      readonly ok: false;
      readonly reason: DigestRefusal;
      /** The password was right, only the nonce is too old. */
      readonly stale: boolean;
      /** The challenge lines of a 401 or 407. */
      readonly challenge: readonly HeaderLine[];
    };

type Claim = Readonly<Record<(typeof CLAIMED)[number], string>> & {
  readonly parameters: ReadonlyMap<string, string>;
};

const CLAIMED = ['username', 'realm', 'nonce', 'uri', 'response'] as const;

/** Challenges callers and checks what they answer (RFC 7616, RFC 8760, RFC 3261 section 22.4). */
export class DigestServer {
  readonly #options: DigestServerOptions;
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #qualities: readonly QualityOfProtection[];
  readonly #kind: ChallengerKind;
  readonly #lifetime: Duration;
  readonly #mint: NonceMint;
  readonly #book: NonceBook;

  constructor(options: DigestServerOptions) {
    this.#options = options;
    this.#algorithms = options.algorithms ?? ['SHA-256', 'MD5'];
    this.#qualities = options.qualities ?? ['auth'];
    this.#kind = options.kind ?? 'server';
    this.#lifetime = options.nonceLifetime ?? minutes(5);
    this.#mint = new NonceMint(options.clock);
    this.#book = new NonceBook(options.nonceLimit ?? 10_000);
  }

  /** Whether a request carries valid credentials for this realm, and if not, why and what to challenge with. */
  check(request: SipRequest, { lookup, holder = '' }: DigestQuestion = {}): DigestVerdict {
    const claim = this.#claimOf(request);
    const outcome =
      typeof claim === 'string'
        ? claim
        : this.#judge(claim, { request, holder, lookup: lookup ?? this.#options.lookup });
    if (outcome === 'ok' && typeof claim !== 'string') return { ok: true, username: claim.username };
    const reason = outcome === 'ok' ? 'absent' : outcome;
    const stale = reason === 'stale';
    return { ok: false, reason, stale, challenge: this.#challenge(stale, holder) };
  }

  /**
   * The credentials for our realm. There is one set of them in a request (RFC 3261 section 22.3): who sends several
   * wants several guesses for the price of one.
   */
  #claimOf(request: SipRequest): Claim | 'absent' | 'malformed' {
    const name = this.#kind === 'proxy' ? 'Proxy-Authorization' : 'Authorization';
    const ours = request.headers
      .all(name)
      .flatMap(parseAuthValues)
      .filter(
        ({ scheme, parameters }) => scheme === 'digest' && parameters.get('realm') === this.#options.realm,
      );
    const [only] = ours;
    if (only === undefined) return 'absent';
    return (ours.length === 1 ? claimOf(only.parameters) : undefined) ?? 'malformed';
  }

  #judge(claim: Claim, { request, lookup, holder }: Asked): 'ok' | DigestRefusal {
    const algorithm = digestAlgorithmOf(claim.parameters.get('algorithm'));
    if (algorithm === undefined || !this.#algorithms.includes(algorithm)) return 'algorithm';
    const quality = qualityOf(claim.parameters.get('qop'));
    if (quality === null || (quality !== undefined && !this.#qualities.includes(quality))) return 'malformed';
    const count = quality === undefined ? 1 : countOf(claim.parameters.get('nc'));
    if (count === undefined) return 'malformed';
    const issuedAt = this.#mint.issuedAt(claim.nonce, holder);
    if (issuedAt === undefined) return 'nonce';
    // A digest is bound to one URI; with another one it was taken from elsewhere (RFC 7616 section 3.4.6).
    if (claim.uri !== formatUri(request.uri)) return 'uri';
    const verdict = this.#comparePassword(claim, { algorithm, quality, request, lookup });
    if (verdict !== 'ok') return verdict;
    if (this.#options.clock.now() - issuedAt > this.#lifetime) return 'stale';
    if (this.#book.mayBeForgotten(claim.nonce, issuedAt)) return 'stale';
    // Without qop there is no count: such a nonce serves once.
    return this.#book.use(claim.nonce, count, issuedAt) ? 'ok' : quality === undefined ? 'stale' : 'replayed';
  }

  #comparePassword(claim: Claim, { algorithm, quality, request, lookup }: Attempt): 'ok' | DigestRefusal {
    const { username, realm, nonce, uri, parameters } = claim;
    const secret = lookup(username, algorithm);
    const expected = digestResponse({
      algorithm,
      // An unknown user costs the same time as a wrong password.
      secretHash:
        secret === undefined ? secretHash(algorithm, username, realm, '') : hashOf(secret, algorithm, claim),
      nonce,
      method: request.method,
      uri,
      quality,
      nonceCount: parameters.get('nc') ?? '',
      clientNonce: parameters.get('cnonce') ?? '',
      body: request.body,
    });
    const isRight = isSame(expected, claim.response.toLowerCase());
    if (secret === undefined) return 'unknown user';
    return isRight ? 'ok' : 'wrong password';
  }

  /** One line for each algorithm, all with the same nonce (RFC 8760 section 2.4). */
  #challenge(stale: boolean, holder: string): readonly HeaderLine[] {
    const shared = {
      kind: this.#kind,
      realm: this.#options.realm,
      nonce: this.#mint.issue(holder),
      opaque: undefined,
      qualities: this.#qualities,
      stale,
      userhash: false,
    };
    return this.#algorithms.map((algorithm) => challengeLine({ ...shared, algorithm }));
  }
}

type Asked = Required<DigestQuestion> & {
  readonly request: SipRequest;
  readonly holder: string;
};

type Attempt = {
  readonly algorithm: DigestAlgorithm;
  readonly quality: QualityOfProtection | undefined;
  readonly request: SipRequest;
  readonly lookup: SecretLookup;
};

function claimOf(parameters: ReadonlyMap<string, string>): Claim | undefined {
  const [username, realm, nonce, uri, response] = CLAIMED.map((name) => parameters.get(name));
  if (username === undefined || realm === undefined || nonce === undefined) return undefined;
  if (uri === undefined || response === undefined) return undefined;
  return { username, realm, nonce, uri, response, parameters };
}

function hashOf(secret: Secret, algorithm: DigestAlgorithm, { username, realm }: Claim): string {
  return 'password' in secret ? secretHash(algorithm, username, realm, secret.password) : secret.secretHash;
}

/** Null where the quality is none that we know. */
function qualityOf(text: string | undefined): QualityOfProtection | undefined | null {
  const name = text?.toLowerCase();
  return name === undefined || name === 'auth' || name === 'auth-int' ? name : null;
}

function countOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9a-f]{8}$/i.test(text) && text !== '00000000'
    ? parseInt(text, 16)
    : undefined;
}

/** Takes the same time wherever the two differ. */
function isSame(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
