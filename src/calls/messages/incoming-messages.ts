import type { Clock } from '../../base/clock.js';
import type { AccountId } from '../../base/ids.js';
import type { Log } from '../../base/log.js';
import type { CallIdentity, DeviceEvent, MessageReceivedEvent } from '../../events/device-event.js';
import type { Account } from '../account.js';
import type { CallFacts } from '../call-facts.js';
import type { CallSetup } from '../call-factory.js';
import { findCalledAddress } from '../called-address.js';
import type { Asker, CallerAdmission } from '../caller-admission.js';
import { shownIdentity } from '../caller-identity.js';
import { RefusedRequests } from '../refused-requests.js';
import type { IncomingSignalingMessage, MessageContent, MessageReply } from '../signaling-message.js';
import { SourceRate } from '../source-rate.js';
import type { TrustedServers } from '../trusted-servers.js';
import type { MessageList } from './message-list.js';
import { readMessage } from './message-text.js';

export interface IncomingMessagesOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly setup: CallSetup;
  readonly admission: CallerAdmission;
  readonly trust: TrustedServers;
  readonly list: MessageList;
  readonly publish: (event: DeviceEvent) => void;
}

const TAKEN: MessageReply = { status: 200 };

/**
 * Too many at once. Not 503: a server that is told so sends nothing else either for a while (RFC 3261 section 21.5.4),
 * and the next thing may be an alarm.
 */
const TOO_MANY: MessageReply = { status: 480, warning: 'too many messages at once', retryAfterSeconds: 2 };

/** Messages that are remembered so that none is reported twice. */
const MOST_KEYS = 500;

/** Messages in a second; more than rules and people can follow are not taken. */
const RATE = { fromOne: 5, fromServer: 50, fromAll: 100 };

/** Takes messages that come in: decides as for a call, reads the text, and reports each once. */
export class IncomingMessages {
  readonly #options: IncomingMessagesOptions;
  readonly #rate: SourceRate;
  readonly #refused: RefusedRequests;
  readonly #known = new Set<string>();

  constructor(options: IncomingMessagesOptions) {
    this.#options = options;
    this.#rate = new SourceRate(options.clock, RATE);
    this.#refused = new RefusedRequests(options);
  }

  /** A message outside of calls. */
  receive(message: IncomingSignalingMessage): void {
    const { admission, setup } = this.#options;
    const asker = admission.askerOf(message);
    const judgement = admission.judge(message, asker, { settings: setup.settings, account: asker.account });
    if (judgement.verdict === 'refused') this.#refused.refuse('message', message, judgement);
    else if (judgement.verdict === 'admitted') message.reply(this.#take(message, asker, judgement.account));
  }

  /** A message within a call, whose peer was admitted with it. */
  receiveInCall(call: CallFacts, content: MessageContent): MessageReply {
    const { source, remoteUri: peer } = call;
    const address = source === undefined ? peer : source.slice(0, source.lastIndexOf(':'));
    if (!this.#rate.takes(address, this.#options.trust.isServer(address))) return TOO_MANY;
    const { callId, direction, account, localUri, remoteUri, remoteName } = call;
    return this.#report(content, {
      ...{ callId, direction, account, localUri, remoteUri },
      ...(remoteName === undefined ? {} : { displayName: remoteName }),
    });
  }

  #take(message: IncomingSignalingMessage, { identity }: Asker, account: Account): MessageReply {
    const { invitation, content, key } = message;
    const { trust } = this.#options;
    if (!this.#rate.takes(invitation.sourceAddress, trust.isServer(invitation.sourceAddress))) {
      return TOO_MANY;
    }
    // A fork, or a sender that heard no answer, sends the same message once more (RFC 3261 section 8.2.2.2).
    if (this.#known.has(key)) return TAKEN;
    const { uri, name } = shownIdentity(identity);
    const reply = this.#report(content, {
      direction: 'Incoming',
      account: account.id,
      localUri: findCalledAddress(invitation, account, trust).uri,
      remoteUri: uri,
      ...(name === undefined ? {} : { displayName: name }),
    });
    if (reply.status < 300) this.#remember(key);
    return reply;
  }

  #report(content: MessageContent, from: MessageSource): MessageReply {
    const read = readMessage(content);
    if (!read.ok) {
      this.#options.log.debug(`a message was not taken: ${read.reply.warning ?? ''}`, {
        from: from.remoteUri,
      });
      return read.reply;
    }
    const { contentType, text } = read;
    const { list, clock, publish } = this.#options;
    const messageId = list.nextId();
    const event = { type: 'message.received', messageId, ...from, contentType, text } as const;
    list.add(event, clock.wallTime());
    publish(event);
    return TAKEN;
  }

  #remember(key: string): void {
    this.#known.add(key);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_KEYS && oldest !== undefined) this.#known.delete(oldest);
  }
}

type MessageSource = Omit<CallIdentity, 'callId' | 'account'> &
  Pick<MessageReceivedEvent, 'callId' | 'displayName'> & { readonly account: AccountId };
