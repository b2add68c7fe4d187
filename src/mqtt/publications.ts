import { escapeFor } from '../base/template-escape.js';
import type { MqttSettings } from '../control/mqtt-settings.js';
import type { PublishedEvent } from '../events/device-event.js';
import { topicMessageOf, type TopicMessage } from '../events/event-topic.js';
import { topicFilterCovers } from '../events/topic-filter.js';
import type { OutgoingMessage } from './outbox.js';
import { below } from './topic-match.js';

/** How many retained states are remembered, to be sent again to a broker that may have forgotten them. */
const MOST_STATES = 1_000;

export interface PublicationOptions {
  readonly settings: MqttSettings['publication'];
  readonly deviceTopicPrefix: string;
  readonly serialNumber: string;
}

/** Turns events of the device into messages, as the settings want them. */
export class Publications {
  readonly #options: PublicationOptions;
  /** The latest of each retained state. */
  readonly #states = new Map<string, OutgoingMessage>();

  constructor(options: PublicationOptions) {
    this.#options = options;
  }

  /** The message for an event; none where no filter covers it. */
  messageOf({ event, at }: PublishedEvent): OutgoingMessage | undefined {
    const { settings } = this.#options;
    if (settings.events.length === 0) return undefined;
    const told = topicMessageOf(event);
    if (!told) return undefined;
    const wanted = settings.events.find(({ filter }) => topicFilterCovers(filter, told.topic));
    if (!wanted) return undefined;
    const message: OutgoingMessage = {
      topic: this.#topicOf(told),
      payload: this.#payloadOf(told, at),
      qos: wanted.qos,
      retain: wanted.retain === 'all' || (wanted.retain === 'property' && told.isProperty),
      ...(told.isProperty && { about: aboutOf(told) }),
    };
    if (message.retain && message.about !== undefined) this.#remember(message.about, message);
    return message;
  }

  /** How everything is, for a broker that may have been started anew. */
  get states(): readonly OutgoingMessage[] {
    return [...this.#states.values()];
  }

  #remember(about: string, message: OutgoingMessage): void {
    this.#states.delete(about);
    this.#states.set(about, message);
    const [oldest] = this.#states.keys();
    if (this.#states.size > MOST_STATES && oldest !== undefined) this.#states.delete(oldest);
  }

  /** `PREFIX/tns:onvif/Device/tns:axis/IO/Port/$source/port/1`, as the manual's device has it. */
  #topicOf({ topic, source }: TopicMessage): string {
    const { settings, deviceTopicPrefix } = this.#options;
    const { useDefaultTopicPrefix, customTopicPrefix, includeCondition, includeNamespaces } = settings;
    const prefix = useDefaultTopicPrefix ? `${deviceTopicPrefix}/event` : customTopicPrefix;
    if (!includeCondition) return prefix;
    const names = topic.split('/').map((part) => levelOf(part, includeNamespaces));
    const about = Object.entries(source).map(
      ([name, value]) => `/$source/${name}/${escapeFor('topic')(value)}`,
    );
    return below(prefix, names.join('/') + about.join(''));
  }

  #payloadOf({ topic, source, key, data }: TopicMessage, at: number): string {
    const { settings, serialNumber } = this.#options;
    return JSON.stringify({
      ...(settings.includeSerialNumber && { serial: serialNumber }),
      timestamp: at,
      topic,
      message: { source, key, data },
    });
  }
}

/** `axis:Call` is `tns:axis/Call`, or without namespaces `Call`. */
function levelOf(part: string, withNamespace: boolean): string {
  const colon = part.indexOf(':');
  if (colon < 0) return part;
  const name = part.slice(colon + 1);
  return withNamespace ? `tns:${part.slice(0, colon)}/${name}` : name;
}

function aboutOf({ topic, source, key }: TopicMessage): string {
  return JSON.stringify([topic, source, key]);
}
