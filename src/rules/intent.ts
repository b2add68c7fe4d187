import type { KeyMethod } from '../calls/call-keys.js';
import type { IntentCause } from './intent-cause.js';
import type { NotificationWish } from './notification-wish.js';
import type { CallTarget } from './actions/call-target.js';
import type { RuleCall } from './actions/rule-call.js';

/** What stands beside whatever is wanted. */
interface Wanted {
  readonly cause: IntentCause;
}

/** Of an action that holds something while its rule is active: one action of one rule. */
interface Owned extends Wanted {
  readonly owner: string;
}

interface IntentKinds {
  'siren.start': Owned & { readonly profile: string };
  'siren.stop': Wanted & { readonly profile: string };
  /** Lets go of whatever the owner holds of light and siren; with a purpose only of that. */
  'siren.release': Owned & { readonly purpose?: 'maintenance' | 'identify' };
  'siren.stopAll': Wanted & { readonly functions: readonly ('light' | 'siren')[] };
  /** Without seconds until it is ended. */
  'siren.startOwn': Owned & { readonly purpose: 'maintenance' | 'identify'; readonly seconds?: number };
  'siren.stopOwn': Wanted & { readonly purpose: 'maintenance' | 'identify' };
  'siren.healthCheck': Wanted & { readonly silent: boolean };
  /** Without a profile: every alarm that waits for it. */
  'alarm.acknowledge': Wanted & { readonly profile?: string };
  /** With an owner the call ends when that hangs up. */
  'call.place': Wanted & { readonly call: RuleCall; readonly owner?: string };
  'call.hangUp': Owned;
  'call.end': Wanted & { readonly target: CallTarget };
  'call.answer': Wanted & { readonly target: CallTarget };
  'call.sendDtmf': Wanted & { readonly digits: string; readonly method: KeyMethod };
  'sip.message': Wanted & {
    /** The id of the account to send from. Default: the default account. */
    readonly account?: string;
    /** With placeholders, as the text. */
    readonly to: string;
    readonly text: string;
  };
  'mqtt.publish': Wanted & {
    /** With placeholders, as the payload. */
    readonly topic: string;
    readonly payload: string;
    readonly qos: 0 | 1 | 2;
    readonly retain: boolean;
    readonly useDeviceTopicPrefix: boolean;
  };
  'notification.send': Wanted & {
    readonly recipient: string;
    readonly wish: NotificationWish;
    /** How much of the call is recorded and delivered; left out, nothing. */
    readonly recordingSeconds?: number;
  };
  /** The number of an I/O port; with an owner it is on until that lets go. */
  'output.set': Wanted & { readonly port: number; readonly active: boolean };
  'output.pulse': Wanted & { readonly port: number; readonly milliseconds: number; readonly times: number };
  'output.hold': Owned & { readonly port: number };
  'output.release': Owned & { readonly port: number };
  /** Without seconds until somebody deactivates it. */
  'virtualInput.set': Wanted & { readonly port: number; readonly active: boolean; readonly seconds?: number };
  'virtualInput.hold': Owned & { readonly port: number };
  'virtualInput.release': Owned & { readonly port: number };
  'rule.enable': Wanted & { readonly rule: string; readonly enabled: boolean };
  /** With placeholders. */
  'log.write': Wanted & { readonly level: 'info' | 'warn' | 'error'; readonly text: string };
}

/**
 * What a rule wants done. The engine only says so; the device performs it. An owner is one action of one
 * rule, so that what it started can be let go without touching what others started.
 */
export type Intent = {
  [Kind in keyof IntentKinds]: { readonly kind: Kind } & IntentKinds[Kind];
}[keyof IntentKinds];
