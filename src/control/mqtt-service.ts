import type { MqttConnectionState } from '../events/device-event.js';
import type { MqttSettings } from './mqtt-settings.js';

/** A message to publish. */
export type MqttPublication = {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** The topic counts below the device topic prefix. */
  readonly useDeviceTopicPrefix: boolean;
};

/** How the MQTT client does. */
export type MqttStatus = {
  readonly state: MqttConnectionState;
  /** Since when, in milliseconds of the Unix epoch. */
  readonly since: number;
  /** `mqtts://broker.example.com:8883`; empty where none is set. */
  readonly broker: string;
  readonly clientId: string;
  /** The one that counts: as set, or the device's own. */
  readonly deviceTopicPrefix: string;
  /** What went wrong last, in words, and when; gone once it is connected. */
  readonly error?: string;
  readonly errorAt?: number;
  /** When the broker is tried again. */
  readonly nextAttemptAt?: number;
  /** What waits to be sent. */
  readonly waiting: { readonly messages: number; readonly bytes: number };
  /** Messages that were given up since the start, the oldest first, because too many waited. */
  readonly dropped: number;
  readonly published: number;
  readonly received: number;
  /** Subscriptions that the broker refused, and why. */
  readonly refused: readonly { readonly subscription: string; readonly error: string }[];
  /** The latest of each topic of the stateful subscriptions, the newest last. */
  readonly topics: readonly MqttTopicState[];
};

export type MqttTopicState = {
  readonly subscription: string;
  readonly topic: string;
  readonly payload: string;
  /** In milliseconds of the Unix epoch. */
  readonly at: number;
};

/** What came of a try. */
export type MqttTestReport = {
  readonly ok: boolean;
  readonly milliseconds: number;
  /** The conversation, in words. */
  readonly steps: readonly string[];
  readonly error?: string;
};

/** The MQTT client as commands and rules use it. What it is told stands in the configuration. */
export interface MqttService {
  status(): MqttStatus;
  /** Tries the broker now instead of when it is due. Does nothing while it is connected or turned off. */
  reconnect(): void;
  /** Connects with these settings, beside the client that runs, and leaves again. A broker that refuses is an answer. */
  test(settings: MqttSettings): Promise<MqttTestReport>;
  /** Sends a message, or keeps it until the broker is there. Throws CONFLICT while the client is turned off. */
  publish(message: MqttPublication): void;
}
