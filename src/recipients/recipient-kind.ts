import type { ZodType } from 'zod';
import type { Clock } from '../base/clock.js';
import type { CallId } from '../base/ids.js';
import type { PlaceCallOptions } from '../calls/outgoing-calls.js';
import type { DeviceEvent } from '../events/device-event.js';
import type { Say } from '../net/conversation.js';
import type { TlsTrust } from '../net/tls-trust.js';
import type { SpokenText } from '../sounds/spoken-text.js';
import type { Message } from './message.js';

/** The part of calls that a recipient needs: `Calls`, and the bus. */
export interface CallPort {
  /** Throws as `OutgoingCalls.place`. */
  place(options: PlaceCallOptions): Promise<CallId>;
  end(id: CallId): void;
  /** Hears every event; gives what ends it. */
  listen(listener: (event: DeviceEvent) => void): () => void;
  /** Whom a contact stands for. Throws NOT_FOUND. */
  contact(id: string): { readonly address: string; readonly account: string };
}

/** What a kind delivers with. */
export interface DeliveryContext {
  /** Ends the attempt. */
  readonly signal: AbortSignal;
  /** Told of each step, never of a secret. */
  readonly say: Say;
  readonly clock: Clock;
  readonly calls: CallPort;
  /** Whom to trust, from whether certificates are checked and the id of our own; '' shows none. */
  readonly trust: (verify: boolean, certificate?: string) => TlsTrust;
}

/** One kind of recipient. One file, found by its name. */
export interface RecipientKind<Settings = unknown> {
  /** Stable: `https`. */
  readonly kind: string;
  /** One sentence for a person who chooses. */
  readonly summary: string;
  readonly settings: ZodType<Settings>;
  /** Settings that are written and never read. */
  readonly secrets: readonly string[];
  /** Where the secrets go to; with another destination stored ones are forgotten. */
  destinationOf(settings: Settings): string;
  /** How it is delivered where nothing else is set. */
  readonly delivery: 'atLeastOnce' | 'bestEffort';
  /** Whether it takes the recording of a call. */
  readonly takesRecordings: boolean;
  /** What it names elsewhere in the configuration, by the field that does. Default: nothing. */
  names?(settings: Settings): readonly RecipientReference[];
  /** Texts that it speaks. Default: none. */
  texts?(settings: Settings): readonly SpokenText[];
  /** How long an attempt takes longer than the recipient's timeout, in seconds. Default 0. */
  extraSeconds?(settings: Settings): number;
  /**
   * One attempt. Resolves when it is delivered. Throws DELIVERY_REFUSED where trying again is no use, and anything
   * else where it may be.
   */
  deliver(settings: Settings, message: Message, context: DeliveryContext): Promise<void>;
}

export interface RecipientReference {
  readonly to: 'certificate' | 'contact' | 'account';
  readonly id: string;
  readonly field: string;
}

/** Declares a kind; ties what it does to its schema. */
export function defineRecipientKind<Settings>(kind: RecipientKind<Settings>): RecipientKind<Settings> {
  return kind;
}
