import type { Clock } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import type { SipRequest, SipResponse } from '../message/index.js';
import type {
  ClientTransaction,
  ClientTransactionUser,
  ServerTransaction,
  TimerSettings,
} from '../transaction/transaction.js';
import type { Target } from '../transport/flow.js';
import type { FlowKeeping } from '../transport/keep-flow.js';
import type { SentRequest } from '../transport/transport.js';
import type { CallerCheck } from './caller-check.js';
import type { HeaderLines, ResponseContent } from './content.js';
import type { Extensions } from './extensions.js';
import type { NextHops } from './next-hops.js';
import type { OwnContact } from './own-contact.js';
import type { PublicAddresses } from './public-addresses.js';

/** Who has a dialog, or one in the making, under a local tag. */
export interface DialogOwner {
  /** What the dialog is for (RFC 5057 section 3). */
  readonly usage: 'invite' | 'subscription';
  /** The tag that we put into From or To; unguessable, so it finds the owner alone. */
  readonly localTag: string;
  /** The address that an incoming one came from; a call of ours has none. */
  readonly source?: string;
  /** Whether Call-ID and the peer's tag of a request are those of a dialog of this owner. */
  owns(request: SipRequest): boolean;
  /** Whether one of its dialogs has this Call-ID and this tag of the peer. */
  hasDialogWith(callId: string, remoteTag: string): boolean;
  /** A request within the dialog; never ACK or CANCEL. */
  receive(transaction: ServerTransaction): void;
  /** An ACK of a 2xx. */
  receiveAck(ack: SipRequest): void;
  /** Ends it politely; see `Session.end`. */
  end(): void;
  /** Ends it at once, silently, when the endpoint closes. Nothing of it may stay behind. */
  abandon(): void;
}

/** Something that is under way and holds back `SipEndpoint.close` for a while. */
export interface Pending {
  abandon(): void;
}

/** How a response of ours is made, besides what its content says. */
export type Reply = {
  readonly status: number;
  /** The To tag; a fresh one where a response needs one and the request has none. */
  readonly localTag?: string | undefined;
  readonly content?: ResponseContent | undefined;
  /** A Contact to add, written out. */
  readonly contact?: string | undefined;
  /** Whether the response makes a dialog or refreshes it, and so carries Record-Route and Allow. */
  readonly inDialog?: boolean;
};

/** What sessions and requests need of the endpoint that they belong to. */
export interface UserAgentPort {
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: TimerSettings;
  readonly nextHops: NextHops;
  readonly publicAddresses: PublicAddresses;
  readonly callers: CallerCheck;
  readonly extensions: Extensions;
  /** The value of Allow. */
  readonly allow: string;
  /** What we can, as an answer to OPTIONS tells it. */
  readonly capabilities: HeaderLines;
  /** The value of User-Agent and Server. */
  readonly name: string;

  send(request: SipRequest, target: Target, user: ClientTransactionUser): ClientTransaction;
  sendAck(ack: SipRequest, target: Target): SentRequest;
  makeResponse(request: SipRequest, reply: Reply): SipResponse;
  /** A Contact value, in angle brackets, under which the peer at `target` reaches us. */
  contactFor(target: Target, contact: OwnContact): string;
  /** Keeps the flow to a target open; one for all who want the same. */
  keepFlow(target: Target, keeping: FlowKeeping): { close(): void };

  remember(owner: DialogOwner): void;
  forget(owner: DialogOwner): void;
  begin(pending: Pending): void;
  finish(pending: Pending): void;
  /** A handler of the layer above threw. */
  reportFault(where: string, error: unknown): void;
}
