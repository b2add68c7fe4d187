import { isDeepStrictEqual } from 'node:util';
import type { Clock, Timer } from '../base/clock.js';
import { seconds } from '../base/duration.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { nextTurn } from '../base/next-turn.js';
import type { MqttPublication, MqttService, MqttStatus, MqttTestReport } from '../control/mqtt-service.js';
import type { MqttSettings } from '../control/mqtt-settings.js';
import type { DeviceEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import type { TlsTrust } from '../net/tls-trust.js';
import type { MqttPublisher, OutputMessage } from '../outputs/mqtt-publisher.js';
import type { CertificateStore } from '../security/certificate-store.js';
import type { BrokerSession } from './broker-session.js';
import { identityOf, ownMessage, type ClientIdentity } from './client-identity.js';
import {
  nextConnection,
  reconnectDelay,
  type ConnectionInput,
  type ConnectionState,
} from './connection-machine.js';
import { connectionSettings } from './connection-settings.js';
import { KnownStates } from './known-states.js';
import type { InflightStore } from './inflight-store.js';
import { Outbox, type OutgoingMessage } from './outbox.js';
import { Publications } from './publications.js';
import { Subscriptions, type TopicListener } from './subscriptions.js';
import { below } from './topic-match.js';
import { tryBroker } from './try-broker.js';

/** How many messages are under way at a time, before the broker has acknowledged one. */
const MOST_UNDER_WAY = 20;
/** How long a broker may take for the good-bye. */
const GOODBYE = seconds(2);
/** How long the broker may take to acknowledge what an output says. */
const ANSWER_PATIENCE = seconds(5);
/** A connection that lasts no longer than this was not wanted by the broker. */
const SHORT_LIFE_MS = 5_000;

export interface MqttOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly settings: MqttSettings;
  readonly certificates: CertificateStore;
  readonly serialNumber: string;
  /** Whether what a state is about is configured no longer. Default: never. */
  readonly isGone?: (event: DeviceEvent) => boolean;
  /** From 0 to 1, for the waits. Default: Math.random. */
  readonly random?: () => number;
}

/** Somebody who speaks over the same connection. */
export interface MqttCompanion {
  readonly listeners: readonly TopicListener[];
  /** The broker is there, perhaps one that has forgotten everything. */
  onConnected(): void;
}

/** What outlives a connection. */
interface Inflight {
  readonly outgoing: InflightStore;
  readonly incoming: InflightStore;
}

/** The MQTT client of the device: keeps the connection, publishes events, turns messages into events. */
export class Mqtt implements MqttService, MqttPublisher {
  readonly #options: MqttOptions;
  readonly #log: Log;
  readonly #outbox = new Outbox();
  readonly #states = new KnownStates();
  readonly #subscriptions: Subscriptions;
  readonly #unsubscribe: () => void;
  #settings: MqttSettings;
  #identity: ClientIdentity;
  #certificates: CertificateStore;
  #publications: Publications;
  #companion: MqttCompanion | undefined;
  #connection: ConnectionState = { state: 'off' };
  #since: number;
  #error: { readonly text: string; readonly at: number } | undefined;
  #attempt: AbortController | undefined;
  #session: BrokerSession | undefined;
  #connectedAt = 0;
  /** The filters that the session is subscribed to, with their QoS. */
  #subscribed = new Map<string, number>();
  #refused: readonly { readonly subscription: string; readonly error: string }[] = [];
  #inflight: Inflight | undefined;
  /** Until the last session has said good-bye; a new one would be taken for the same client. */
  #leaving: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;
  #nextAttemptAt: number | undefined;
  #isDraining = false;
  #isStarted = false;
  #published = 0;
  #received = 0;

