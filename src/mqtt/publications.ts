import { escapeFor } from '../base/template-escape.js';
import type { MqttSettings } from '../control/mqtt-settings.js';
import type { PublishedEvent } from '../events/device-event.js';
import { topicMessageOf, type TopicMessage } from '../events/event-topic.js';
import { topicFilterCovers } from '../events/topic-filter.js';
import type { OutgoingMessage } from './outbox.js';
import { below } from './topic-match.js';

export interface PublicationOptions {
  readonly settings: MqttSettings['publication'];
  readonly deviceTopicPrefix: string;
  readonly serialNumber: string;
}

/** Turns events of the device into messages, as the settings want them. */
export class Publications {
  readonly #options: PublicationOptions;

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
    return {
      topic: this.#topicOf(told),
      payload: this.#payloadOf(told, at),
      qos: wanted.qos,
      retain: wanted.retain === 'all' || (wanted.retain === 'property' && told.isProperty),
      ...(told.isProperty && { about: aboutOf(told) }),
    };
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

/** What a state is about: of the same only the latest counts. */
export function aboutOf({ topic, source, key }: Pick<TopicMessage, 'topic' | 'source' | 'key'>): string {
  return JSON.stringify([topic, source, key]);
}
