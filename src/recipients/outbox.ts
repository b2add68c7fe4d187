import type { Clock } from '../base/clock.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { Journal } from '../store/journal.js';
import type { DeadLetter, Delivery, WaitingDelivery } from './delivery.js';
import type { OutboxLimits } from './limits.js';
import { OutboxState, type OutboxRecord } from './outbox-state.js';

export interface OutboxOptions {
  /** The file; none keeps everything in memory only. */
  readonly path: string | undefined;
  readonly limits: OutboxLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of a delivery that is gone for good, so that its recording can go too. */
  readonly onGone: (delivery: Delivery) => void;
}

/** A file is rewritten when this much of it says nothing any more, in bytes. */
const WASTE = 1_024 * 1_024;

/** What waits for one recipient, on disk, in its order. What is added and resolved is never lost by a crash. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #journal: Journal | undefined;
  readonly #state = new OutboxState();
  /** On their way to the disk. */
  readonly #unwritten = new Set<string>();
  /** The id of what is being delivered; it is not pushed out by newer ones. */
  inDelivery: string | undefined;
  #isCompacting = false;
  #usefulLength = 0;

  private constructor(options: OutboxOptions) {
    this.#options = options;
    this.#journal = options.path === undefined ? undefined : new Journal(options.path);
  }

  /** Throws STORAGE_FAILED. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const outbox = new Outbox(options);
    await outbox.#load();
    return outbox;
  }

  /**
   * What is to be delivered next. It is on the disk by then, or cannot be: of what was delivered before and forgotten by
   * a crash, the number would be given to another one.
   */
  get first(): WaitingDelivery | undefined {
    const { first } = this.#state;
    return first && this.#unwritten.has(first.delivery.id) ? undefined : first;
  }

  get waiting(): readonly WaitingDelivery[] {
    return this.#state.waiting;
  }

  get count(): number {
    return this.#state.count;
  }

  get bytes(): number {
    return this.#state.bytes;
  }

  /** Newest first. */
  get dead(): readonly DeadLetter[] {
    return this.#state.dead.toReversed();
  }

  /** The recordings that deliveries and dead letters name. */
  get recordings(): readonly string[] {
    return [...this.#state.waiting, ...this.#state.dead].flatMap(
      ({ delivery }) => delivery.recording?.file ?? [],
    );
  }

  get lastDelivered(): number | undefined {
    return this.#state.lastDelivered;
  }

  /** Resolves when it is on the disk; it is delivered in any case. Throws STORAGE_FAILED. */
  async add(delivery: Omit<Delivery, 'sequence'>): Promise<Delivery> {
    const numbered = { ...delivery, sequence: this.#state.sequence + 1 };
    this.#unwritten.add(delivery.id);
    const onDisk = this.#note({ is: 'added', delivery: numbered });
    this.#makeRoom();
    try {
      await onDisk;
    } finally {
      this.#unwritten.delete(delivery.id);
    }
    return numbered;
  }

  delivered(id: string): void {
    const delivery = this.#state.find(id)?.delivery;
    this.#noteLater({ is: 'delivered', id, at: this.#now });
    if (delivery) this.#options.onGone(delivery);
  }

  failed(id: string, error: string): WaitingDelivery | undefined {
    this.#noteLater({ is: 'failed', id, at: this.#now, error });
    return this.#state.find(id);
  }

  /** Gives a delivery up. */
  bury(id: string, reason: string): void {
    const { log, limits } = this.#options;
    log.error('a notification was given up', { delivery: id, reason });
    this.#noteLater({ is: 'died', id, at: this.#now, reason });
    const excess = this.#state.dead.slice(0, Math.max(0, this.#state.dead.length - limits.deadLetters));
    for (const letter of excess) this.#forget(letter);
  }

  /** Tries a dead letter again, after all that waits. Throws NOT_FOUND. */
  async revive(id: string): Promise<void> {
    this.#find(id);
    const onDisk = this.#note({ is: 'revived', id });
    this.#makeRoom();
    await onDisk;
  }

  /** Forgets a dead letter. Throws NOT_FOUND. */
  forget(id: string): void {
    this.#forget(this.#find(id));
  }

  close(): Promise<void> {
    return this.#journal?.close() ?? Promise.resolve();
  }

  /** Forgets everything, the file too, but for the recordings of what has moved elsewhere. */
  async remove(moved: readonly Delivery[] = []): Promise<void> {
    const kept = new Set(moved.map(({ id }) => id));
    for (const { delivery } of [...this.#state.waiting, ...this.#state.dead]) {
      if (!kept.has(delivery.id)) this.#options.onGone(delivery);
    }
    await this.#journal?.remove();
  }

  get #now(): number {
    return this.#options.clock.wallTime();
  }

  async #load(): Promise<void> {
    if (!this.#journal) return;
    const { entries, damaged } = await this.#journal.open();
    let unreadable = damaged;
    for (const entry of entries) {
      try {
        this.#state.apply(JSON.parse(entry) as OutboxRecord);
      } catch (_notOurs) {
        unreadable++;
      }
    }
    if (unreadable > 0) {
      this.#options.log.error('parts of an outbox are damaged; what stood there is lost', {
        file: this.#journal.path,
        lines: unreadable,
      });
    }
    if (entries.length > 0) await this.#compact();
  }

  #find(id: string): DeadLetter {
    const letter = this.#state.letter(id);
    if (letter) return letter;
    throw new SipsirenError('NOT_FOUND', `There is no dead letter with the id "${id}".`);
  }

  #forget({ delivery }: DeadLetter): void {
    this.#noteLater({ is: 'forgotten', id: delivery.id });
    this.#options.onGone(delivery);
  }

  /** The oldest makes room for the newest: an alarm is worth more while it is new. */
  #makeRoom(): void {
    const { limits } = this.#options;
    for (;;) {
      const id = this.#state.excess(limits, this.inDelivery);
      if (id === undefined || this.#state.count <= 1) return;
      this.bury(id, `the outbox is full (${limits.deliveries} notifications, ${limits.bytes} bytes)`);
    }
  }

  async #note(record: OutboxRecord): Promise<void> {
    this.#state.apply(record);
    await this.#journal?.append(JSON.stringify(record));
    this.#compactWhereWasteful();
  }

  /** What is lost of these costs a second delivery at most. */
  #noteLater(record: OutboxRecord): void {
    this.#note(record).catch((error: unknown) => {
      this.#options.log.error('an outbox cannot be written', { error: messageOf(error) });
    });
  }

  #compactWhereWasteful(): void {
    if (!this.#journal || this.#isCompacting) return;
    if (this.#journal.length - this.#usefulLength < WASTE + this.#usefulLength) return;
    this.#compact().catch((error: unknown) => {
      this.#options.log.error('an outbox cannot be rewritten', { error: messageOf(error) });
    });
  }

  async #compact(): Promise<void> {
    this.#isCompacting = true;
    try {
      await this.#journal?.compact(() => this.#state.summary().map((record) => JSON.stringify(record)));
      this.#usefulLength = this.#journal?.length ?? 0;
    } finally {
      this.#isCompacting = false;
    }
  }
}
