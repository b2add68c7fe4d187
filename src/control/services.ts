import type { AccountId, CallId } from '../base/ids.js';
import type { AccessGuard } from '../calls/access-list-guard.js';
import type { Account } from '../calls/account.js';
import type { Announcements } from '../calls/announcements.js';
import type { KeyMethod } from '../calls/call-keys.js';
import type { CallStatus } from '../calls/call-status.js';
import type { LampSubscription } from '../calls/lamps/lamps.js';
import type { MessageStatus } from '../calls/messages/message-list.js';
import type { SendMessageOptions, SentMessage } from '../calls/messages/outgoing-messages.js';
import type { PlaceCallOptions } from '../calls/outgoing-calls.js';
import type { RegistrationReport, Signaling } from '../calls/signaling.js';
import type { SipSettings } from '../calls/sip-settings.js';
import type { SourceGuard } from '../calls/source-guard/source-guard.js';
import type { TestCallReport } from '../calls/test-call-report.js';
import type { TestCallWish } from '../calls/test-calls.js';
import type { ConfigStore } from '../config/config-store.js';
import type { DocumentOf } from '../config/section.js';
import type { VirtualOutput } from '../outputs/drivers/virtual.js';
import type { Heartbeats } from '../inputs/heartbeats.js';
import type { IoPorts } from '../inputs/io-ports.js';
import type { ManualTriggers } from '../inputs/manual-triggers.js';
import type { VirtualInputs } from '../inputs/virtual-inputs.js';
import type { OutputRunner } from '../outputs/output-runner.js';
import type { Recipients } from '../recipients/recipients.js';
import type { Rules } from '../rules/rules.js';
import type { Alarms } from '../siren/alarms.js';
import type { Schedules } from '../schedules/schedules.js';
import type { SystemWatch } from '../system/system-watch.js';
import type { Sounds } from '../sounds/sounds.js';
import type { HealthCheck } from '../siren/health-check.js';
import type { Paging } from '../siren/paging.js';
import type { Siren } from '../siren/siren.js';
import type { DEVICE_SECTIONS } from './device-sections.js';
import type { MqttService } from './mqtt-service.js';

/** The configuration of the device, by section. */
export type DeviceDocument = DocumentOf<typeof DEVICE_SECTIONS>;

/** Starts and stops what shows and sounds. */
type SirenService = Pick<
  Siren,
  | 'startProfile'
  | 'startUnnamed'
  | 'stopProfile'
  | 'stopActivity'
  | 'stopAll'
  | 'status'
  | 'startOwn'
  | 'stopOwn'
  | 'own'
  | 'startPreview'
  | 'stopPreview'
  | 'hasAlarm'
>;

/** Reports what the rules do; what they are stands in the configuration. */
type RulesService = Pick<Rules, 'status' | 'why' | 'events' | 'dryRun'>;

/** Places, lists and ends calls: `Calls` of calls/. Accounts reach it through the configuration's changes. */
export interface CallsService {
  /** In progress. */
  list(): readonly CallStatus[];
  /** Over or refused, newest first. */
  history(): readonly CallStatus[];
  /** Calls an address; without an account from the default one. Throws SIP_DISABLED, NOT_FOUND, SIP_OVERLOAD. */
  place(options: Omit<PlaceCallOptions, 'onMedia' | 'onStep'>): Promise<CallId>;
  /** Tries an account out; a call that fails is an answer too. Throws SIP_DISABLED, NOT_FOUND, CONFLICT. */
  testCall(wish: TestCallWish): Promise<TestCallReport>;
  /**
   * Sends a text by SIP MESSAGE; one that is refused, or that nobody answers, is an outcome too. Throws SIP_DISABLED,
   * NOT_FOUND, CONFLICT, INVALID_VALUE, LIMIT_REACHED.
   */
  sendMessage(message: SendMessageOptions): Promise<SentMessage>;
  /** The last messages, received and sent, newest first. */
  messages(): readonly MessageStatus[];
  /** Who watches which extension. */
  lamps(): readonly LampSubscription[];
  /** Answers a ringing call. */
  answer(id: CallId): void;
  /** Ends a call in whatever state it is. */
  end(id: CallId): void;
  /** Sends keys to the other side; resolves when they are sent. Throws CONFLICT while the call is not active. */
  sendDtmf(id: CallId, digits: string, method?: KeyMethod): Promise<void>;
  /**
   * Takes settings over; again the same ones change nothing. Throws ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE and
   * CONFLICT, and then everything is as it was.
   */
  applySettings(next: SipSettings): Promise<void>;
  /** Registers now instead of when it is due. Throws NOT_FOUND. */
  refreshRegistration(account: AccountId): void;
  registrationOf(account: AccountId): RegistrationReport;
  readonly listening: Signaling['listening'];
}

/** One account with its registration, as a status list shows it. */
export type AccountView = Pick<Account, 'id' | 'name' | 'userId' | 'mode' | 'isDefault' | 'active'> & {
  /** Absent for a peer-to-peer account, which registers nowhere. */
  readonly registration?: RegistrationReport;
};

/** The output that a page shows. */
export type VirtualOutputService = Pick<VirtualOutput, 'subscribe' | 'recording'>;

/** Tells how the outputs do, and tries them. What they are stands in the configuration. */
type OutputsService = Pick<OutputRunner, 'status' | 'test'>;

/** Sends notifications, and tells how the recipients do. What they are stands in the configuration. */
type RecipientsService = Pick<
  Recipients,
  'send' | 'test' | 'status' | 'outbox' | 'deadLetters' | 'retry' | 'discard'
>;

/** The device's own particulars. */
type SystemView = {
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly node: string;
  readonly platform: string;
};

/** What tells the device something beside calls. What they are stands in the configuration. */
interface InputsService {
  readonly virtualInputs: Pick<VirtualInputs, 'list' | 'status' | 'activate' | 'deactivate' | 'play'>;
  readonly manualTriggers: Pick<ManualTriggers, 'isOn' | 'set' | 'pulse'>;
  readonly heartbeats: Pick<Heartbeats, 'status' | 'beat' | 'beatOfClient'>;
  readonly ioPorts: Pick<IoPorts, 'status' | 'activate' | 'deactivate' | 'pulse' | 'play'>;
  readonly schedules: Pick<Schedules, 'status' | 'occurrences'>;
  readonly systemWatch: Pick<SystemWatch, 'status'>;
}

/** Everything that commands act on. Built and connected by `device.ts`. */
export type Services = {
  readonly config: ConfigStore<DeviceDocument>;
  readonly siren: SirenService;
  /** Callers who speak over the loudspeakers. */
  readonly paging: Pick<Paging, 'status' | 'stop' | 'stopAll'>;
  readonly alarms: Pick<Alarms, 'list' | 'acknowledge' | 'forgetHistory'>;
  readonly health: Pick<HealthCheck, 'start' | 'isRunning' | 'last'>;
  readonly rules: RulesService;
  readonly inputs: InputsService;
  readonly calls: CallsService;
  /** Tells whether a caller would be let in. */
  readonly access: Pick<AccessGuard, 'decide'>;
  /** Tells which sources are blocked. */
  readonly guard: Pick<SourceGuard, 'list' | 'isExempt' | 'release'>;
  readonly announcements: Announcements;
  /** Every sound that the siren can make. */
  readonly sounds: Sounds;
  readonly output: VirtualOutputService;
  readonly outputs: OutputsService;
  readonly mqtt: MqttService;
  readonly recipients: RecipientsService;
  readonly system: {
    info(): SystemView;
    /** The device's time, milliseconds since the Unix epoch. */
    now(): number;
  };
};
