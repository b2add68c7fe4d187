import type { PublishedEvent } from '../events/device-event.js';

/** What a viewer that was away has missed. */
export type Missed = {
  /** Sequence numbers, oldest first. */
  readonly sequences: readonly number[];
  /** How many more there were that nobody has any longer. */
  readonly lost: number;
};

/** The newest events, so that a viewer that comes back is told what it missed. */
export class EventRing {
  readonly #size: number;
  readonly #life: string;
  readonly #events: PublishedEvent[] = [];
  /** Put into text once, when the first viewer needs it; never while nobody looks. */
  readonly #messages: (string | undefined)[] = [];
  #newest = 0;

  /** `life` makes ids of events distinct from those before a restart of the device. */
  constructor(options: { readonly size: number; readonly life: string }) {
    this.#size = options.size;
    this.#life = options.life;
  }

  add(published: PublishedEvent): void {
    const slot = published.sequence % this.#size;
    this.#events[slot] = published;
    this.#messages[slot] = undefined;
    this.#newest = published.sequence;
  }

  get newest(): number {
    return this.#newest;
  }

  after(sequence: number): Missed {
    const sequences: number[] = [];
    for (let next = Math.max(sequence + 1, this.#newest - this.#size + 1); next <= this.#newest; next++) {
      if (this.#events[next % this.#size]?.sequence === next) sequences.push(next);
    }
    return { sequences, lost: Math.max(0, this.#newest - sequence - sequences.length) };
  }

  /** The event as the stream carries it; empty where the ring has it no longer. */
  message(sequence: number): string {
    const slot = sequence % this.#size;
    const published = this.#events[slot];
    if (published?.sequence !== sequence) return '';
    return (this.#messages[slot] ??=
      `id: ${this.#life}-${sequence}\nevent: device\ndata: ${JSON.stringify(published)}\n\n`);
  }

  /** The sequence number in an id of this life; undefined where it is from another, or nonsense. */
  sequenceOf(id: string | undefined): number | undefined {
    const [life, text = ''] = id?.split('-') ?? [];
    const sequence = life === this.#life && /^\d+$/.test(text) ? Number(text) : undefined;
    return sequence !== undefined && sequence <= this.#newest ? sequence : undefined;
  }
}
