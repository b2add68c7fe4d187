import type { Clock } from '../../base/clock.js';
import { messageOf, SipsirenError } from '../../base/errors.js';
import type { AccountId } from '../../base/ids.js';
import type { DeviceEvent, MessageSentEvent } from '../../events/device-event.js';
import type { Account } from '../account.js';
import type { CallEngines } from '../call-engines.js';
import type { CallSetup } from '../call-factory.js';
import { withoutParameters } from '../called-address.js';
import { CALL_LIMITS } from '../limits.js';
import { ownAddress, sipAddress } from '../outgoing-address.js';
import type { MessageAnswer } from '../signaling-message.js';
import type { SignalingAccount } from '../signaling.js';
import type { MessageList } from './message-list.js';

/** A message to send. */
export interface SendMessageOptions {
  /** `sip:guard@pbx.example.com`. */
  readonly to: string;
  readonly text: string;
  /** The account to send from. Default: the default account. */
  readonly account?: AccountId;
}

/** What became of a message of ours. */
export type SentMessage = Omit<MessageSentEvent, 'type'>;

export interface OutgoingMessagesOptions {
  readonly clock: Clock;
  readonly setup: CallSetup;
  readonly engines: CallEngines;
  readonly list: MessageList;
  /** What an engine must know of an account. */
  readonly describe: (account: Account) => SignalingAccount;
  readonly publish: (event: DeviceEvent) => void;
}

/** Sends messages of ours, and tells what became of them. */
export class OutgoingMessages {
  readonly #options: OutgoingMessagesOptions;
  #underWay = 0;

  constructor(options: OutgoingMessagesOptions) {
    this.#options = options;
  }

  /**
   * Resolves also where the other side refuses the message or nobody answers: that is what became of it. Throws
   * SIP_DISABLED, NOT_FOUND, CONFLICT, INVALID_VALUE and LIMIT_REACHED for what cannot be sent at all.
   */
  async send({ to, text, account: id }: SendMessageOptions): Promise<SentMessage> {
    const engine = this.#options.engines.current;
    if (!engine) {
      throw new SipsirenError('SIP_DISABLED', 'SIP is turned off; enable it in the SIP settings first.');
    }
    const account = this.#options.setup.directory.callingAccount(id);
    const { host } = sipAddress(to);
    if (this.#underWay >= CALL_LIMITS.messagesUnderWay) {
      throw new SipsirenError(
        'LIMIT_REACHED',
        `${CALL_LIMITS.messagesUnderWay} messages wait for an answer already, which is the limit; try again later.`,
      );
    }
    const from = ownAddress(account, engine.signaling.localAddressFor(host));
    const message = { account: this.#options.describe(account), from, to, text };
    this.#underWay += 1;
    const outcome = await engine.signaling.sendMessage(message).then(answered, failed);
    this.#underWay -= 1;
    return this.#report({
      ...outcome,
      account: account.id,
      localUri: from,
      remoteUri: withoutParameters(to),
      text,
    });
  }

  #report(message: Omit<SentMessage, 'messageId'>): SentMessage {
    const { list, clock, publish } = this.#options;
    const sent = { messageId: list.nextId(), ...message };
    const event = { type: 'message.sent', ...sent } as const;
    list.add(event, clock.wallTime());
    publish(event);
    return sent;
  }
}

type Outcome = Pick<SentMessage, 'outcome' | 'status' | 'reason'>;

/** RFC 3428 section 7: 200 says that the message arrived, 202 that somebody will bring it. */
function answered({ status, reason }: MessageAnswer): Outcome {
  if (status >= 300) return { outcome: 'refused', status, reason };
  return { outcome: status === 202 ? 'accepted' : 'delivered', status, reason };
}

function failed(error: unknown): Outcome {
  return { outcome: 'failed', reason: messageOf(error) };
}
