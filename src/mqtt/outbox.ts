/** A message on its way to the broker. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Of a message that says how something is: what it is about. Of each only the latest is kept. */
  readonly about?: string;
}

export interface OutboxLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** For what happened, and the same again for how things are. */
const USUAL_LIMITS: OutboxLimits = { messages: 1_000, bytes: 1_048_576 };

/**
 * What waits for the broker, oldest first. Of states only the latest is kept, at the place of the newest change; of
 * everything else as much as there is room for, the oldest given up first and counted. States and the rest have room
 * of their own: neither pushes the other out.
 */
export class Outbox {
  readonly #events: Lane;
  readonly #states: Lane;
  #place = 0;
  #dropped = 0;

  constructor(limits: OutboxLimits = USUAL_LIMITS) {
    this.#events = new Lane(limits);
    this.#states = new Lane(limits);
  }

  get messages(): number {
    return this.#events.size + this.#states.size;
  }

  get bytes(): number {
    return this.#events.bytes + this.#states.bytes;
  }

  /** How many messages were given up since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  add(message: OutgoingMessage): void {
    const place = ++this.#place;
    const lane = message.about === undefined ? this.#events : this.#states;
    lane.add(message.about ?? String(place), { place, message });
    this.#dropped += lane.shrink();
  }

  /** Puts a message that was taken out back to the front; a state only where nothing newer is known of it. */
  putBack(message: OutgoingMessage): void {
    if (message.about !== undefined && this.#states.has(message.about)) return;
    const lane = message.about === undefined ? this.#events : this.#states;
    lane.addFirst(message.about ?? `back ${++this.#place}`, { place: 0, message });
  }

  /** Whether a state about this waits. */
  has(about: string): boolean {
    return this.#states.has(about);
  }

  /** Takes the oldest out. */
  take(): OutgoingMessage | undefined {
    const event = this.#events.first;
    const state = this.#states.first;
    if (!state || (event && event.place < state.place)) return this.#events.takeFirst();
    return this.#states.takeFirst();
  }

  clear(): void {
    this.#events.clear();
    this.#states.clear();
  }
}

interface Waiting {
  readonly place: number;
  readonly message: OutgoingMessage;
}

/** Messages of one kind, by what they are about, in the order they came. */
class Lane {
  readonly #limits: OutboxLimits;
  readonly #waiting = new Map<string, Waiting>();
  bytes = 0;

  constructor(limits: OutboxLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get first(): Waiting | undefined {
    return this.#waiting.values().next().value;
  }

  add(key: string, waiting: Waiting): void {
    this.#remove(key);
    this.#waiting.set(key, waiting);
    this.bytes += sizeOf(waiting);
  }

  addFirst(key: string, waiting: Waiting): void {
    const others = [...this.#waiting];
    this.#waiting.clear();
    for (const [name, one] of [[key, waiting] as const, ...others]) this.#waiting.set(name, one);
    this.bytes += sizeOf(waiting);
  }

  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  takeFirst(): OutgoingMessage | undefined {
    const [entry] = this.#waiting;
    if (!entry) return undefined;
    this.#remove(entry[0]);
    return entry[1].message;
  }

  /** Gives the oldest up until the rest has room; tells how many. */
  shrink(): number {
    let count = 0;
    while (this.size > this.#limits.messages || this.bytes > this.#limits.bytes) {
      this.takeFirst();
      count++;
    }
    return count;
  }

  clear(): void {
    this.#waiting.clear();
    this.bytes = 0;
  }

  #remove(key: string): void {
    const known = this.#waiting.get(key);
    if (!known) return;
    this.#waiting.delete(key);
    this.bytes -= sizeOf(known);
  }
}

function sizeOf({ message: { topic, payload } }: Waiting): number {
  return Buffer.byteLength(topic) + Buffer.byteLength(payload);
}
