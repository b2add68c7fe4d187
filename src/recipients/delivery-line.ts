import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Delivery, WaitingDelivery } from './delivery.js';
import type { Outbox } from './outbox.js';
import type { RecipientSettings } from './recipient-settings.js';
import { retryWait } from './retry-schedule.js';

export interface DeliveryLineOptions {
  readonly settings: RecipientSettings;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  /** One attempt; rejects where it failed. */
  readonly attempt: (settings: RecipientSettings, delivery: Delivery) => Attempt;
  readonly isKept: boolean;
  /** Told when it begins or ceases to fail, or fails for another reason. */
  readonly onState: (state: LineState) => void;
  /** From 0 to 1. Default: the system's. */
  readonly random?: () => number;
}

/** An attempt that runs, and how to end it. */
export interface Attempt {
  readonly done: Promise<void>;
  cancel(reason: Error): void;
}

export interface LineState {
  /** `unknown` until something was tried. */
  readonly state: 'unknown' | 'ok' | 'failing';
  /** Since when it fails, in milliseconds of the Unix epoch. */
  readonly since?: number;
  readonly error?: string;
}

/** Even a clock that was set right by decades gives a delivery these attempts. */
const LEAST_ATTEMPTS = 3;
const HOUR = 3_600_000;

/**
 * Delivers to one recipient, one after the other in their order: the first that waits is tried until it is delivered
 * or given up.
 *
 *     idle ──added──▶ trying ──delivered──▶ idle, or trying the next
 *                      │  ▲
 *               failed │  │ wait over, settings changed
 *                      ▼  │
 *                    waiting ──given up──▶ trying the next
 */
export class DeliveryLine {
  readonly outbox: Outbox;
  readonly #options: DeliveryLineOptions;
  #settings: RecipientSettings;
  #state: LineState = { state: 'unknown' };
  #lastError: { readonly at: number; readonly error: string } | undefined;
  #running: Attempt | undefined;
  #retry: Timer | undefined;
  #retryAt: number | undefined;
  /** One after the other, of whatever delivery. */
  #failures = 0;
  #isClosed = false;

  constructor(options: DeliveryLineOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.outbox = options.outbox;
  }

  get state(): LineState {
    return this.#state;
  }

  get lastError(): { readonly at: number; readonly error: string } | undefined {
    return this.#lastError;
  }

  get isSending(): boolean {
    return this.#running !== undefined;
  }

  /** When it tries again, in milliseconds of the Unix epoch. */
  get retryAt(): number | undefined {
    return this.#retryAt;
  }

  /** Resolves when it is kept. Throws STORAGE_FAILED; it is tried all the same. */
  async add(delivery: Omit<Delivery, 'sequence'>): Promise<Delivery> {
    try {
      return await this.outbox.add(delivery);
    } finally {
      this.#next();
    }
  }

  /** Tries at once what waits; with other settings an attempt that runs begins anew. */
  apply(settings: RecipientSettings): void {
    this.#settings = settings;
    this.#running?.cancel(new SipsirenError('CANCELLED', 'The recipient was changed.'));
    this.hurry();
  }

  /** Tries at once instead of when it is due. */
  hurry(): void {
    this.#failures = 0;
    this.#stopWaiting();
    this.#next();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopWaiting();
    this.#running?.cancel(new SipsirenError('CANCELLED', 'The device stops.'));
  }

  #stopWaiting(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#retryAt = undefined;
  }

  #next(): void {
    if (this.#isClosed || this.#running || this.#retry || !this.#settings.enabled) return;
    const { first } = this.outbox;
    if (!first) return;
    const { id } = first.delivery;
    const attempt = this.#options.attempt(this.#settings, first.delivery);
    this.#running = attempt;
    this.outbox.inDelivery = id;
    const finish = (settle: () => void) => {
      this.#running = undefined;
      this.outbox.inDelivery = undefined;
      settle();
      this.#next();
    };
    attempt.done.then(
      () => finish(() => this.#succeed(id)),
      (error: unknown) => finish(() => this.#fail(id, error)),
    );
  }

  #succeed(id: string): void {
    this.#failures = 0;
    this.outbox.delivered(id);
    this.#options.log.info('a notification was delivered', { recipient: this.#settings.id, delivery: id });
    this.#tell({ state: 'ok' });
  }

  #fail(id: string, error: unknown): void {
    // Cut off by ourselves; that says nothing of the recipient.
    if (error instanceof SipsirenError && error.code === 'CANCELLED') return;
    const { clock, log } = this.#options;
    const words = messageOf(error);
    const at = clock.wallTime();
    this.#failures++;
    this.#lastError = { at, error: words };
    log.warn('a notification was not delivered', {
      recipient: this.#settings.id,
      delivery: id,
      error: words,
    });
    const entry = this.outbox.failed(id, words);
    this.#tell({ state: 'failing', since: this.#state.since ?? at, error: words });
    const reason = entry && this.#reasonToGiveUp(entry, error);
    if (reason !== undefined) this.outbox.bury(id, reason);
    // One that is refused for good says nothing of the next.
    if (error instanceof SipsirenError && error.code === 'DELIVERY_REFUSED') return;
    if (!this.#options.isKept) return;
    this.#wait();
  }

  #wait(): void {
    const { clock, random = Math.random } = this.#options;
    if (this.#isClosed) return;
    const wait = retryWait(this.#failures, random());
    this.#retryAt = clock.wallTime() + wait;
    this.#retry = clock.startTimer(`recipient ${this.#settings.id} retry`, milliseconds(wait), () => {
      this.#stopWaiting();
      this.#next();
    });
  }

  #reasonToGiveUp({ attempts, delivery }: WaitingDelivery, error: unknown): string | undefined {
    const words = messageOf(error);
    const { maxAttempts, giveUpAfterHours } = this.#settings;
    if (error instanceof SipsirenError && error.code === 'DELIVERY_REFUSED') return `refused: ${words}`;
    if (!this.#options.isKept) return `not delivered, and the recipient is not tried again: ${words}`;
    if (attempts >= maxAttempts) return `given up after ${attempts} attempts: ${words}`;
    const age = this.#options.clock.wallTime() - delivery.queuedAt;
    return age > giveUpAfterHours * HOUR && attempts >= LEAST_ATTEMPTS
      ? `given up after ${giveUpAfterHours} hours: ${words}`
      : undefined;
  }

  #tell(next: LineState): void {
    const { state, error } = this.#state;
    this.#state = next;
    if (state !== next.state || error !== next.error) this.#options.onState(next);
  }
}
