import type { RuleId } from '../base/ids.js';
import type { PublishedEvent } from '../events/device-event.js';
import type { NotificationWish } from './notification-wish.js';

/** Which rule wants something, and what moved it; stands beside everything a rule does. */
export interface IntentCause {
  readonly rule: RuleId;
  readonly name: string;
  /** The event that moved the rule; none where a wait ended or the rules were changed. */
  readonly eventSequence?: number;
  /** The same event in full: placeholders and what is done to the causing call take it from here. */
  readonly published?: PublishedEvent;
  /** When it was decided, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** For a person: `rule "Evacuate on 1001"`. */
  readonly text: string;
}

/**
 * What a rule wants done. The engine only says so; the device performs it. An owner is one action of one
 * rule, so that what it started can be let go without touching what others started.
 */
export type Intent =
  | {
      readonly kind: 'siren.start';
      readonly profile: string;
      readonly owner: string;
      readonly cause: IntentCause;
    }
  | { readonly kind: 'siren.stop'; readonly profile: string; readonly cause: IntentCause }
  | { readonly kind: 'siren.release'; readonly owner: string; readonly cause: IntentCause }
  | {
      readonly kind: 'sip.message';
      /** The id of the account to send from. Default: the default account. */
      readonly account?: string;
      /** With placeholders, as the text. */
      readonly to: string;
      readonly text: string;
      readonly cause: IntentCause;
    }
  | {
      readonly kind: 'mqtt.publish';
      /** With placeholders, as the payload. */
      readonly topic: string;
      readonly payload: string;
      readonly qos: 0 | 1 | 2;
      readonly retain: boolean;
      readonly useDeviceTopicPrefix: boolean;
      readonly cause: IntentCause;
    }
  | {
      readonly kind: 'notification.send';
      readonly recipient: string;
      readonly wish: NotificationWish;
      /** How much of the call is recorded and delivered; left out, nothing. */
      readonly recordingSeconds?: number;
      readonly cause: IntentCause;
    }
  /** Without a profile: every alarm that waits for it. */
  | { readonly kind: 'alarm.acknowledge'; readonly profile?: string; readonly cause: IntentCause };
