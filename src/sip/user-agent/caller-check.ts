import type { Clock } from '../../base/clock.js';
import { DigestServer, type DigestRefusal, type DigestVerdict } from '../auth/digest-server.js';
import type { SipRequest } from '../message/index.js';

/** Who a caller must prove to be (RFC 3261 section 22). */
export type CallerSecret = {
  /** Shown to the caller, and part of what it proves; the endpoint keeps one set of nonces for each realm. */
  readonly realm: string;
  readonly password: string;
  /** Default: whatever name the caller gives. */
  readonly username?: string;
};

/**
 * `known`: the caller knows the password. `challenged`: it was asked for it, since it had said nothing yet or its
 * nonce was too old. `wrong`: what it said was wrong or was heard before, and it was asked again.
 */
export type CallerVerdict = 'known' | 'challenged' | 'wrong';

/**
 * What does not say anything about the caller: no password was tried, or without a nonce that it was given, as
 * anybody can who writes its address on a datagram.
 */
const UNPROVEN: ReadonlySet<DigestRefusal> = new Set(['absent', 'malformed', 'algorithm', 'nonce', 'stale']);

/** Realms come from configuration; so many names would be a mistake. */
const MOST_REALMS = 64;

/** Checks callers against passwords, with nonces that outlive the call they were given to. */
export class CallerCheck {
  readonly #clock: Clock;
  readonly #servers = new Map<string, DigestServer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `source`: the address that the request came from; a nonce that it was not given is worth nothing. */
  check(request: SipRequest, source: string, { realm, password, username }: CallerSecret): DigestVerdict {
    return this.#serverOf(realm).check(request, {
      holder: source,
      lookup: (name) => (username === undefined || name === username ? { password } : undefined),
    });
  }

  #serverOf(realm: string): DigestServer {
    const known = this.#servers.get(realm);
    if (known) return known;
    if (this.#servers.size >= MOST_REALMS) this.#servers.clear();
    const server = new DigestServer({ realm, clock: this.#clock, lookup: () => undefined });
    this.#servers.set(realm, server);
    return server;
  }
}

/** What a verdict means for the call. */
export function callerVerdictOf(verdict: DigestVerdict): CallerVerdict {
  if (verdict.ok) return 'known';
  return UNPROVEN.has(verdict.reason) ? 'challenged' : 'wrong';
}