  constructor(options: MqttOptions) {
    const { clock, bus, settings, certificates, serialNumber } = options;
    this.#options = options;
    this.#log = options.log.room('mqtt');
    this.#settings = settings;
    this.#certificates = certificates;
    this.#identity = identityOf(settings, serialNumber);
    this.#since = clock.wallTime();
    this.#subscriptions = new Subscriptions({ bus, log: this.#log, now: () => clock.wallTime() });
    this.#publications = this.#preparePublications();
    this.#subscriptions.apply(settings, this.#identity.deviceTopicPrefix);
    this.#unsubscribe = bus.subscribe((published) => {
      this.#states.add(published);
      if (published.event.type === 'configuration') this.#takeBack();
      if (!this.#settings.enabled) return;
      const message = this.#publications.messageOf(published);
      if (message) this.send(message);
    });
  }

  get serialNumber(): string {
    return this.#options.serialNumber;
  }

  get identity(): ClientIdentity {
    return this.#identity;
  }

  /**
   * Connects where the settings want it. What happened before it is published then. `resting` is what is so where no
   * event told otherwise: a broker may have kept the contrary from before a crash.
   */
  start(resting: readonly DeviceEvent[] = []): void {
    const at = this.#options.clock.wallTime();
    for (const event of resting) this.#states.rest({ sequence: 0, at, event, depth: 0 });
    this.#isStarted = true;
    if (this.#settings.enabled) this.#step({ kind: 'start' });
  }

  /** Somebody else speaks over the connection from now on; told again when what they listen to changes. */
  accompany(companion: MqttCompanion): void {
    this.#companion = companion;
    this.#subscriptions.listen(companion.listeners);
    if (!this.#session) return;
    this.#subscribeAnew(this.#session);
    companion.onConnected();
  }

  /** Takes settings over while running; the connection is made anew only where they concern it. */
  apply(settings: MqttSettings, certificates: CertificateStore): void {
    const before = this.#settings;
    const broker = this.#identity;
    this.#settings = settings;
    this.#certificates = certificates;
    this.#identity = identityOf(settings, this.#options.serialNumber);
    if (!isDeepStrictEqual([settings.publication, this.#identity], [before.publication, broker])) {
      this.#publications = this.#preparePublications();
      if (this.#session) this.#sendStates();
    }
    this.#subscriptions.apply(settings, this.#identity.deviceTopicPrefix);
    const isSameWay = isDeepStrictEqual(connectionSettings(before), connectionSettings(settings));
    if (!isSameWay || !settings.enabled) this.#step({ kind: 'stop' });
    if (!settings.enabled) this.#outbox.clear();
    if (broker.broker !== this.#identity.broker || broker.clientId !== this.#identity.clientId) {
      this.#inflight = undefined;
    }
    if (settings.enabled && this.#isStarted && this.#connection.state === 'off')
      this.#step({ kind: 'start' });
    else if (this.#session) this.#subscribeAnew(this.#session);
  }

  status(): MqttStatus {
    const { state } = this.#connection;
    const { clientId, deviceTopicPrefix, broker } = this.#identity;
    return {
      state,
      since: this.#since,
      broker,
      clientId,
      deviceTopicPrefix,
      ...(this.#error && { error: this.#error.text, errorAt: this.#error.at }),
      ...(this.#nextAttemptAt !== undefined && { nextAttemptAt: this.#nextAttemptAt }),
      waiting: { messages: this.#outbox.messages, bytes: this.#outbox.bytes },
      dropped: this.#outbox.dropped,
      published: this.#published,
      received: this.#received,
      refused: this.#refused,
      topics: this.#subscriptions.topics,
    };
  }

  reconnect(): void {
    if (this.#settings.enabled && this.#isStarted) this.#step({ kind: 'start' });
  }

  test(settings: MqttSettings): Promise<MqttTestReport> {
    const { clock, serialNumber } = this.#options;
    return tryBroker({
      settings,
      trust: this.#trustOf(settings),
      clock,
      identity: identityOf(settings, serialNumber),
    });
  }

  publish({ topic, payload, qos, retain, useDeviceTopicPrefix }: MqttPublication): void {
    if (!this.#settings.enabled) {
      throw new SipsirenError('CONFLICT', 'The MQTT client is turned off; turn it on to publish.');
    }
    const full = useDeviceTopicPrefix ? below(this.#identity.deviceTopicPrefix, topic) : topic;
    this.send({ topic: full, payload, qos, retain });
  }

  /** Sends a message when its turn comes; while the broker is away it waits. Of no effect while turned off. */
  send(message: OutgoingMessage): void {
    if (!this.#settings.enabled) return;
    this.#outbox.add(message);
    this.#drainSoon();
  }

  /** Why the broker is not there, in words; undefined while it is. */
  get fault(): string | undefined {
    if (this.#session) return undefined;
    if (!this.#settings.enabled) return 'The MQTT client is turned off.';
    return this.#error?.text ?? 'The MQTT broker is not there yet.';
  }

  /** Sends a message now or not at all, for outputs, which know best what to say later. */
  deliver(message: OutputMessage): Promise<void> {
    const session = this.#session;
    if (!session) return Promise.reject(new SipsirenError('OUTPUT_FAILED', this.fault ?? ''));
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        limit.cancel();
        reject(new SipsirenError('OUTPUT_FAILED', why));
      };
      const limit = this.#options.clock.startTimer('mqtt delivery', ANSWER_PATIENCE, () => {
        fail('The MQTT broker does not acknowledge the message.');
      });
      session.publish(message).then(
        () => {
          limit.cancel();
          this.#published++;
          resolve();
        },
        (error: unknown) => {
          fail(`The message was not sent: ${messageOf(error)}.`);
        },
      );
    });
  }

  /** Says good-bye to the broker, within 2 s. Idempotent. */
  async close(): Promise<void> {
    this.#unsubscribe();
    this.#isStarted = false;
    this.#step({ kind: 'stop' });
    await this.#leaving;
  }

  #preparePublications(): Publications {
    return new Publications({
      settings: this.#settings.publication,
      deviceTopicPrefix: this.#identity.deviceTopicPrefix,
      serialNumber: this.#options.serialNumber,
    });
  }

  #step(input: ConnectionInput): void {
    const { clock, bus } = this.#options;
    const before = this.#connection;
    const { state, effect } = nextConnection(before, input);
    this.#connection = state;
    if (effect !== undefined) this.#stopTimer();
    if (effect === 'connect') void this.#connect();
    else if (effect === 'wait') this.#wait(state.state === 'waiting' ? state.failures : 1);
    else if (effect === 'leave') this.#leave();
    if (before.state === state.state) return;
    this.#since = clock.wallTime();
    this.#log.info(`mqtt ${state.state}`, { broker: this.#identity.broker, error: this.#error?.text });
    bus.publish({
      type: 'mqtt.connection',
      state: state.state,
      broker: this.#identity.broker,
      ...(this.#error && { error: this.#error.text }),
    });
  }

  #wait(failures: number): void {
    const { clock, random = Math.random } = this.#options;
    const delay = reconnectDelay(failures, random());
    this.#nextAttemptAt = clock.wallTime() + delay;
    this.#timer = clock.startTimer('mqtt reconnect', delay, () => {
      this.#stopTimer();
      this.#step({ kind: 'tick' });
    });
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#nextAttemptAt = undefined;
  }

  async #connect(): Promise<void> {
    const { clock } = this.#options;
    const attempt = new AbortController();
    this.#attempt = attempt;
    const settings = this.#settings;
    await this.#leaving;
    const limit = clock.startTimer('mqtt connect', seconds(settings.timeoutSeconds), () => {
      const text = `The broker did not let the device in within ${settings.timeoutSeconds} s.`;
      attempt.abort(new SipsirenError('TIMEOUT', text));
    });
    try {
      const session = await this.#open(settings, attempt.signal);
      if (this.#attempt === attempt) this.#greet(session);
      else session.abandon();
    } catch (error) {
      if (this.#attempt === attempt) this.#lose(messageOf(error));
    } finally {
      limit.cancel();
    }
  }

  async #open(settings: MqttSettings, signal: AbortSignal): Promise<BrokerSession> {
    // Loaded only now: a device without a broker need not wait for the library.
    const { BrokerSession } = await import('./broker-session.js');
    const { InflightStore } = await import('./inflight-store.js');
    this.#inflight ??= { outgoing: new InflightStore(), incoming: new InflightStore() };
    const session = await BrokerSession.open({
      settings,
      identity: this.#identity,
      trust: this.#trustOf(settings),
      signal,
      say: (step) => {
        this.#log.debug(step);
      },
      store: this.#inflight,
      onMessage: (message) => {
        this.#received++;
        this.#subscriptions.receive(message);
      },
      onLost: (why) => {
        if (this.#session === session) this.#lose(why);
      },
    });
    return session;
  }

  /** First who we are and what we want to hear, then what waits, in its order. */
  #greet(session: BrokerSession): void {
    this.#session = session;
    // Ending the attempt now would cut the connection.
    this.#attempt = undefined;
    this.#connectedAt = this.#options.clock.now();
    this.#error = undefined;
    this.#subscribed = new Map();
    this.#step({ kind: 'opened' });
    const hello = ownMessage(this.#settings, 'connectMessage', this.#identity);
    if (hello) this.#hand(session, hello);
    this.#subscribeAnew(session);
    this.#sendStates();
    this.#companion?.onConnected();
    this.#drainSoon();
  }

  /** The states that are to be retained, for a broker that may know none of them. */
  #sendStates(): void {
    for (const published of this.#states.all) {
      const state = this.#publications.messageOf(published);
      if (state?.about === undefined || !state.retain || this.#outbox.has(state.about)) continue;
      this.#outbox.add(state);
    }
    this.#drainSoon();
  }

  /** The states of what is there no longer; a broker that keeps them forgets them, too. */
  #takeBack(): void {
    const { isGone } = this.#options;
    const gone = isGone ? this.#states.takeGone(isGone) : [];
    // Where all events have one topic, it is not theirs to empty.
    if (!this.#settings.publication.includeCondition) return;
    for (const published of gone) {
      const state = this.#publications.messageOf(published);
      if (state?.about !== undefined && state.retain) this.send({ ...state, payload: '' });
    }
  }

  #lose(why: string): void {
    const { clock } = this.#options;
    const wasShort = this.#session !== undefined && clock.now() - this.#connectedAt < SHORT_LIFE_MS;
    this.#session = undefined;
    this.#attempt = undefined;
    const text = wasShort ? `${why} Perhaps another client has the same client ID.` : why;
    if (this.#error?.text !== text) {
      this.#log.warn('no connection with the MQTT broker', { broker: this.#identity.broker, error: text });
    }
    this.#error = { text, at: clock.wallTime() };
    this.#step({ kind: 'lost', again: this.#settings.reconnectAutomatically });
  }

  /** What waits is sent, then the good-bye; a broker that takes too long for it is left without. */
  #leave(): void {
    const session = this.#session;
    this.#attempt?.abort(new SipsirenError('CANCELLED', 'The MQTT client was turned off.'));
    this.#attempt = undefined;
    this.#session = undefined;
    this.#error = undefined;
    this.#refused = [];
    if (!session) return;
    for (let count = 0; count < MOST_UNDER_WAY; count++) {
      const message = this.#outbox.take();
      if (message) this.#hand(session, message);
    }
    const goodbye = ownMessage(this.#settings, 'disconnectMessage', this.#identity);
    if (goodbye) this.#hand(session, goodbye);
    this.#leaving = new Promise((resolve) => {
      const limit = this.#options.clock.startTimer('mqtt good-bye', GOODBYE, () => {
        session.abandon();
        resolve();
      });
      void session.close().then(() => {
        limit.cancel();
        resolve();
      });
    });
  }

  /** Tells the broker what to send from now on: what is new, and what is wanted no longer. */
  #subscribeAnew(session: BrokerSession): void {
    const wanted = this.#subscriptions.filters;
    const filters = new Set(wanted.map(({ filter }) => filter));
    session.unsubscribe([...this.#subscribed.keys()].filter((filter) => !filters.has(filter)));
    const fresh = wanted.filter(({ filter, qos }) => this.#subscribed.get(filter) !== qos);
    this.#subscribed = new Map(wanted.map(({ filter, qos }) => [filter, qos]));
    this.#refused = this.#refused.filter(({ subscription }) =>
      wanted.some(({ filter }) => this.#subscriptions.idsOf(filter).includes(subscription)),
    );
    void session.subscribe(fresh).then((refused) => {
      if (this.#session !== session) return;
      for (const { filter, error } of refused) {
        this.#log.warn('the MQTT broker refuses a subscription', { filter, error });
        const ids = this.#subscriptions.idsOf(filter);
        this.#refused = [...this.#refused, ...ids.map((subscription) => ({ subscription, error }))];
      }
    });
  }

  /** In a turn of its own: nobody who has something to say waits for the network. */
  #drainSoon(): void {
    if (this.#isDraining || !this.#session) return;
    this.#isDraining = true;
    void nextTurn().then(() => {
      this.#isDraining = false;
      if (this.#session) this.#drain(this.#session);
    });
  }

  #drain(session: BrokerSession): void {
    while (!session.isOver && this.#underWay(session) < MOST_UNDER_WAY) {
      const message = this.#outbox.take();
      if (!message) return;
      this.#hand(session, message);
    }
  }

  readonly #sending = new WeakMap<BrokerSession, number>();

  #underWay(session: BrokerSession): number {
    return Math.max(this.#sending.get(session) ?? 0, this.#inflight?.outgoing.size ?? 0);
  }

  /** Gives a message to the session; of a higher QoS it is the session's from then on, also over a reconnect. */
  #hand(session: BrokerSession, message: OutgoingMessage): void {
    const count = (change: number) => this.#sending.set(session, (this.#sending.get(session) ?? 0) + change);
    count(1);
    session
      .publish(message)
      .then(
        () => {
          this.#published++;
        },
        (error: unknown) => {
          if (message.qos === 0) this.#outbox.putBack(message);
          this.#log.debug('a message was not sent yet', { topic: message.topic, error: messageOf(error) });
        },
      )
      .finally(() => {
        count(-1);
        this.#drainSoon();
      });
  }

  #trustOf({ checkCertificate, clientCertificate }: MqttSettings): TlsTrust {
    return {
      verify: checkCertificate,
      authorities: this.#certificates.authorities,
      ...(clientCertificate !== '' && { pair: this.#certificates.pair(clientCertificate) }),
    };
  }
}
