import type { AccountId, CallId, DtmfSequenceId, ProfileName, RuleId } from '../base/ids.js';

/** The states a call passes through, by the names of the device manual (Call > State). */
export type CallState = 'Idle' | 'Calling' | 'Ringing' | 'Active';

/** Why a call changed its state (Call > State change). */
export type CallStateChangeReason =
  /** We dial. */
  | 'Initiated'
  /** An incoming call was refused by a setting or the access list. */
  | 'Denied'
  | 'NoAnswer'
  | 'Busy'
  | 'Failed'
  /** The peer answered a call of ours. */
  | 'AcceptedByRemote'
  /** We answered an incoming call. */
  | 'AcceptedByDevice'
  /** A call that was active ended. */
  | 'Terminated';

export type CallDirection = 'Incoming' | 'Outgoing';

/** What identifies a call in each of its events. */
export interface CallIdentity {
  readonly callId: CallId;
  readonly direction: CallDirection;
  readonly account: AccountId;
  /** The local SIP URI: for an incoming call what the caller dialled, `sip:1001@192.168.0.90`. */
  readonly localUri: string;
  readonly remoteUri: string;
  /** How the other side calls itself, where it does: anybody can write anything there. */
  readonly displayName?: string;
}

/** A call's state as a stateful property per call; Idle means that the call is over. */
export interface CallStateEvent extends CallIdentity {
  readonly type: 'call.state';
  readonly state: CallState;
}

/** One change of a call, stateless. */
export interface CallStateChangeEvent extends CallIdentity {
  readonly type: 'call.stateChange';
  readonly reason: CallStateChangeReason;
  /** What a person should know beyond the reason: `486 Busy Here`, `incoming calls are not allowed`. */
  readonly detail?: string;
}

/** One key pressed by the peer, reported once however often the network repeated it. */
export interface CallDtmfEvent extends CallIdentity {
  readonly type: 'call.dtmf';
  /** One of 0-9, A-D, # and *. */
  readonly digit: string;
  readonly method: 'rtp' | 'info' | 'inband';
  /** The keys since the last pause longer than the key timeout, this one last. */
  readonly keys: string;
}

/** A DTMF sequence of the settings was dialled; reported with its last key. */
export interface CallDtmfSequenceEvent extends CallIdentity {
  readonly type: 'call.dtmfSequence';
  readonly sequenceId: DtmfSequenceId;
  readonly sequence: string;
  readonly description: string;
}

/** A text came by SIP MESSAGE; reported once however often the network repeated it. */
export interface MessageReceivedEvent extends Omit<CallIdentity, 'callId'> {
  readonly type: 'message.received';
  readonly messageId: string;
  /** The call that it came within; none for a message by itself, whose direction is Incoming. */
  readonly callId?: CallId;
  readonly contentType: string;
  readonly text: string;
}

/** What became of a text that we sent by SIP MESSAGE. */
export interface MessageSentEvent {
  readonly type: 'message.sent';
  readonly messageId: string;
  readonly account: AccountId;
  readonly localUri: string;
  readonly remoteUri: string;
  readonly text: string;
  /** `accepted`: a server will bring it. `failed`: nobody answered, or nobody could be reached. */
  readonly outcome: 'delivered' | 'accepted' | 'refused' | 'failed';
  /** The final SIP status, where there was one. */
  readonly status?: number;
  /** For a person: `Not Found`, or why it failed. */
  readonly reason: string;
}

export type RegistrationState =
  | 'unregistered'
  | 'registering'
  | 'registered'
  /** The registrar answered and said no; status and reason tell why. */
  | 'refused'
  /** Nobody answered. */
  | 'unreachable'
  /** The server's certificate cannot be trusted; the reason tells why. */
  | 'untrusted';

/** The registration of one account, stateful per account. */
export interface RegistrationEvent {
  readonly type: 'account.registration';
  readonly account: AccountId;
  readonly state: RegistrationState;
  /** Which server it stands with: the registrar, or the secondary one. */
  readonly server?: string;
  /** The last SIP status, where there was one. */
  readonly status?: number;
  readonly reason?: string;
}

/** What an activity that no profile started is for. */
export type ActivityPurpose = 'maintenance' | 'identify' | 'healthCheck' | 'preview' | 'paging';

/** A light or siren activity started, was interrupted, resumed or ended. */
export interface ActivityEvent {
  readonly type: 'activity';
  readonly function: 'light' | 'siren';
  readonly change: 'started' | 'interrupted' | 'resumed' | 'ended';
  readonly activityId: number;
  readonly profile?: ProfileName;
  /** None where a profile started it. */
  readonly purpose?: ActivityPurpose;
  readonly priority: number;
  /** Whether it shows or sounds from now on; it does not where it waits for a higher priority, or has ended. */
  readonly running: boolean;
  /** Who caused it and why, for a person: `rule "Evacuate on 1001"`. */
  readonly cause: string;
  /** One of two that come together: one gives way, another shows or sounds in its place, with nothing in between. */
  readonly isHandover?: true;
}

