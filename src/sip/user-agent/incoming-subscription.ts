import type { CredentialSource } from '../auth/credential-source.js';
import type { SipRequest } from '../message/index.js';
import type { EventPackage } from '../subscription/event-package.js';
import type { TerminationReason } from '../subscription/termination.js';
import type { Flow } from '../transport/flow.js';
import type { CallerSecret, CallerVerdict } from './caller-check.js';
import type { ResponseContent } from './content.js';

/** Why a subscription is over. Reported exactly once. */
export type SubscriptionEnd = {
  /** `remote`: unsubscribed. `timeout`: not refreshed, or no NOTIFY was answered. `failure`: the subscriber refused one. */
  readonly by: 'remote' | 'local' | 'timeout' | 'failure';
  /** For a person. */
  readonly reason: string;
};

/** A SUBSCRIBE that came in (RFC 6665) and waits for `accept` or `reject`, and the subscription that it makes. */
export interface IncomingSubscription {
  /** Unguessable, unique in this process. */
  readonly id: string;
  /** The SUBSCRIBE that began it. */
  readonly request: SipRequest;
  /** The flow through which that came. */
  readonly flow: Flow;
  readonly eventPackage: EventPackage;
  /** Whether the sender only asks for the state of this moment (`Expires: 0`). */
  readonly isFetch: boolean;
  /** Answers challenges to NOTIFYs, of the servers it names only. Default: none, a challenge ends the subscription. */
  credentials: CredentialSource | undefined;
  /** The subscription is over. Exactly once, where it was accepted. Default: ignored. */
  onEnd: (end: SubscriptionEnd) => void;
  /** The subscriber has shown that it is where NOTIFYs go. Once for each such place. Default: ignored. */
  onReached: () => void;
  /** Whether a refresh is taken; otherwise the subscription is ended as `rejected`. Default: always. */
  onRefresh: (request: SipRequest, flow: Flow) => boolean;

  /**
   * Whether its sender knows a password (RFC 3261 section 22). Unless it does, it gets a 401 that challenges it; a sender
   * that can answer comes back with another SUBSCRIBE.
   */
  authenticate(caller: CallerSecret): CallerVerdict;
  /**
   * Sends a 200 and a first NOTIFY, and from then on one for each `changed`. `body` is asked when a NOTIFY is sent, with
   * the number of the NOTIFY in this subscription, from 0 on.
   */
  accept(body: (version: number) => string): void;
  /** Refuses with a status of 300 to 699. */
  reject(status: number, content?: ResponseContent): void;
  /** Answers nothing, as if nobody were here. */
  drop(): void;
  /** There is something new: the subscriber is told when the pause of the package is over, and then of the newest state. */
  changed(): void;
  /** Tells the subscriber that it is over. Idempotent. */
  terminate(reason: TerminationReason): void;
}
