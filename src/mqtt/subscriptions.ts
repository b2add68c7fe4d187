import type { Log } from '../base/log.js';
import type { MqttTopicState } from '../control/mqtt-service.js';
import type { MqttSettings, MqttSubscription } from '../control/mqtt-settings.js';
import type { EventBus } from '../events/event-bus.js';
import type { ReceivedMessage, SessionSubscription } from './broker-session.js';
import { below, mqttFilterCovers } from './topic-match.js';

/** No more of a payload is passed on, in UTF-16 units. */
const LONGEST_PAYLOAD = 16_384;
/**
 * How many topics of stateful subscriptions are remembered, and how much of their payloads together. Each subscription has
 * a few for itself: whoever may fill one with ever new topics keeps nothing from being heard by the others.
 */
const MOST_TOPICS = 1_000;
const MOST_TOPIC_CHARACTERS = 4_194_304;
const OWN_TOPICS = 8;

interface Wanted extends MqttSubscription {
  /** With the device topic prefix, where it counts. */
  readonly fullFilter: string;
}

/** Hears messages for a filter beside the subscriptions of the settings. */
export interface TopicListener {
  readonly filter: string;
  readonly onMessage: (message: {
    readonly topic: string;
    readonly payload: string;
    readonly retained: boolean;
  }) => void;
}

/** Turns messages into events: of a stateless subscription each, of a stateful one the latest of each topic. */
export class Subscriptions {
  readonly #bus: EventBus;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #states = new Map<string, MqttTopicState>();
  /** The first topics of each subscription. */
  readonly #own = new Map<string, Set<string>>();
  #characters = 0;
  #wanted: readonly Wanted[] = [];
  #listeners: readonly TopicListener[] = [];
  #isFull = false;

  constructor({ bus, log, now }: { readonly bus: EventBus; readonly log: Log; readonly now: () => number }) {
    this.#bus = bus;
    this.#log = log;
    this.#now = now;
  }

  /** What to subscribe to; a filter that is wanted twice with the higher QoS. */
  get filters(): SessionSubscription[] {
    const found = new Map<string, 0 | 1 | 2>();
    for (const { filter } of this.#listeners) found.set(filter, 1);
    for (const { fullFilter, qos } of this.#wanted) {
      found.set(fullFilter, Math.max(qos, found.get(fullFilter) ?? 0) as 0 | 1 | 2);
    }
    return [...found].map(([filter, qos]) => ({ filter, qos }));
  }

  /** The latest of each topic, the newest last. */
  get topics(): readonly MqttTopicState[] {
    return [...this.#states.values()];
  }

  /** The ids of the subscriptions that a filter stands for. */
  idsOf(filter: string): string[] {
    return this.#wanted.filter(({ fullFilter }) => fullFilter === filter).map(({ id }) => id);
  }

  /** Who else wants to hear. */
  listen(listeners: readonly TopicListener[]): void {
    this.#listeners = listeners;
  }

  /** Takes these subscriptions from now on; what no stateful one covers any more is forgotten. */
  apply({ subscriptions }: Pick<MqttSettings, 'subscriptions'>, deviceTopicPrefix: string): void {
    this.#wanted = subscriptions.map((one) => ({
      ...one,
      fullFilter: one.useDeviceTopicPrefix ? below(deviceTopicPrefix, one.filter) : one.filter,
    }));
    for (const state of [...this.#states.values()]) {
      const isCovered = this.#wanted.some(
        ({ id, type, fullFilter }) =>
          id === state.subscription && type === 'stateful' && mqttFilterCovers(fullFilter, state.topic),
      );
      if (!isCovered) this.#forget(state);
    }
  }

  receive({ topic, payload: bytes, retained }: ReceivedMessage): void {
    const payload = textOf(bytes);
    for (const { filter, onMessage } of this.#listeners) {
      if (mqttFilterCovers(filter, topic)) onMessage({ topic, payload, retained });
    }
    for (const { id, type, fullFilter } of this.#wanted) {
      if (!mqttFilterCovers(fullFilter, topic)) continue;
      if (type === 'stateful') this.#remember({ subscription: id, topic, payload, at: this.#now() });
      else this.#bus.publish({ type: 'mqtt.message', subscription: id, topic, payload, retained });
    }
  }

  #remember(state: MqttTopicState): void {
    const { subscription, topic, payload } = state;
    const key = keyOf(state);
    const before = this.#states.get(key)?.payload.length ?? 0;
    const characters = this.#characters - before + payload.length;
    const isNew = !this.#states.has(key);
    const isFull = (isNew && this.#states.size >= MOST_TOPICS) || characters > MOST_TOPIC_CHARACTERS;
    if (isFull && !this.#isOwn(subscription, key)) {
      if (!this.#isFull) {
        this.#log.warn('too many topics of stateful subscriptions; what says more is not heard', {
          subscription,
          topic,
          most: MOST_TOPICS,
        });
      }
      this.#isFull = true;
      return;
    }
    this.#states.delete(key);
    this.#states.set(key, state);
    this.#keepAsOwn(subscription, key);
    this.#characters = characters;
    this.#bus.publish({ type: 'mqtt.state', subscription, topic, payload });
  }

  #keepAsOwn(subscription: string, key: string): void {
    const own = this.#own.get(subscription) ?? new Set<string>();
    if (own.size < OWN_TOPICS) this.#own.set(subscription, own.add(key));
  }

  /** Whether it is one of the first topics of its subscription, which are heard in any case. */
  #isOwn(subscription: string, key: string): boolean {
    const own = this.#own.get(subscription) ?? new Set<string>();
    return own.has(key) || own.size < OWN_TOPICS;
  }

  #forget(state: MqttTopicState): void {
    const { subscription, topic, payload } = state;
    this.#states.delete(keyOf(state));
    this.#own.get(subscription)?.delete(keyOf(state));
    this.#characters -= payload.length;
    this.#isFull = false;
    this.#bus.publish({ type: 'mqtt.state', subscription, topic, payload, isGone: true });
  }
}

function keyOf({ subscription, topic }: Pick<MqttTopicState, 'subscription' | 'topic'>): string {
  return `${subscription} ${topic}`;
}

function textOf(bytes: Uint8Array): string {
  // A character in UTF-8 has up to four bytes; more need not be decoded to fill the text.
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4 * LONGEST_PAYLOAD))
    .toString()
    .slice(0, LONGEST_PAYLOAD);
}
