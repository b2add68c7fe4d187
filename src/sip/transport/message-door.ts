import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { isKeepAlive, parseMessage, serialise, type SipMessage, type SipResponse } from '../message/index.js';
import type { PeerFlow } from './peer-flow.js';
import { isUnicast, withoutZone } from './ip-address.js';
import type { SentBySet } from './sent-by-set.js';
import type { SourceGate } from './source-gate.js';
import type { TokenBucket } from './token-bucket.js';
import type { MutableCounts } from './transport-counts.js';
import type { TransportUser } from './transport.js';

export interface MessageDoorOptions {
  readonly user: TransportUser;
  readonly counts: MutableCounts;
  readonly sentBy: SentBySet;
  /** Bounds the answers to malformed requests. */
  readonly replies: TokenBucket;
  /** Hears who sends what is malformed. */
  readonly gate: SourceGate;
  readonly log: Log;
}

/** Where bytes become messages: parses, checks and marks them (RFC 3261 sections 18.1.2 and 18.2.1), or refuses them. */
export class MessageDoor {
  readonly #options: MessageDoorOptions;
  readonly #counts: MutableCounts;

  constructor(options: MessageDoorOptions) {
    this.#options = options;
    this.#counts = options.counts;
  }

  /** Takes one datagram, one WebSocket message, or one message that was cut out of a stream. */
  take(bytes: Buffer, flow: PeerFlow): void {
    const result = parseMessage(bytes, flow.framing);
    if (!result.ok) {
      if (isKeepAlive(bytes)) this.#counts.keepAlives++;
      else this.refuse(result, flow);
      return;
    }
    this.#counts.received++;
    const message = result.message;
    if (message.kind === 'request') {
      const { address, port } = flow.remote;
      message.markReceived(withoutZone(address), port);
      flow.noteRequest(message.topVia);
    } else if (!this.#options.sentBy.has(message.topVia)) {
      this.#counts.unmatchedVia++;
      return;
    }
    this.#hand(message, flow);
  }

  /** Counts a malformed message, and answers it where the parser could read enough of a request. */
  refuse(failure: { readonly reply?: SipResponse }, flow: PeerFlow): void {
    this.#counts.malformed++;
    if (flow.reliable) this.#options.gate.note(flow.remote.address, 'malformed');
    if (!failure.reply) return;
    if (!isUnicast(flow.remote.address) || flow.remote.port === 0 || !this.#options.replies.take()) {
      this.#counts.droppedReplies++;
      return;
    }
    flow.reply(serialise(failure.reply));
  }

  #hand(message: SipMessage, flow: PeerFlow): void {
    try {
      this.#options.user.onMessage(message, flow);
    } catch (error) {
      this.#counts.internalErrors++;
      this.#options.log.error('A SIP message made its handler fail.', { error: messageOf(error) });
    }
  }
}
