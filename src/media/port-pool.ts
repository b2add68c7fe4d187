import type { Clock } from '../base/clock.js';
import { seconds, type Duration } from '../base/duration.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { PortPair } from './port-pair.js';

/** How long a freed pair rests, so that late packets of its last call reach nobody. */
const REST = seconds(2);
/** So many pairs are kept ready ahead: opening sockets takes longer than answering a call. */
const SPARE_PAIRS = 4;
/** So many ports that other programs have are passed over before giving up. */
const MOST_SKIPPED = 1_000;
const LAST_EVEN_PORT = 65_534;

export interface PortPoolOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The address to bind, 0.0.0.0 and :: for all. */
  readonly address: string;
  /** The first RTP port; an odd number is rounded up. */
  readonly firstPort: number;
  /** The most pairs that are open at a time, those at rest included. */
  readonly limit: number;
  /** How long a freed pair rests before it is used again. Default 2 s. */
  readonly rest?: Duration;
}

/** How the ports are used, for the status page. */
export interface PortCounts {
  readonly busy: number;
  readonly resting: number;
  readonly ready: number;
  /** Pairs that were used again before their rest was over, since no other was left. */
  readonly restsCut: number;
}

interface IdlePair {
  readonly pair: PortPair;
  readonly readyAt: number;
}

/**
 * Pairs of ports, from the first port upward, whose sockets stay open from one call to the next. A freed pair
 * rests and then waits behind those that are ready longer. Where every pair is in use or at rest and no more
 * may be opened, the one that rests longest is taken: its last packets are still told apart by where they come
 * from, whereas an alarm call without a port is lost.
 */
export class PortPool {
  readonly #options: PortPoolOptions;
  /** The most pairs that are open at a time; may change at any time, and closes none. */
  limit: number;
  readonly #rest: number;
  /** Sorted by when they are ready. */
  #idle: IdlePair[] = [];
  readonly #busy = new Set<PortPair>();
  /** The pairs of a port range that is no longer configured; they are closed when their calls end. */
  readonly #outdated = new WeakSet<PortPair>();
  readonly #opening = new Set<Promise<void>>();
  /** Pairs that are being opened, in the background or for a call that waits. */
  #binding = 0;
  #firstPort: number;
  #nextPort: number;
  #restsCut = 0;
  #isClosed = false;

  constructor(options: PortPoolOptions) {
    this.#options = options;
    this.limit = options.limit;
    this.#rest = options.rest ?? REST;
    this.#firstPort = evenPort(options.firstPort);
    this.#nextPort = this.#firstPort;
  }