/**
 * A profile that was started is an alarm until light and siren have both ended; stateful per profile. `state` says
 * whether it waits to be acknowledged; `unasked` where its profile does not ask for that.
 */
export interface AlarmEvent {
  readonly type: 'alarm';
  readonly alarmId: string;
  readonly profile: ProfileName;
  readonly change: 'raised' | 'delivered' | 'acknowledged' | 'escalated' | 'cleared';
  readonly state: 'unacknowledged' | 'acknowledged' | 'unasked' | 'cleared';
  readonly priority: number;
  /** Why this change came, for a person. */
  readonly cause: string;
  /** Who acknowledged it. */
  readonly by?: string;
  /** What the person who acknowledged it wrote. */
  readonly note?: string;
  /** The id of the output that showed or sounded it first. */
  readonly output?: string;
  /** The profile that was started because nobody acknowledged this one. */
  readonly escalatedTo?: ProfileName;
}

/** A health check began or ended. */
export interface HealthCheckEvent {
  readonly type: 'healthCheck';
  readonly state: 'started' | 'passed' | 'failed' | 'interrupted';
  /** Whether it showed and sounded nothing. */
  readonly silent: boolean;
  /** The ids of the outputs that failed. */
  readonly failed: readonly string[];
}

/** A rule became active, fired, or became inactive. */
export interface RuleEvent {
  readonly type: 'rule';
  readonly rule: RuleId;
  readonly name: string;
  readonly change: 'activated' | 'deactivated';
}

/** Rules that move each other without end were stopped. */
export interface RuleLoopEvent {
  readonly type: 'rule.loop';
  /** The rule that was kept from becoming active. */
  readonly rule: RuleId;
  readonly name: string;
  /** How it was noticed, for a person. */
  readonly detail: string;
  /** Until when the rule is held back, in milliseconds of the Unix epoch; none where only this once. */
  readonly until?: number;
}

/** An output began or ceased to fail, or fails for another reason; stateful per output. */
export interface OutputStateEvent {
  readonly type: 'output.state';
  /** Its id. */
  readonly output: string;
  readonly name: string;
  /** `audio`, `wled`… */
  readonly kind: string;
  readonly state: 'ok' | 'failing';
  /** Since when it fails, in milliseconds of the Unix epoch. */
  readonly since?: number;
  /** What went wrong last. */
  readonly error?: string;
}

/** A source of SIP requests is not listened to any more, or again. */
export interface SourceBlockedEvent {
  readonly type: 'source.blocked';
  /** An IP address, an IPv6 network such as `2001:db8:0:0::/64`, or what somebody has blocked. */
  readonly address: string;
  readonly change: 'blocked' | 'released';
  /** Why it is blocked, or was. */
  readonly reason: 'wrongPasswords' | 'scan' | 'flood' | 'byHand';
}

/** Notifications to a recipient began or ceased to fail, or fail for another reason; stateful per recipient. */
export interface RecipientStateEvent {
  readonly type: 'recipient.state';
  /** Its id. */
  readonly recipient: string;
  readonly name: string;
  /** `https`, `email`… */
  readonly kind: string;
  readonly state: 'ok' | 'failing';
  /** Since when it fails, in milliseconds of the Unix epoch. */
  readonly since?: number;
  /** What went wrong last. */
  readonly error?: string;
}

/** What is configured changed; who shows it should read it again. */
export interface ConfigurationEvent {
  readonly type: 'configuration';
  readonly sections: readonly string[];
}

/** A message came for a subscription whose messages are events. */
export interface MqttMessageEvent {
  readonly type: 'mqtt.message';
  /** The id of the subscription. */
  readonly subscription: string;
  readonly topic: string;
  /** As text, cut where it is longer than the device takes. */
  readonly payload: string;
  /** The broker had kept it from before: it tells how something is, not that something happens. */
  readonly retained: boolean;
}

/** What a topic of a subscription whose messages are states says now; stateful per subscription and topic. */
export interface MqttStateEvent {
  readonly type: 'mqtt.state';
  /** The id of the subscription. */
  readonly subscription: string;
  readonly topic: string;
  readonly payload: string;
  /** Nobody listens to the topic any more, so that nothing is known of it. */
  readonly isGone?: true;
}

export type MqttConnectionState =
  /** Turned off. */
  | 'off'
  | 'connecting'
  | 'connected'
  /** The broker is away; it is tried again. */
  | 'waiting'
  /** The broker is away, and nobody tries again. */
  | 'failed';

