import type { AccountId, CallId, RuleId } from '../base/ids.js';
import type { Account } from '../calls/account.js';
import type { CallStatus } from '../calls/call-status.js';
import type { RegistrationReport, Signaling } from '../calls/signaling.js';
import type { ConfigStore } from '../config/config-store.js';
import type { DocumentOf } from '../config/section.js';
import type { RecordedPicture } from '../outputs/drivers/recording.js';
import type { Viewer } from '../outputs/drivers/virtual.js';
import type { SirenStatus } from '../siren/siren-status.js';
import type { DEVICE_SECTIONS } from './device-sections.js';

/** The configuration of the device, by section. */
export type DeviceDocument = DocumentOf<typeof DEVICE_SECTIONS>;

/** Starts and stops what shows and sounds: `Siren` of siren/. */
export interface SirenService {
  /** Throws NOT_FOUND naming the profile. The answer has an id per function the profile uses. */
  startProfile(
    name: string,
    options: { readonly owner: string; readonly cause: string },
  ): { readonly lightId?: number; readonly sirenId?: number };
  /** Ends the profile's activities whoever started them; false where it was not there. */
  stopProfile(name: string, options: { readonly cause: string }): boolean;
  /** Ends one activity; false where there is none with the id. */
  stopActivity(id: number, options: { readonly cause: string }): boolean;
  stopAll(options: { readonly cause: string }): void;
  /** Highest priority first. */
  status(): SirenStatus;
}

/** The state of one rule. */
export type RuleView = {
  readonly id: RuleId;
  readonly name: string;
  readonly enabled: boolean;
  readonly active: boolean;
  /** Milliseconds since the Unix epoch, both. */
  readonly activeSince?: number | undefined;
  readonly lastActivated?: number | undefined;
};

/** What to look up: all given fields must match; none asks for the newest. */
export type WhyQuery = {
  readonly eventSequence?: number;
  readonly rule?: RuleId;
  readonly callId?: CallId;
  /** The newest so many. */
  readonly limit?: number;
};

/** What the engine decided about one rule at one event. */
export type ExplanationView = {
  /** The event's sequence number; none where time or a changed rule made the engine look. */
  readonly eventSequence?: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly rule: RuleId;
  readonly ruleName: string;
  readonly callId?: CallId;
  readonly outcome: 'activated' | 'deactivated' | 'stayedActive' | 'notActivated';
  /** The whole of it in words: `"Evacuate on 1001" did not fire: condition 1 …`. */
  readonly text: string;
};

/** Reports what the rules do; what they are stands in the configuration. */
export interface RulesService {
  status(): readonly RuleView[];
  /** Newest first. */
  why(query: WhyQuery): readonly ExplanationView[];
}

/** Places, lists and ends calls: `Calls` of calls/. Settings and accounts reach it through the configuration's changes. */
export interface CallsService {
  /** In progress. */
  list(): readonly CallStatus[];
  /** Over or refused, newest first. */
  history(): readonly CallStatus[];
  /** Calls an address; without an account from the default one. Throws SIP_DISABLED, NOT_FOUND, SIP_OVERLOAD. */
  place(options: { readonly account?: AccountId; readonly to: string }): Promise<CallId>;
  /** Answers a ringing call. */
  answer(id: CallId): void;
  /** Ends a call in whatever state it is. */
  end(id: CallId): void;
  registrationOf(account: AccountId): RegistrationReport;
  readonly listening: Signaling['listening'];
}

/** One account with its registration, as a status list shows it. */
export type AccountView = Pick<Account, 'id' | 'name' | 'userId' | 'mode' | 'isDefault' | 'active'> & {
  /** Absent for a peer-to-peer account, which registers nowhere. */
  readonly registration?: RegistrationReport;
};

/** The output that a page shows: `VirtualOutput` of outputs/. */
export interface VirtualOutputService {
  /** The viewer gets the current picture at once, then each new one; it must neither throw nor wait. */
  subscribe(viewer: Viewer): () => void;
  /** Oldest first; bounded. */
  recording(): readonly RecordedPicture[];
}

/** The device's own particulars. */
export type SystemView = {
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly node: string;
  readonly platform: string;
};

/** Everything that commands act on. Built and connected by `device.ts`. */
export type Services = {
  readonly config: ConfigStore<DeviceDocument>;
  readonly siren: SirenService;
  readonly rules: RulesService;
  readonly calls: CallsService;
  readonly output: VirtualOutputService;
  readonly system: { info(): SystemView };
};
