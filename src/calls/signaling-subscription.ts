import type { CallInvitation } from './call-invitation.js';

/** What a lamp on a desk phone shows of an extension. */
export type LampState = 'idle' | 'ringing' | 'alarm';

/** What somebody watches. */
export interface WatchedLamp {
  /** Its address: `sip:1001@pbx.example.com`. */
  readonly entity: string;
  /** How it is now. */
  readonly state: () => LampState;
}

/** A subscription to the state of an extension, and the wish for one until it is accepted. */
export interface IncomingSignalingSubscription {
  /** What the subscriber says of itself, and what it wants to watch. */
  readonly invitation: CallInvitation;
  /** The event package: `dialog`, `presence`. */
  readonly kind: string;
  /** It is over; exactly once, where it was accepted. */
  onEnd: (reason: string) => void;
  /** The subscriber has shown that it is where it wants to be told. */
  onReached: () => void;
  /** Whether the subscriber, who asks to go on, may. */
  onRefresh: (invitation: CallInvitation) => boolean;
  /** As `IncomingSignalingCall.authenticate`. */
  authenticate(caller: {
    readonly realm: string;
    readonly password: string;
  }): 'known' | 'challenged' | 'wrong';
  /** Tells the subscriber how the lamp is, and again at each `changed`. */
  accept(lamp: WatchedLamp): void;
  refuse(status: number, words: { readonly warning?: string; readonly retryAfterSeconds?: number }): void;
  /** Answers nothing, as if it had never come. */
  drop(): void;
  /** The lamp is otherwise than it was. */
  changed(): void;
}