/** The connection with the MQTT broker, stateful. */
export interface MqttConnectionEvent {
  readonly type: 'mqtt.connection';
  readonly state: MqttConnectionState;
  /** `mqtts://broker.example.com:8883`. */
  readonly broker: string;
  /** What went wrong last, in words. */
  readonly error?: string;
}

/** The device's own life. */
export interface SystemEvent {
  readonly type: 'system';
  readonly state: 'ready' | 'stopping';
}

/** A virtual input was activated or deactivated; stateful per input. */
export interface VirtualInputEvent {
  readonly type: 'input.virtual';
  /** 1 to 64. */
  readonly input: number;
  readonly name: string;
  readonly active: boolean;
  /** When it goes back by itself, in milliseconds of the Unix epoch; none where somebody must do it. */
  readonly until?: number;
}

/** The state of a digital port; stateful per port. Of an output it is what it was set to. */
export interface DigitalPortEvent {
  readonly type: 'input.digital';
  /** Its number. */
  readonly port: number;
  readonly name: string;
  readonly direction: 'input' | 'output';
  /** Unknown while the chip cannot be read. */
  readonly state: 'active' | 'inactive' | 'unknown';
  /** Why it is unknown. */
  readonly error?: string;
}

/** A manual trigger was turned on or off; stateful per trigger. A pulse is both at once. */
export interface ManualTriggerEvent {
  readonly type: 'trigger.manual';
  /** Its id. */
  readonly trigger: string;
  readonly name: string;
  readonly active: boolean;
}

/** Something that must call in regularly did, or did not; stateful per heartbeat. */
export interface HeartbeatEvent {
  readonly type: 'heartbeat';
  /** Its id. */
  readonly heartbeat: string;
  readonly name: string;
  /** Waiting: the first beat has not come and need not have. */
  readonly state: 'waiting' | 'alive' | 'lost';
  /** The last beat, in milliseconds of the Unix epoch. */
  readonly lastBeat?: number;
}

/** A schedule began or ended; stateful per schedule. */
export interface ScheduleEvent {
  readonly type: 'schedule';
  /** Its id. */
  readonly schedule: string;
  readonly name: string;
  readonly active: boolean;
}

/** The instant of a pulse came. */
export interface PulseEvent {
  readonly type: 'pulse';
  /** The id of the pulse. */
  readonly schedule: string;
  readonly name: string;
}

/** Whether the device has an address that others can reach; stateful. */
export interface NetworkEvent {
  readonly type: 'network';
  readonly state: 'up' | 'lost';
  /** Every address beside loopback. */
  readonly addresses: readonly string[];
}

/** How full the disk of the data folder is; stateful. */
export interface StorageEvent {
  readonly type: 'storage';
  readonly state: 'ok' | 'full';
  /** 0 to 100. */
  readonly usedPercent: number;
  readonly freeBytes: number;
}

/** How long a certificate is valid yet, told once a day; stateful per certificate. */
export interface CertificateEvent {
  readonly type: 'certificate';
  /** Its id. */
  readonly certificate: string;
  readonly name: string;
  readonly state: 'valid' | 'expiring' | 'expired' | 'removed';
  /** Whole days that are left; below 0 when it has expired. */
  readonly daysLeft: number;
  /** In milliseconds of the Unix epoch. */
  readonly validTo: number;
}

/** Everything the device can report. */
export type DeviceEvent =
  | CallStateEvent
  | CallStateChangeEvent
  | CallDtmfEvent
  | CallDtmfSequenceEvent
  | MessageReceivedEvent
  | MessageSentEvent
  | RegistrationEvent
  | ActivityEvent
  | AlarmEvent
  | HealthCheckEvent
  | RuleEvent
  | RuleLoopEvent
  | OutputStateEvent
  | SourceBlockedEvent
  | MqttMessageEvent
  | MqttStateEvent
  | MqttConnectionEvent
  | RecipientStateEvent
  | ConfigurationEvent
  | SystemEvent
  | VirtualInputEvent
  | DigitalPortEvent
  | ManualTriggerEvent
  | HeartbeatEvent
  | ScheduleEvent
  | PulseEvent
  | NetworkEvent
  | StorageEvent
  | CertificateEvent;

export type DeviceEventType = DeviceEvent['type'];

/** An event as it went over the bus. */
export interface PublishedEvent<Event extends DeviceEvent = DeviceEvent> {
  /** Counts up by one from 1 since the device started. */
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly event: Event;
  /** How many events lie between it and what came from outside: 0, or one more than the event during whose delivery it was published. */
  readonly depth: number;
}
