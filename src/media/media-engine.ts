import { isIPv4 } from 'node:net';

import type { Clock } from '../base/clock.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { MediaSessionOptions } from './media-session-options.js';
import { MediaSession } from './media-session.js';
import { Pacer } from './pacer.js';
import type { PortPair } from './port-pair.js';
import { PortPool, type PortCounts } from './port-pool.js';

export interface MediaEngineOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The numeric address to bind; 0.0.0.0 for all of IPv4, :: for all of both. */
  readonly address: string;
  /** RTP start port. Default 4000. */
  readonly firstPort?: number;
  /** The most calls at a time. Default 100. */
  readonly maxSessions?: number;
}

/** What the engine does now, for the status page. */
export interface MediaCounts {
  readonly sessions: number;
  readonly ports: PortCounts;
}

const DEFAULT_FIRST_PORT = 4_000;
const DEFAULT_MAX_SESSIONS = 100;

/** All calls' audio: the ports, the one tick that paces every stream, and the sessions. */
export class MediaEngine {
  readonly #clock: Clock;
  #maxSessions: number;
  readonly #pool: PortPool;
  readonly #pacer: Pacer;
  readonly #families: readonly (4 | 6)[];
  readonly #sessions = new Set<MediaSession>();
  /** Sessions whose ports are on their way, which count toward the limit. */
  #starting = 0;

  constructor(options: MediaEngineOptions) {
    const log = options.log.room('media');
    this.#clock = options.clock;
    this.#maxSessions = options.maxSessions ?? DEFAULT_MAX_SESSIONS;
    this.#families = familiesOf(options.address);
    this.#pool = new PortPool({
      clock: options.clock,
      log,
      address: options.address,
      firstPort: options.firstPort ?? DEFAULT_FIRST_PORT,
      // As many again may be at rest, so that a full house does not cut every rest.
      limit: this.#maxSessions * 2,
    });
    this.#pacer = new Pacer({
      clock: options.clock,
      onFailure: (failure) => log.error('a stream could not be sent', { error: messageOf(failure) }),
    });
  }

  /** Opens spare ports before the first call, and finds out whether that works. Rejects as `createSession`. */
  warmUp(): Promise<void> {
    return this.#pool.warmUp();
  }

  /**
   * A session with ports of its own: at once where a pair is ready, which it usually is, else as soon as one
   * is open. Rejects with MEDIA_NO_PORT or ADDRESS_NOT_AVAILABLE; never throws.
   */
  createSession(options: MediaSessionOptions): MediaSession | Promise<MediaSession> {
    if (this.#sessions.size + this.#starting >= this.#maxSessions) {
      const message = `All ${this.#maxSessions} audio sessions are in use.`;
      return Promise.reject(new SipsirenError('MEDIA_NO_PORT', message));
    }
    const ports = this.#pool.acquireReady();
    return ports === undefined ? this.#openSession(options) : this.#startSession(options, ports);
  }

  /** Moves new sessions to another range of ports, or changes how many there may be; those in progress stay as they are. */
  reconfigure({ firstPort, maxSessions }: Pick<MediaEngineOptions, 'firstPort' | 'maxSessions'>): void {
    if (firstPort !== undefined) this.#pool.reconfigure(firstPort);
    if (maxSessions === undefined) return;
    this.#maxSessions = maxSessions;
    this.#pool.limit = maxSessions * 2;
  }

  get counts(): MediaCounts {
    return { sessions: this.#sessions.size, ports: this.#pool.counts };
  }

  /** Ends every session and closes every port. Idempotent. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.close();
    await this.#pool.close();
  }

  async #openSession(options: MediaSessionOptions): Promise<MediaSession> {
    this.#starting++;
    try {
      return this.#startSession(options, await this.#pool.acquire());
    } finally {
      this.#starting--;
    }
  }

  #startSession(options: MediaSessionOptions, ports: PortPair): MediaSession {
    const session = new MediaSession(options, {
      clock: this.#clock,
      pacer: this.#pacer,
      ports,
      families: this.#families,
      onClosed: (closed) => {
        this.#sessions.delete(closed);
        this.#pool.release(ports);
      },
    });
    this.#sessions.add(session);
    return session;
  }
}

function familiesOf(address: string): readonly (4 | 6)[] {
  if (isIPv4(address)) return [4];
  return address === '::' ? [4, 6] : [6];
}
