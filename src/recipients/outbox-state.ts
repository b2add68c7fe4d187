import type { DeadLetter, Delivery, WaitingDelivery } from './delivery.js';
import type { OutboxLimits } from './limits.js';

/** One line of an outbox on disk: something that happened to a delivery. */
export type OutboxRecord =
  | { readonly is: 'added'; readonly delivery: Delivery }
  | { readonly is: 'failed'; readonly id: string; readonly at: number; readonly error: string }
  | { readonly is: 'delivered'; readonly id: string; readonly at: number }
  | { readonly is: 'died'; readonly id: string; readonly at: number; readonly reason: string }
  /** A dead letter is to be tried again, after all that waits. */
  | { readonly is: 'revived'; readonly id: string }
  /** A dead letter is forgotten. */
  | { readonly is: 'forgotten'; readonly id: string }
  /** Stands for everything before: what waits and what is dead, in their order, and the last sequence number. */
  | {
      readonly is: 'summary';
      readonly sequence: number;
      readonly lastDelivered?: number | undefined;
    }
  | { readonly is: 'waits'; readonly entry: WaitingDelivery }
  | { readonly is: 'dead'; readonly letter: DeadLetter };

interface SizedDelivery {
  entry: WaitingDelivery;
  readonly bytes: number;
}

/**
 * What waits for one recipient and what was given up, as the records make it.
 *
 *     added ──▶ waits ──delivered──▶ gone
 *                 │ ▲
 *            died │ │ revived
 *                 ▼ │
 *               dead ──forgotten──▶ gone
 */
export class OutboxState {
  readonly #waiting = new Map<string, SizedDelivery>();
  readonly #dead = new Map<string, DeadLetter>();
  #bytes = 0;
  #sequence = 0;
  #lastDelivered: number | undefined;

  /** In the order in which they are delivered. */
  get waiting(): readonly WaitingDelivery[] {
    return [...this.#waiting.values()].map(({ entry }) => entry);
  }

  get first(): WaitingDelivery | undefined {
    for (const { entry } of this.#waiting.values()) return entry;
    return undefined;
  }

  /** Oldest first. */
  get dead(): readonly DeadLetter[] {
    return [...this.#dead.values()];
  }

  get count(): number {
    return this.#waiting.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The last sequence number that was given. */
  get sequence(): number {
    return this.#sequence;
  }

  get lastDelivered(): number | undefined {
    return this.#lastDelivered;
  }

  find(id: string): WaitingDelivery | undefined {
    return this.#waiting.get(id)?.entry;
  }

  letter(id: string): DeadLetter | undefined {
    return this.#dead.get(id);
  }

  apply(record: OutboxRecord): void {
    switch (record.is) {
      case 'added':
        return this.#wait({ delivery: record.delivery, attempts: 0 });
      case 'waits':
        return this.#wait(record.entry);
      case 'failed':
        return this.#fail(record);
      case 'delivered':
        if (this.#remove(record.id)) this.#lastDelivered = record.at;
        return;
      case 'died':
        return this.#die(record);
      case 'dead':
        this.#dead.set(record.letter.delivery.id, record.letter);
        return;
      case 'revived':
        return this.#revive(record.id);
      case 'forgotten':
        this.#dead.delete(record.id);
        return;
      case 'summary':
        this.#sequence = record.sequence;
        this.#lastDelivered = record.lastDelivered;
    }
  }

  /** What has to go so that the limits hold: the oldest that waits, but never what is being delivered. */
  excess({ deliveries, bytes }: OutboxLimits, inDelivery: string | undefined): string | undefined {
    if (this.count <= deliveries && this.#bytes <= bytes) return undefined;
    for (const id of this.#waiting.keys()) if (id !== inDelivery) return id;
    return undefined;
  }

  /** The records that make the same state. */
  summary(): OutboxRecord[] {
    return [
      { is: 'summary', sequence: this.#sequence, lastDelivered: this.#lastDelivered },
      ...this.dead.map((letter) => ({ is: 'dead', letter }) as const),
      ...this.waiting.map((entry) => ({ is: 'waits', entry }) as const),
    ];
  }

  #wait(entry: WaitingDelivery): void {
    const { id, sequence, recording } = entry.delivery;
    const bytes = JSON.stringify(entry.delivery).length + (recording?.bytes ?? 0);
    this.#remove(id);
    this.#waiting.set(id, { entry, bytes });
    this.#bytes += bytes;
    this.#sequence = Math.max(this.#sequence, sequence);
  }

  #fail({ id, at, error }: Extract<OutboxRecord, { is: 'failed' }>): void {
    const sized = this.#waiting.get(id);
    if (!sized) return;
    const { attempts, failingSince, delivery } = sized.entry;
    sized.entry = { delivery, attempts: attempts + 1, failingSince: failingSince ?? at, error };
  }

  #die({ id, at, reason }: Extract<OutboxRecord, { is: 'died' }>): void {
    const sized = this.#waiting.get(id);
    if (!sized) return;
    this.#remove(id);
    const { delivery, attempts } = sized.entry;
    this.#dead.set(id, { delivery, attempts, diedAt: at, reason });
  }

  #revive(id: string): void {
    const letter = this.#dead.get(id);
    if (!letter) return;
    this.#dead.delete(id);
    this.#wait({ delivery: letter.delivery, attempts: 0 });
  }

  #remove(id: string): boolean {
    const sized = this.#waiting.get(id);
    if (!sized) return false;
    this.#bytes -= sized.bytes;
    return this.#waiting.delete(id);
  }
}
