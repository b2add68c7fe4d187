import type { Clock } from '../base/clock.js';
import { TokenBucket } from '../sip/transport/token-bucket.js';

/** How many a second. */
export interface RateLimits {
  /** From one address. */
  readonly fromOne: number;
  /** From a server, by which those of many come. */
  readonly fromServer: number;
  readonly fromAll: number;
}

/** Addresses that are counted at once. */
const MOST_SOURCES = 1_000;

/** Holds what comes in down to a rate: by source, and all together. */
export class SourceRate {
  readonly #clock: Clock;
  readonly #limits: RateLimits;
  readonly #all: TokenBucket;
  readonly #sources = new Map<string, TokenBucket>();

  constructor(clock: Clock, limits: RateLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#all = new TokenBucket(clock, limits.fromAll);
  }

  /** Whether one more is taken from there. */
  takes(source: string, isServer: boolean): boolean {
    const bucket = this.#sources.get(source) ?? this.#count(source, isServer);
    return bucket.take() && this.#all.take();
  }

  #count(source: string, isServer: boolean): TokenBucket {
    const [oldest] = this.#sources.keys();
    if (this.#sources.size >= MOST_SOURCES && oldest !== undefined) this.#sources.delete(oldest);
    const { fromOne, fromServer } = this.#limits;
    const bucket = new TokenBucket(this.#clock, isServer ? fromServer : fromOne);
    this.#sources.set(source, bucket);
    return bucket;
  }
}
