import type { AccountId, CallId, ProfileName, RuleId } from '../base/ids.js';
import type { Account } from '../calls/account.js';
import type { SipSettings } from '../calls/sip-settings.js';
import type { ConfigStore } from '../config/config-store.js';
import type { CallDirection, CallState, CallStateChangeReason, RegistrationState } from '../events/device-event.js';
import type { Rule } from '../rules/rule.js';
import type { Profile } from '../siren/profile.js';

/** The configuration of the device, by section. */
export type DeviceDocument = {
  readonly profiles: Profile[];
  readonly rules: Rule[];
  readonly accounts: Account[];
  readonly sip: SipSettings;
};

/** One row of a status list; `Siren` of siren/ reports it. */
export type ActivityView = {
  readonly id: number;
  /** None where it was started without a profile. */
  readonly profile?: ProfileName | string;
  readonly pattern: string;
  readonly speed?: number;
  readonly colors?: readonly string[];
  readonly intensity: number;
  /** 1 to 10, above that for the device itself; higher wins. */
  readonly priority: number;
  /** Whether it is the one that shows or sounds now; the others wait. */
  readonly running: boolean;
  /** Absent for one that runs until it is stopped. */
  readonly secondsLeft?: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Who started it and why, for a person. */
  readonly cause: string;
  readonly owners: readonly string[];
};

/** Starts and stops what shows and sounds. */
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
  status(): { readonly light: readonly ActivityView[]; readonly siren: readonly ActivityView[] };
}

/** The state of one rule. */
export type RuleView = {
  readonly id: RuleId;
  readonly name: string;
  readonly enabled: boolean;
  readonly active: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly activeSince?: number;
  readonly lastActivated?: number;
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
  readonly eventSequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly rule: RuleId;
  readonly ruleName: string;
  readonly callId?: CallId;
  readonly outcome: string;
  /** The whole of it in words: `"Evacuate on 1001" did not fire: condition 1 …`. */
  readonly text: string;
};

/** Reports what the rules do; what they are stands in the configuration. */
export interface RulesService {
  status(): readonly RuleView[];
  /** Newest first. */
  why(query: WhyQuery): readonly ExplanationView[];
}

/** One call, in progress or remembered. */
export type CallView = {
  readonly id: CallId;
  readonly direction: CallDirection;
  readonly account: AccountId;
  readonly state: CallState;
  /** For an incoming call what the caller dialled. */
  readonly localUri: string;
  readonly remoteUri: string;
  readonly displayName?: string;
  /** Why the state is what it is. */
  readonly reason?: CallStateChangeReason;
  /** What a person should know beyond the reason. */
  readonly detail?: string;
  /** Milliseconds since the Unix epoch, each. */
  readonly startedAt: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
};

/** One account's registration. */
export type AccountView = {
  readonly id: AccountId;
  readonly name: string;
  readonly mode: Account['mode'];
  readonly isDefault: boolean;
  readonly active: boolean;
  /** Absent for a peer-to-peer account, which registers nowhere. */
  readonly registration?: RegistrationState;
  /** The last SIP status and its reason, where there was one. */
  readonly status?: number;
  readonly reason?: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
};

/** Where the device takes calls. */
export type ListeningPoint = { readonly protocol: string; readonly address: string; readonly port: number };

/** Places, lists and ends calls. Settings and accounts reach it through the configuration's changes. */
export interface CallsService {
  /** Calls in progress first, then the remembered ones, each newest first. */
  list(): readonly CallView[];
  /** Calls an address; without an account from the default one. Throws SIP_DISABLED, NOT_FOUND, SIP_OVERLOAD. */
  place(options: { readonly account?: AccountId; readonly to: string }): CallId;
  /** Answers a ringing call. Throws NOT_FOUND, and CONFLICT where it is not ringing. */
  answer(id: CallId): void;
  /** Ends a call in whatever state it is. Throws NOT_FOUND. */
  end(id: CallId): void;
  accountStates(): readonly AccountView[];
  readonly listening: readonly ListeningPoint[];
}

/** Twelve sections, three for each of the directions A to D, four bytes each: red, green, blue, white. */
export type LightFrameView = {
  readonly light: Uint8Array;
  /** The sound pattern that sounds now; absent for silence. */
  readonly sound?: SoundView;
};

/** What sounds. */
export type SoundView = {
  readonly activityId: number;
  readonly pattern: string;
  /** 1 to 5. */
  readonly intensity: number;
};

/** One recorded change of the virtual output. */
export type RecordedFrameView = LightFrameView & {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The profile whose light shows. */
  readonly profile?: string;
};

/** The output that a page shows. */
export interface VirtualOutputService {
  /** The viewer gets the current frame at once, then each new one; it must not throw and not wait. */
  subscribe(viewer: (frame: LightFrameView) => void): () => void;
  /** Oldest first; bounded. */
  recording(): readonly RecordedFrameView[];
}

/** A light or sound pattern with the ranges it accepts. */
export type PatternsView = {
  readonly light: readonly {
    readonly name: string;
    readonly speeds: readonly number[];
    readonly colors: {
      readonly min: number;
      readonly max: number;
      readonly allowed: readonly string[];
      readonly default: readonly string[];
    };
  }[];
  readonly siren: readonly { readonly name: string }[];
};

/** What the device can show and sound. */
export interface PatternsService {
  patterns(): PatternsView;
  /** One loop as a WAV file, 16 bit mono. Throws NOT_FOUND naming the pattern. */
  renderWav(pattern: string, options: { readonly sampleRate: number; readonly intensity: number }): Uint8Array;
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
  readonly patterns: PatternsService;
  readonly system: { info(): SystemView };
};
