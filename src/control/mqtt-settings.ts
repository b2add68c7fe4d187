import { z } from 'zod';

/** How the bytes reach the broker. */
export const MQTT_PROTOCOLS = ['tcp', 'ssl', 'ws', 'wss'] as const;
export type MqttProtocol = (typeof MQTT_PROTOCOLS)[number];

/** The port of each protocol where none is set. Source: the device manual, "MQTT client". */
export const MQTT_DEFAULT_PORTS: Readonly<Record<MqttProtocol, number>> = {
  tcp: 1883,
  ssl: 8883,
  ws: 80,
  wss: 443,
};

export const MQTT_LIMITS = {
  subscriptions: 100,
  eventFilters: 100,
  topicBytes: 1_024,
  payloadBytes: 8_192,
} as const;

const qos = z.literal([0, 1, 2]);

/** What nobody can publish to: wildcards, and the character that MQTT forbids (MQTT 3.1.1 section 4.7). */
const topic = z
  .string()
  .max(MQTT_LIMITS.topicBytes)
  .regex(/^[^+#\0]*$/, 'a topic without +, # and control characters');

/** A filter of topics: `+` stands for one level, `#` at the end for all below (MQTT 3.1.1 section 4.7.1). */
const topicFilter = z
  .string()
  .trim()
  .min(1, 'Give the topic to subscribe to.')
  .max(MQTT_LIMITS.topicBytes)
  .refine(isTopicFilter, {
    error: 'In a filter + stands alone between two slashes, and # alone at the end.',
    params: { accepted: 'as in building/+/motion or building/#' },
  });

/** A message that the client sends of itself: when it has connected, when it leaves, when it was lost. */
const ownMessageSchema = z
  .strictObject({
    enabled: z.boolean().default(true),
    /** The topic below the device topic prefix and the payload that everybody knows. */
    useDefault: z.boolean().default(true),
    topic: topic.default(''),
    payload: z.string().max(MQTT_LIMITS.payloadBytes).default(''),
    retain: z.boolean().default(true),
    qos: qos.default(1),
  })
  .superRefine(({ enabled, useDefault, topic: own }, context) => {
    if (!enabled || useDefault || own !== '') return;
    context.addIssue({
      code: 'custom',
      path: ['topic'],
      message: 'Give a topic, or use the default message.',
    });
  });

const publicationSchema = z.strictObject({
  /** Below `event` of the device topic prefix; else below the custom one. */
  useDefaultTopicPrefix: z.boolean().default(true),
  customTopicPrefix: topic.default(''),
  /** The topic of the event stands in the MQTT topic. */
  includeCondition: z.boolean().default(true),
  /** With the namespaces of ONVIF. */
  includeNamespaces: z.boolean().default(true),
  /** The serial number stands in the payload. */
  includeSerialNumber: z.boolean().default(true),
  /** Which events are published; none publishes none. The first filter that covers an event counts. */
  events: z
    .array(
      z.strictObject({
        /** As in `axis:Call/State`, `axis:Call//.` for all below, or `//.` for everything. */
        filter: z.string().trim().max(256),
        qos: qos.default(0),
        /** None; property: only what says how something is; all. */
        retain: z.enum(['none', 'property', 'all']).default('none'),
      }),
    )
    .max(MQTT_LIMITS.eventFilters)
    .default([]),
});

/** A subscription; its messages are events, or the latest of each topic is a state. */
export const mqttSubscriptionSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64'),
  filter: topicFilter,
  type: z.enum(['stateless', 'stateful']).default('stateless'),
  qos: qos.default(0),
  /** The filter counts below the device topic prefix. */
  useDeviceTopicPrefix: z.boolean().default(false),
});

export type MqttSubscription = z.infer<typeof mqttSubscriptionSchema>;

const homeAssistantSchema = z.strictObject({
  enabled: z.boolean().default(false),
  /** Where Home Assistant looks for new devices. */
  discoveryPrefix: topic.min(1).default('homeassistant'),
  /** What sounds where it names no tone: a profile or a sound; empty is the first profile that has a siren. */
  tone: z.string().trim().max(50).default(''),
  /** Of what it starts without a profile. */
  priority: z.int().min(1).max(10).default(3),
});

const proxy = z
  .string()
  .trim()
  .max(255)
  .refine((url) => url === '' || isProxy(url), {
    error: 'is no address of a proxy; its user name and password have their own fields',
    params: { accepted: 'http://proxy.example.com:3128, or nothing' },
  });

