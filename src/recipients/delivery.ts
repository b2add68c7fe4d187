import type { NotificationWish } from '../rules/notification-wish.js';
import type { PlaceholderSource } from '../rules/placeholders.js';

/** A call that was recorded. */
export interface RecordingFacts {
  /** Its file in the folder of the recordings. */
  readonly file: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly callId: string;
}

/** One thing to deliver to one recipient. */
export interface Delivery {
  /** The same at every attempt: who was given it twice knows it by that. */
  readonly id: string;
  /** Counts up for each recipient. */
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly queuedAt: number;
  readonly wish: NotificationWish;
  /** What the placeholders stand for. */
  readonly source: PlaceholderSource;
  readonly recording?: RecordingFacts | undefined;
}

/** A delivery that waits, with what became of it so far. */
export interface WaitingDelivery {
  readonly delivery: Delivery;
  readonly attempts: number;
  /** When it failed first; counts for giving up. */
  readonly failingSince?: number | undefined;
  readonly error?: string | undefined;
}

/** A delivery that was given up. */
export interface DeadLetter {
  readonly delivery: Delivery;
  readonly attempts: number;
  readonly diedAt: number;
  readonly reason: string;
}
