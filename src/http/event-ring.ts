import type { PublishedEvent } from '../events/device-event.js';

/** What a viewer that was away has missed. */
export type Missed = {
  /** Oldest first. */
  readonly events: readonly PublishedEvent[];
  /** How many more there were that nobody has any longer. */
  readonly lost: number;
};

/** The newest events, so that a viewer that comes back is told what it missed. */
export class EventRing {
  readonly #size: number;
  readonly #events: PublishedEvent[] = [];
  #newest = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(published: PublishedEvent): void {
    this.#events[published.sequence % this.#size] = published;
    this.#newest = published.sequence;
  }

  get newest(): number {
    return this.#newest;
  }

  after(sequence: number): Missed {
    const events: PublishedEvent[] = [];
    for (let next = Math.max(sequence + 1, this.#newest - this.#size + 1); next <= this.#newest; next++) {
      const event = this.#events[next % this.#size];
      if (event?.sequence === next) events.push(event);
    }
    return { events, lost: Math.max(0, this.#newest - sequence - events.length) };
  }
}