/** Everything of the MQTT client but what must hold between its fields. Source: the device manual, "MQTT". */
export const mqttFields = z.strictObject({
  enabled: z.boolean().default(false),
  /** The name or address of the broker. */
  host: z
    .string()
    .trim()
    .max(253)
    .regex(/^[^\s/@?#]*$/, 'a host name or an address, without a port')
    .default(''),
  protocol: z.enum(MQTT_PROTOCOLS).default('tcp'),
  /** 0 is the protocol's own: 1883, 8883, 80 or 443. */
  port: z.int().min(0).max(65_535).default(0),
  /** The path of a WebSocket. */
  basePath: z
    .string()
    .trim()
    .max(255)
    .regex(/^[^\s#]*$/)
    .default('/mqtt'),
  /** The name of the protocol for ALPN, over SSL and WebSocket Secure. */
  alpn: z.string().trim().max(255).default(''),
  username: z.string().max(1_024).default(''),
  password: z.string().max(1_024).default(''),
  /** Left empty: `sipsiren-` and the serial number. */
  clientId: z.string().max(256).default(''),
  cleanSession: z.boolean().default(true),
  /** The proxy for TCP and WebSocket. */
  httpProxy: proxy.default(''),
  /** The proxy for SSL and WebSocket Secure. */
  httpsProxy: proxy.default(''),
  proxyUsername: z.string().max(255).default(''),
  proxyPassword: z.string().max(255).default(''),
  /** 0 turns it off. */
  keepAliveSeconds: z.int().min(0).max(65_535).default(60),
  /** How long a connect may take. */
  timeoutSeconds: z.int().min(1).max(3_600).default(60),
  /** Left empty: `sipsiren/` and the serial number. */
  deviceTopicPrefix: topic.regex(/^([^/].*[^/]|[^/]?)$/, 'without a slash at its start or end').default(''),
  reconnectAutomatically: z.boolean().default(true),
  version: z.enum(['3.1.1', '5']).default('3.1.1'),
  /** Whether the broker's certificate must be trusted and be for its name. */
  checkCertificate: z.boolean().default(true),
  /** The id of the certificate that the client shows; empty for none. */
  clientCertificate: z.string().max(64).default(''),
  connectMessage: ownMessageSchema.prefault({}),
  disconnectMessage: ownMessageSchema.prefault({}),
  lastWill: ownMessageSchema.prefault({}),
  publication: publicationSchema.prefault({}),
  subscriptions: z.array(mqttSubscriptionSchema).max(MQTT_LIMITS.subscriptions).default([]),
  homeAssistant: homeAssistantSchema.prefault({}),
});

/** The MQTT client. It stands here and not in `mqtt/`, which is above control/ as the other translators are. */
export const mqttSettingsSchema = mqttFields.superRefine((settings, context) => {
  for (const { path, message } of contradictionsOf(settings)) {
    context.addIssue({ code: 'custom', path, message });
  }
});

export type MqttSettings = z.infer<typeof mqttSettingsSchema>;

/** The ids of the subscriptions of one type. */
export function subscriptionsOf({ subscriptions }: MqttSettings, type: MqttSubscription['type']): string[] {
  return subscriptions.filter((one) => one.type === type).map(({ id }) => id);
}

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

function contradictionsOf(settings: MqttSettings): Contradiction[] {
  const { enabled, host, password, username, version, publication, subscriptions, homeAssistant } = settings;
  const found: Contradiction[] = [];
  if (enabled && host === '')
    found.push({ path: ['host'], message: 'Give the name or address of the broker.' });
  if (password !== '' && username === '' && version === '3.1.1') {
    found.push({ path: ['username'], message: 'A password without a user name is only known to MQTT 5.' });
  }
  if (!publication.useDefaultTopicPrefix && publication.customTopicPrefix === '') {
    const path = ['publication', 'customTopicPrefix'];
    found.push({ path, message: 'Give the prefix, or use the default one.' });
  }
  const ids = new Set<string>();
  subscriptions.forEach(({ id }, index) => {
    if (ids.has(id)) found.push({ path: ['subscriptions', index, 'id'], message: 'another one has this id' });
    ids.add(id);
  });
  if (homeAssistant.enabled) found.push(...withoutAvailability(settings));
  return found;
}

/** Home Assistant learns by these messages whether the device is there. */
function withoutAvailability(settings: MqttSettings): Contradiction[] {
  const names = ['connectMessage', 'disconnectMessage', 'lastWill'] as const;
  return names
    .filter((name) => {
      const { enabled, useDefault, retain } = settings[name];
      return !enabled || !useDefault || !retain;
    })
    .map((name) => ({
      path: [name],
      message:
        'Home Assistant learns by it whether the device is there: send the default message, retained, or turn Home Assistant off.',
    }));
}

function isTopicFilter(filter: string): boolean {
  const levels = filter.split('/');
  return levels.every((level, index) => {
    if (level.includes('\0')) return false;
    if (level.includes('#')) return level === '#' && index === levels.length - 1;
    return !level.includes('+') || level === '+';
  });
}

function isProxy(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname } = new URL(text);
  return protocol === 'http:' && username === '' && password === '' && pathname === '/';
}
