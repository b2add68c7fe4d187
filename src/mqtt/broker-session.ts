import type { Duplex } from 'node:stream';
import { type ErrorWithReasonCode, type IClientOptions, MqttClient, type Store } from 'mqtt';
import { messageOf, SipsirenError } from '../base/errors.js';
import { nextTurn } from '../base/next-turn.js';
import type { MqttSettings } from '../control/mqtt-settings.js';
import { abortError } from '../net/connect.js';
import type { Say } from '../net/conversation.js';
import { failureWords } from '../net/failure-words.js';
import type { TlsTrust } from '../net/tls-trust.js';
import { openBrokerStream } from './broker-stream.js';
import { ownMessage, type ClientIdentity } from './client-identity.js';
import type { OutgoingMessage } from './outbox.js';
import { guardPackets, LARGEST_PACKET } from './packet-guard.js';
import { reasonWords } from './reason-words.js';

/** With MQTT 5 a session that is to be kept is kept this long, in seconds: a week. */
const SESSION_EXPIRY_SECONDS = 604_800;
/** The most messages of a higher QoS under way at a time. */
const RECEIVE_MAXIMUM = 100;

export interface BrokerSessionOptions {
  readonly settings: MqttSettings;
  readonly identity: ClientIdentity;
  readonly trust: TlsTrust;
  readonly signal: AbortSignal;
  readonly say: Say;
  /** Messages under way, which outlive a connection; none for a session that leaves nothing behind. */
  readonly store?: { readonly outgoing: Store; readonly incoming: Store };
  /** A message came; the next one waits until this has returned. */
  readonly onMessage: (message: ReceivedMessage) => void;
  /** The connection broke; told once, and not after `close`. */
  readonly onLost: (why: string) => void;
}

export interface ReceivedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retained: boolean;
}

export interface SessionSubscription {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
}

/** One connection with the broker, from CONNACK to its end. */
export class BrokerSession {
  readonly #client: MqttClient;
  #isOver = false;
  #fault: string | undefined;
  /** The good-bye was said. */
  #hasLeft = false;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  /** Connects and logs in. Rejects with a SipsirenError that says in words what stands in the way. */
  static async open(options: BrokerSessionOptions): Promise<BrokerSession> {
    const { say, identity } = options;
    const stream = await openBrokerStream(options);
    say(`Logging in as ${identity.clientId} with MQTT ${options.settings.version}.`);
    const client = new MqttClient(() => stream, clientOptions(options));
    const session = new BrokerSession(client);
    guardPackets(stream, () => {
      session.#fault = `The broker sent a packet larger than ${LARGEST_PACKET} bytes.`;
      stream.destroy();
    });
    client.handleMessage = (packet, done) => {
      // Whoever has said good-bye follows nobody any more, and acknowledges nothing: the broker may keep it.
      if (session.#hasLeft) return;
      options.onMessage({
        topic: packet.topic,
        payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
        retained: packet.retain,
      });
      // A flood of messages leaves calls and alarms their turns: the broker waits meanwhile.
      void nextTurn().then(() => {
        done();
      });
    };
    await session.#logIn(stream, options);
    say('The broker lets the device in.');
    return session;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Sends a message; resolves once the broker has it, as surely as its QoS says. Rejects where a message of QoS 0
   * was not sent; one of a higher QoS is sent again after the next connect.
   */
  publish({ topic, payload, qos, retain }: OutgoingMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.publish(topic, payload, { qos, retain }, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Subscribes to all of these; gives those that the broker refuses, with the reason in words. */
  async subscribe(
    subscriptions: readonly SessionSubscription[],
  ): Promise<{ readonly filter: string; readonly error: string }[]> {
    const refused: { filter: string; error: string }[] = [];
    // One at a time: a broker that does not like one may refuse all that come with it.
    for (const { filter, qos } of subscriptions) {
      const error = await this.#subscribe(filter, qos);
      if (error !== undefined) refused.push({ filter, error });
    }
    return refused;
  }

  unsubscribe(filters: readonly string[]): void {
    if (filters.length > 0 && !this.#isOver) this.#client.unsubscribe([...filters], () => undefined);
  }

  /** Says good-bye, so that no last will is sent, and closes; what is under way is waited for. Idempotent. */
  close(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#isOver = true;
    this.#hasLeft = true;
    return new Promise((resolve) => {
      this.#client.once('close', resolve);
      this.#client.end();
    });
  }

  /** Cuts the connection. */
  abandon(): void {
    this.#isOver = true;
    this.#client.stream.destroy();
  }

  #logIn(stream: Duplex, { signal, onLost }: BrokerSessionOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      let isIn = false;
      const abort = () => {
        this.abandon();
      };
      signal.addEventListener('abort', abort, { once: true });
      stream.on('error', (error) => {
        this.#fault ??= `The connection with the broker broke: ${failureWords(error)}.`;
      });
      this.#client.on('error', (error) => {
        this.#fault ??= faultOf(error);
        stream.destroy();
      });
      this.#client.on('disconnect', ({ reasonCode = 0 }) => {
        this.#fault ??= `The broker ended the connection: ${reasonWords(reasonCode)}.`;
      });
      this.#client.on('close', () => {
        signal.removeEventListener('abort', abort);
        const why = this.#fault ?? 'The broker closed the connection.';
        if (!isIn) reject(signal.aborted ? abortError(signal) : refusal(this.#fault));
        else if (!this.#isOver) onLost(why);
        this.#isOver = true;
      });
      this.#client.once('connect', () => {
        signal.removeEventListener('abort', abort);
        isIn = true;
        resolve();
      });
    });
  }

  #subscribe(filter: string, qos: 0 | 1 | 2): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#client.subscribe({ [filter]: { qos } }, (error, granted) => {
        const code = granted?.[0]?.qos ?? 0;
        if (code >= 128) resolve(`The broker refuses the subscription: ${reasonWords(code)}.`);
        else resolve(error ? `The subscription failed: ${messageOf(error)}.` : undefined);
      });
    });
  }
}