  /** Opens the spare pairs. Rejects with MEDIA_NO_PORT or ADDRESS_NOT_AVAILABLE where not even one can be had. */
  async warmUp(): Promise<void> {
    this.#addSpare(await this.#open());
    this.#keepSpare();
    await Promise.all(this.#opening);
  }

  /** A pair for one call, at once, where one is open and has rested. */
  acquireReady(): PortPair | undefined {
    const first = this.#hasReady ? this.#idle.shift() : undefined;
    return first && this.#handOut(first.pair);
  }

  /** A pair for one call. Rejects with MEDIA_NO_PORT or ADDRESS_NOT_AVAILABLE. */
  async acquire(): Promise<PortPair> {
    if (this.#isClosed) throw new SipsirenError('MEDIA_NO_PORT', 'The RTP ports are closed.');
    return this.acquireReady() ?? this.#handOut(await this.#openOrCutRest());
  }

  /** Takes a pair back; it rests first. */
  release(pair: PortPair): void {
    if (!this.#busy.delete(pair)) return;
    pair.owner = undefined;
    if (this.#isClosed || this.#outdated.has(pair)) pair.close();
    else this.#idle.push({ pair, readyAt: this.#options.clock.now() + this.#rest });
  }

  /** Moves to another range of ports; calls in progress keep theirs. */
  reconfigure(firstPort: number): void {
    if (evenPort(firstPort) === this.#firstPort) return;
    this.#firstPort = evenPort(firstPort);
    this.#nextPort = this.#firstPort;
    for (const { pair } of this.#idle) pair.close();
    this.#idle = [];
    for (const pair of this.#busy) this.#outdated.add(pair);
    this.#keepSpare();
  }

  get counts(): PortCounts {
    const now = this.#options.clock.now();
    const resting = this.#idle.filter(({ readyAt }) => readyAt > now).length;
    const ready = this.#idle.length - resting;
    return { busy: this.#busy.size, resting, ready, restsCut: this.#restsCut };
  }

  /** Closes every socket, also of pairs that are in use. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#opening);
    for (const { pair } of this.#idle) pair.close();
    for (const pair of this.#busy) pair.close();
    this.#idle = [];
    this.#busy.clear();
  }

  #handOut(pair: PortPair): PortPair {
    if (this.#isClosed) {
      pair.close();
      throw new SipsirenError('MEDIA_NO_PORT', 'The RTP ports were closed meanwhile.');
    }
    this.#busy.add(pair);
    this.#keepSpare();
    return pair;
  }

  async #openOrCutRest(): Promise<PortPair> {
    if (this.#mayOpen) {
      try {
        return await this.#open();
      } catch (error) {
        if (this.#idle.length === 0) throw error;
      }
    }
    // What is being opened as a spare is better than a pair at rest.
    while (!this.#hasReady && this.#opening.size > 0) await Promise.race(this.#opening);
    const longest = this.#idle.shift();
    if (longest === undefined) {
      throw new SipsirenError('MEDIA_NO_PORT', `All ${this.limit} pairs of RTP ports are in use.`);
    }
    if (longest.readyAt > this.#options.clock.now()) this.#restsCut++;
    return longest.pair;
  }

  get #hasReady(): boolean {
    const first = this.#idle[0];
    return first !== undefined && first.readyAt <= this.#options.clock.now();
  }

  get #mayOpen(): boolean {
    return this.#idle.length + this.#busy.size + this.#binding < this.limit;
  }

  /** Opens pairs in the background until enough are ready. */
  #keepSpare(): void {
    if (this.#isClosed) return;
    const now = this.#options.clock.now();
    let ready = this.#opening.size;
    for (const { readyAt } of this.#idle) {
      if (readyAt > now || ready >= SPARE_PAIRS) break;
      ready++;
    }
    for (; ready < SPARE_PAIRS && this.#mayOpen; ready++) this.#openSpare();
  }

  #openSpare(): void {
    const opening = this.#open().then(
      (pair) => {
        this.#opening.delete(opening);
        this.#addSpare(pair);
      },
      (error: unknown) => {
        this.#opening.delete(opening);
        this.#options.log.warn('no spare RTP port', { error: messageOf(error) });
      },
    );
    this.#opening.add(opening);
  }

  #addSpare(pair: PortPair): void {
    if (this.#isClosed || this.#outdated.has(pair)) pair.close();
    else this.#idle.unshift({ pair, readyAt: -Infinity });
  }

  async #open(): Promise<PortPair> {
    this.#binding++;
    try {
      return await this.#openNext();
    } finally {
      this.#binding--;
    }
  }

  /** Opens the next pair that no other program has. */
  async #openNext(): Promise<PortPair> {
    const { address, log } = this.#options;
    const firstPort = this.#firstPort;
    for (let skipped = 0; skipped < MOST_SKIPPED && this.#nextPort <= LAST_EVEN_PORT; skipped++) {
      const port = this.#nextPort;
      this.#nextPort += 2;
      try {
        const pair = await PortPair.bind({ address, port, log });
        if (firstPort !== this.#firstPort) this.#outdated.add(pair);
        return pair;
      } catch (error) {
        refuseUnlessTaken(error, address);
      }
    }
    this.#nextPort = this.#firstPort;
    throw new SipsirenError('MEDIA_NO_PORT', `No pair of RTP ports from ${this.#firstPort} upward is free.`, {
      accepted: 'another RTP start port',
    });
  }
}

function evenPort(port: number): number {
  return port + (port % 2);
}

function refuseUnlessTaken(error: unknown, address: string): void {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE' || code === 'EACCES') return;
  if (code === 'EADDRNOTAVAIL') {
    throw new SipsirenError(
      'ADDRESS_NOT_AVAILABLE',
      `RTP cannot use ${address}: the machine does not have it.`,
      {
        cause: error,
      },
    );
  }
  throw new SipsirenError('MEDIA_NO_PORT', `RTP ports cannot be opened: ${messageOf(error)}.`, {
    cause: error,
  });
}
