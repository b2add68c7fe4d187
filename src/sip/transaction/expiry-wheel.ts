import type { Clock, Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';

/** Something that expires once. The two slots belong to the wheel: they find the item without a search. */
export interface Expiring {
  expiryGroup: ExpiryGroup | undefined;
  expiryIndex: number;
  onExpiry(): void;
}

/** Everything that expires in the same tick. */
export interface ExpiryGroup {
  readonly items: Expiring[];
}

/** How finely expirations are grouped, in milliseconds: none comes early, each at most this late. */
const TICK = 100;

/**
 * One timer for the long waits of all transactions. At 3,000 calls a second 200,000 transactions wait
 * 32 seconds for stray retransmissions; a timer each would cost more than the transactions themselves.
 */
export class ExpiryWheel {
  readonly #clock: Clock;
  readonly #groups = new Map<number, ExpiryGroup>();
  #size = 0;
  #timer: Timer | undefined;
  #timerTick = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Lets `item` expire after `delay` milliseconds; an earlier appointment of the same item is replaced. */
  schedule(item: Expiring, delay: number): void {
    this.cancel(item);
    const tick = Math.ceil((this.#clock.now() + delay) / TICK);
    let group = this.#groups.get(tick);
    if (group === undefined) {
      group = { items: [] };
      this.#groups.set(tick, group);
    }
    item.expiryGroup = group;
    item.expiryIndex = group.items.push(item) - 1;
    this.#size++;
    if (tick < this.#timerTick) this.#startTimer(tick);
  }

  /** Takes the appointment back; nothing happens where there is none. */
  cancel(item: Expiring): void {
    const items = item.expiryGroup?.items;
    if (items === undefined) return;
    const last = items.pop();
    if (last !== undefined && last !== item) {
      items[item.expiryIndex] = last;
      last.expiryIndex = item.expiryIndex;
    }
    item.expiryGroup = undefined;
    this.#size--;
    if (this.#size === 0) this.close();
  }

  /** Forgets every appointment. */
  close(): void {
    for (const group of this.#groups.values()) {
      for (const item of group.items) item.expiryGroup = undefined;
    }
    this.#groups.clear();
    this.#size = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerTick = Infinity;
  }

  #startTimer(tick: number): void {
    this.#timer?.cancel();
    this.#timerTick = tick;
    const delay = Math.max(0, tick * TICK - this.#clock.now());
    this.#timer = this.#clock.startTimer('transaction expiry', milliseconds(delay), this.#onTick);
  }

  readonly #onTick = (): void => {
    // A system timer may fire a fraction of a millisecond early; the tick it was started for counts as reached.
    const reached = Math.max(this.#timerTick, Math.floor(this.#clock.now() / TICK));
    let tick = this.#timerTick;
    this.#timer = undefined;
    this.#timerTick = Infinity;
    for (; tick <= reached; tick++) this.#expire(tick);
    if (this.#size === 0) return;
    while (tick < this.#timerTick && !this.#groups.has(tick)) tick++;
    if (tick < this.#timerTick) this.#startTimer(tick);
  };

  #expire(tick: number): void {
    const group = this.#groups.get(tick);
    if (group === undefined) return;
    this.#groups.delete(tick);
    for (let item = group.items.pop(); item !== undefined; item = group.items.pop()) {
      item.expiryGroup = undefined;
      this.#size--;
      item.onExpiry();
    }
  }
}