function clientOptions({ settings, identity, store }: BrokerSessionOptions): IClientOptions {
  const { version, username, password, cleanSession, keepAliveSeconds, timeoutSeconds } = settings;
  const isNew = version === '5';
  const will = store && ownMessage(settings, 'lastWill', identity);
  return {
    protocolVersion: isNew ? 5 : 4,
    clientId: identity.clientId,
    clean: cleanSession || store === undefined,
    keepalive: keepAliveSeconds,
    reschedulePings: false,
    // The client tries again by a machine of its own, over connections that it opened.
    reconnectPeriod: 0,
    connectTimeout: timeoutSeconds * 1_000,
    resubscribe: false,
    queueQoSZero: false,
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    ...(will && { will: { ...will, payload: Buffer.from(will.payload) } }),
    ...(store && { outgoingStore: store.outgoing, incomingStore: store.incoming }),
    ...(isNew && {
      properties: {
        maximumPacketSize: LARGEST_PACKET,
        receiveMaximum: RECEIVE_MAXIMUM,
        ...(!cleanSession && store && { sessionExpiryInterval: SESSION_EXPIRY_SECONDS }),
      },
    }),
  };
}

function faultOf(error: Error | ErrorWithReasonCode): string {
  const { code } = error as { code?: unknown };
  if (typeof code === 'number') return `The broker refuses: ${reasonWords(code)}.`;
  if (/connack timeout/i.test(error.message)) return 'The broker does not answer the login.';
  if (/keepalive timeout/i.test(error.message)) {
    return 'The broker does not answer any more; nothing came for longer than the keep alive interval.';
  }
  return `The connection with the broker broke: ${failureWords(error)}.`;
}

/** The connection is closed, where an answer to the login was to come. */
function refusal(fault: string | undefined): SipsirenError {
  const why =
    fault ??
    'The broker closed the connection instead of letting the device in; check the protocol, the port and the MQTT version.';
  return new SipsirenError('NETWORK_FAILED', why);
}
