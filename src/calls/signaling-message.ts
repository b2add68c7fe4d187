import type { CallInvitation } from './call-invitation.js';

/** What a MESSAGE carries (RFC 3428), before anybody has read it. */
export interface MessageContent {
  /** `text/plain`, in lower case; none where the message does not say. */
  readonly contentType: string | undefined;
  /** As Content-Type names it: `utf-8`. */
  readonly charset: string | undefined;
  /** How the body is packed, where it is: `gzip`. */
  readonly encoding: string | undefined;
  readonly body: Uint8Array;
}

/** How a message is answered. */
export interface MessageReply {
  readonly status: number;
  /** The types that are taken, for a 415. */
  readonly accept?: string;
  /** For a person: why. */
  readonly warning?: string;
  readonly retryAfterSeconds?: number;
}

/** A message outside of calls. */
export interface IncomingSignalingMessage {
  /** What its sender says of itself, and whom it is for. */
  readonly invitation: CallInvitation;
  /** The same for one message, by however many ways it comes. */
  readonly key: string;
  readonly content: MessageContent;
  /** As `IncomingSignalingCall.authenticate`. */
  authenticate(caller: {
    readonly realm: string;
    readonly password: string;
  }): 'known' | 'challenged' | 'wrong';
  reply(reply: MessageReply): void;
  refuse(status: number, words: { readonly warning?: string }): void;
  /** Answers nothing, as if it had never come. */
  drop(): void;
}

/** What the other side said of a message of ours. */
export interface MessageAnswer {
  readonly status: number;
  readonly reason: string;
}
