import type { Clock } from '../../base/clock.js';
import { TokenBucket } from '../../sip/transport/token-bucket.js';

/** Messages a second from one address. */
const FROM_ONE = 5;
/** The same for a server, by which the messages of many come. */
const FROM_SERVER = 50;
/** From everybody together. */
const FROM_ALL = 100;
/** Addresses that are counted at once. */
const MOST_SOURCES = 1_000;

/** Holds messages down to a rate that rules and pages can follow: by source, and all together. */
export class MessageRate {
  readonly #clock: Clock;
  readonly #all: TokenBucket;
  readonly #sources = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = new TokenBucket(clock, FROM_ALL);
  }

  /** Whether one message more is taken from there. */
  takes(source: string, isServer: boolean): boolean {
    const bucket = this.#sources.get(source) ?? this.#count(source, isServer);
    return bucket.take() && this.#all.take();
  }

  #count(source: string, isServer: boolean): TokenBucket {
    const [oldest] = this.#sources.keys();
    if (this.#sources.size >= MOST_SOURCES && oldest !== undefined) this.#sources.delete(oldest);
    const bucket = new TokenBucket(this.#clock, isServer ? FROM_SERVER : FROM_ONE);
    this.#sources.set(source, bucket);
    return bucket;
  }
}
