import type { Clock, Timer } from '../../base/clock.js';
import { hours, milliseconds } from '../../base/duration.js';
import type { Log } from '../../base/log.js';
import type { SourceBlockedEvent } from '../../events/device-event.js';
import { comparableAddress } from '../access-list-address.js';
import { AddressSet } from './address-set.js';
import { RecentMap } from './recent-map.js';
import { blockLength, reasonInWords, type SourceBlock } from './source-block.js';
import type { BlockedByHand, SourceGuardSettings } from './source-guard-settings.js';
import type { BlockReason, Offence } from './suspicion.js';

/** Blocks that are remembered, those that are over included. */
const MOST_BLOCKS = 10_000;
/** How long it is remembered that a source was blocked. */
const REMEMBERED = hours(24);
/** The longest that is waited before it is looked whether a block is over. */
const LONGEST_WAIT = hours(1);

/** A source that is blocked, as people see it. Times are milliseconds since the Unix epoch. */
export interface BlockedSource {
  /** An address, an IPv6 network, or what a person has written. */
  readonly address: string;
  readonly since: number;
  /** Null for a block that lasts until somebody lifts it. */
  readonly until: number | null;
  readonly reason: BlockReason;
  /** The reason in words. */
  readonly why: string;
  /** Datagrams, requests and connections that were dropped since. */
  readonly dropped: number;
  /** How often it was blocked within a day, this time counted. */
  readonly times: number;
}

export interface BlockListOptions {
  readonly settings: SourceGuardSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: (event: SourceBlockedEvent) => void;
  /** What is blocked by hand is otherwise than before. */
  readonly onChange: () => void;
}

/** A block that somebody has set, with what was dropped since. */
export interface HandBlock extends BlockedByHand {
  readonly set: AddressSet;
  dropped: number;
}

/** What is blocked: by the guard itself, until a time that grows with each time, and by hand. */
export class BlockList {
  readonly #options: BlockListOptions;
  readonly #blocks = new RecentMap<SourceBlock>(MOST_BLOCKS);
  #settings: SourceGuardSettings;
  #byHand: HandBlock[] = [];
  /** The same, to be asked for every new source. */
  #handSet = new AddressSet([]);
  /** How many of the blocks are not over. */
  #inForce = 0;
  #timer: Timer | undefined;

  constructor(options: BlockListOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#takeByHand(options.settings.blocked.map(handBlock));
    this.#wait();
  }

  /** Whether the guard itself has blocked nobody. */
  get isEmpty(): boolean {
    return this.#inForce === 0;
  }

