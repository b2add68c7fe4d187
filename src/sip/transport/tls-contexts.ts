import { createSecureContext, type SecureContext, type SecureVersion } from 'node:tls';
import type { Clock } from '../../base/clock.js';
import { minutes } from '../../base/duration.js';
import { messageOf, SipsirenError } from '../../base/errors.js';
import type { TlsClientSettings, TlsVersion } from './tls-settings.js';
import { systemAuthorities } from './trusted-authorities.js';

/** The system's list of authorities is read again after that time, and a session is not resumed any more. */
const LIFETIME = minutes(60);
const MAX_CONTEXTS = 200;
const MAX_SESSIONS = 2_000;

/** What is known of a peer from the full handshake with it. */
export interface ProvenPeer {
  readonly peerSubject: string;
  readonly peerNames: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly validTo: number;
}

interface Entry<Value> {
  readonly value: Value;
  readonly until: number;
}

/** What outgoing connections share: keys and authorities once read, and sessions that can be resumed. */
export class TlsContexts {
  readonly #contexts: Recent<SecureContext>;
  readonly #sessions: Recent<Buffer>;
  readonly #peers: Recent<ProvenPeer>;
  readonly #keys = new WeakMap<TlsClientSettings, string>();

  constructor(clock: Clock) {
    this.#contexts = new Recent(clock, MAX_CONTEXTS);
    this.#sessions = new Recent(clock, MAX_SESSIONS);
    this.#peers = new Recent(clock, MAX_SESSIONS);
  }

  /** The same text for equal settings. */
  keyOf(settings: TlsClientSettings): string {
    let key = this.#keys.get(settings);
    if (key === undefined) {
      const { version = 'automatic', verify = true, authorities = [] } = settings;
      const { certificate = '', privateKey = '' } = settings;
      key = JSON.stringify([version, verify, certificate, privateKey, authorities]);
      this.#keys.set(settings, key);
    }
    return key;
  }

  /** Throws INVALID_VALUE where a text is no certificate or key, or the two do not belong together. */
  contextFor(settings: TlsClientSettings): SecureContext {
    const key = this.keyOf(settings);
    const known = this.#contexts.get(key);
    if (known) return known;
    const { version = 'automatic', verify = true, certificate, privateKey, authorities = [] } = settings;
    try {
      const context = createSecureContext({
        ...clientVersions(version),
        ...(certificate === undefined ? {} : { cert: certificate }),
        ...(privateKey === undefined ? {} : { key: privateKey }),
        // Nothing is read for somebody who is believed anyway.
        ...(verify ? { ca: [...systemAuthorities(), ...authorities] } : {}),
      });
      this.#contexts.set(key, context);
      return context;
    } catch (error) {
      throw unusable(error);
    }
  }

  /** A session to resume; only one with a peer that has proven itself, since its certificate is not shown again. */
  sessionOf(peer: string): Buffer | undefined {
    return this.peerOf(peer) ? this.#sessions.get(peer) : undefined;
  }

  /** Who a peer has proven to be, as long as its certificate is valid. */
  peerOf(peer: string): ProvenPeer | undefined {
    const known = this.#peers.get(peer);
    return known && known.validTo > Date.now() ? known : undefined;
  }

  keepPeer(peer: string, proven: ProvenPeer): void {
    this.#peers.set(peer, proven);
  }

  keepSession(peer: string, session: Buffer): void {
    this.#sessions.set(peer, session);
  }
}

/** A map whose entries are forgotten after a while, the oldest first when it is full. */
class Recent<Value> {
  readonly #clock: Clock;
  readonly #size: number;
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(clock: Clock, size: number) {
    this.#clock = clock;
    this.#size = size;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.until > this.#clock.now() ? entry.value : undefined;
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.#size) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, { value, until: this.#clock.now() + LIFETIME });
  }
}

/** Exactly the version that was asked for. */
function clientVersions(version: TlsVersion): { minVersion: SecureVersion; maxVersion: SecureVersion } {
  return {
    minVersion: version === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
    maxVersion: version === '1.2' ? 'TLSv1.2' : 'TLSv1.3',
  };
}

/** A certificate, key or authority that OpenSSL does not take. */
export function unusable(error: unknown): SipsirenError {
  return new SipsirenError(
    'INVALID_VALUE',
    `The TLS certificate, its private key or an authority cannot be used: ${messageOf(error)}.`,
    { cause: error, path: 'tls', accepted: 'PEM texts, the key belonging to the certificate' },
  );
}