  /** The block by hand that an address falls under. */
  byHand(address: string): HandBlock | undefined {
    const comparable = comparableAddress(address);
    if (comparable === undefined || !this.#handSet.has(comparable)) return undefined;
    return this.#byHand.find(({ set }) => set.has(comparable));
  }

  apply(settings: SourceGuardSettings): void {
    const before = this.#byHand;
    this.#settings = settings;
    const known = new Map(before.map((block) => [block.address, block]));
    this.#takeByHand(
      settings.blocked.map((block) => ({
        ...handBlock(block),
        dropped: known.get(block.address)?.dropped ?? 0,
      })),
    );
    const now = new Set(this.#byHand.map(({ address }) => address));
    for (const { address } of before) if (!now.has(address)) this.#tell(address, 'released', 'byHand');
    for (const { address } of this.#byHand) {
      if (!known.has(address)) this.#tell(address, 'blocked', 'byHand');
    }
    this.#wait();
  }

  /** Whether a source is blocked; counts what is dropped of it then. */
  drops(key: string): boolean {
    const block = this.#blocks.peek(key);
    if (block === undefined || block.isOver || block.until <= this.#options.clock.now()) return false;
    block.dropped += 1;
    return true;
  }

  block(key: string, reason: Offence): void {
    const now = this.#options.clock.now();
    const before = this.#blocks.peek(key);
    const times = before === undefined || now - before.until > REMEMBERED ? 1 : before.times + 1;
    const length = blockLength(times, this.#settings);
    this.#blocks.set(key, { since: now, until: now + length, reason, times, dropped: 0, isOver: false });
    this.#recount();
    this.#tell(key, 'blocked', reason, { seconds: length / 1_000, times });
    this.#wait();
  }

  /** Lifts a block that the guard made itself, and forgets how often it was made. False where there is none. */
  release(key: string): boolean {
    const block = this.#blocks.peek(key);
    if (block === undefined || block.isOver) return false;
    this.#blocks.delete(key);
    this.#recount();
    this.#tell(key, 'released', block.reason);
    return true;
  }

  list(): readonly BlockedSource[] {
    const { clock } = this.#options;
    const offset = clock.wallTime() - clock.now();
    const own = [...this.#blocks.entries()]
      .filter(([, { isOver, until }]) => !isOver && until > clock.now())
      .map(([address, { since, until, reason, dropped, times }]) => ({
        address,
        since: Math.round(since + offset),
        until: Math.round(until + offset),
        reason,
        why: reasonInWords(reason),
        dropped,
        times,
      }));
    const byHand = this.#byHand.map(({ address, since, until, description, dropped }) => ({
      address,
      since,
      until,
      reason: 'byHand' as const,
      why: description === '' ? reasonInWords('byHand') : `${reasonInWords('byHand')}: ${description}`,
      dropped,
      times: 1,
    }));
    return [...own, ...byHand].sort((one, other) => other.since - one.since);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #isPast({ until }: BlockedByHand): boolean {
    return until !== null && until <= this.#options.clock.wallTime();
  }

  #takeByHand(blocks: readonly HandBlock[]): void {
    this.#byHand = blocks.filter((block) => !this.#isPast(block));
    this.#handSet = new AddressSet(this.#byHand.map(({ address }) => address));
  }

  #recount(): void {
    this.#inForce = 0;
    for (const [, { isOver }] of this.#blocks.entries()) if (!isOver) this.#inForce += 1;
  }

  /** One timer for all blocks, to the next that ends. */
  #wait(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { clock } = this.#options;
    let next = Infinity;
    for (const [, { isOver, until }] of this.#blocks.entries()) {
      if (!isOver) next = Math.min(next, until - clock.now());
    }
    for (const { until } of this.#byHand) if (until !== null) next = Math.min(next, until - clock.wallTime());
    if (next === Infinity) return;
    const delay = milliseconds(Math.min(LONGEST_WAIT, Math.max(1, next)));
    this.#timer = clock.startTimer('source block', delay, () => this.#endWhatIsOver());
  }

  #endWhatIsOver(): void {
    const { clock, onChange } = this.#options;
    const now = clock.now();
    for (const [key, block] of [...this.#blocks.entries()]) {
      if (block.isOver || block.until > now) continue;
      block.isOver = true;
      this.#tell(key, 'released', block.reason);
    }
    this.#recount();
    const past = this.#byHand.filter((block) => this.#isPast(block));
    this.#takeByHand(this.#byHand);
    for (const { address } of past) this.#tell(address, 'released', 'byHand');
    if (past.length > 0) onChange();
    this.#wait();
  }

  #tell(
    address: string,
    change: SourceBlockedEvent['change'],
    reason: BlockReason,
    more: Readonly<Record<string, number>> = {},
  ): void {
    const { log, publish } = this.#options;
    if (change === 'blocked') {
      log.warn(`a source is blocked: ${reasonInWords(reason)}`, { source: address, ...more });
    } else {
      log.info('a source is not blocked any more', { source: address });
    }
    publish({ type: 'source.blocked', address, change, reason });
  }
}

function handBlock(block: BlockedByHand): HandBlock {
  return { ...block, set: new AddressSet([block.address]), dropped: 0 };
}
