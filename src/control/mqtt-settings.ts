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
    enabled: z.boolean().default(true).describe('Send this message.'),
    useDefault: z
      .boolean()
      .default(true)
      .describe(
        'The usual topic, event/connection below the device topic prefix, and the usual payload; else those below.',
      ),
    topic: topic.default('').describe('Where the message goes if not to the usual topic.'),
    payload: z.string().max(MQTT_LIMITS.payloadBytes).default('').describe('What it says if not the usual.'),
    retain: z.boolean().default(true).describe('The broker keeps it for whoever subscribes later.'),
    qos: qos.default(1).describe('How surely it arrives: 0 at most once, 1 at least once, 2 exactly once.'),
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
  useDefaultTopicPrefix: z
    .boolean()
    .default(true)
    .describe('Below event of the device topic prefix; else below the custom one.'),
  customTopicPrefix: topic
    .default('')
    .describe('What the topics begin with where it is not the default prefix.'),
  includeCondition: z.boolean().default(true).describe('The topic of the event stands in the MQTT topic.'),
  includeNamespaces: z.boolean().default(true).describe('The topic has the namespaces of ONVIF.'),
  includeSerialNumber: z.boolean().default(true).describe('The serial number stands in the payload.'),
  events: z
    .array(
      z.strictObject({
        filter: z
          .string()
          .trim()
          .max(256)
          .describe('A topic such as axis:Call/State; axis:Call//. is all below, and //. everything.'),
        qos: qos
          .default(0)
          .describe('How surely the messages arrive: 0 at most once, 1 at least once, 2 exactly once.'),
        retain: z
          .enum(['none', 'property', 'all'])
          .default('none')
          .describe('What the broker keeps: none; property: only what says how something is; all.'),
      }),
    )
    .max(MQTT_LIMITS.eventFilters)
    .default([])
    .describe(
      'Which events are published; none publishes none. The first filter that covers an event counts.',
    ),
});

/** A subscription; its messages are events, or the latest of each topic is a state. */
export const mqttSubscriptionSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64')
    .describe('By which rules name it; the device gives one where it is left empty.'),
  filter: topicFilter.describe(
    'The topic to subscribe to; + stands for one level, # at the end for all below.',
  ),
  type: z
    .enum(['stateless', 'stateful'])
    .default('stateless')
    .describe('stateless: each message is an event. stateful: the latest message is a state.'),
  qos: qos.default(0).describe('The most that the broker may use.'),
  useDeviceTopicPrefix: z
    .boolean()
    .default(false)
    .describe('The filter counts below the device topic prefix.'),
});

export type MqttSubscription = z.infer<typeof mqttSubscriptionSchema>;

const homeAssistantSchema = z.strictObject({
  enabled: z.boolean().default(false).describe('Home Assistant discovers the device by itself.'),
  discoveryPrefix: topic
    .min(1)
    .default('homeassistant')
    .describe('Where Home Assistant looks for new devices.'),
  tone: z
    .string()
    .trim()
    .max(50)
    .default('')
    .describe(
      'What sounds where it names no tone: a profile or a sound; empty is the first profile that has a siren.',
    ),
  priority: z.int().min(1).max(10).default(3).describe('The priority of what it starts without a profile.'),
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
  enabled: z.boolean().default(false).describe('Whether the client connects to the broker.'),
  host: z
    .string()
    .trim()
    .max(253)
    // Of colons an address of IPv6 has two at least; a single one would begin a port.
    .regex(
      /^(?:[^\s/@?#:]*|[0-9A-Fa-f.]*:[0-9A-Fa-f:.%a-z]*:[0-9A-Fa-f:.%a-z]*)$/,
      'a host name or an address, without a port',
    )
    .default('')
    .describe('The name or address of the broker.'),
  protocol: z
    .enum(MQTT_PROTOCOLS)
    .default('tcp')
    .describe('tcp, ssl, ws (WebSocket) or wss (WebSocket Secure).'),
  port: z.int().min(0).max(65_535).default(0).describe('0 is the protocol’s own: 1883, 8883, 80 or 443.'),
  basePath: z
    .string()
    .trim()
    .max(255)
    .regex(/^[^\s#]*$/, 'a path such as /mqtt, without spaces and #')
    .default('/mqtt')
    .describe('The path of a WebSocket.'),
  alpn: z
    .string()
    .trim()
    .max(255)
    .default('')
    .describe('The name of the protocol for ALPN, over SSL and WebSocket Secure.'),
  username: z.string().max(1_024).default('').describe('The user name for the broker.'),
  password: z.string().max(1_024).default('').describe('The password for the broker.'),
  clientId: z.string().max(256).default('').describe('Left empty: sipsiren- and the serial number.'),
  cleanSession: z
    .boolean()
    .default(true)
    .describe('The broker forgets the client when it leaves; else it keeps messages for it.'),
  httpProxy: proxy.default('').describe('The proxy for TCP and WebSocket.'),
  httpsProxy: proxy.default('').describe('The proxy for SSL and WebSocket Secure.'),
  proxyUsername: z.string().max(255).default('').describe('For a proxy that asks who it is.'),
  proxyPassword: z.string().max(255).default('').describe('For a proxy that asks who it is.'),
  keepAliveSeconds: z
    .int()
    .min(0)
    .max(65_535)
    .default(60)
    .describe('After so many seconds without a sign of the broker it counts as gone; 0 never.'),
  timeoutSeconds: z.int().min(1).max(3_600).default(60).describe('How many seconds a connect may take.'),
  deviceTopicPrefix: topic
    .regex(/^([^/].*[^/]|[^/]?)$/, 'without a slash at its start or end')
    .default('')
    .describe('Left empty: sipsiren/ and the serial number.'),
  reconnectAutomatically: z
    .boolean()
    .default(true)
    .describe('Try again by itself when the connection is lost.'),
  version: z.enum(['3.1.1', '5']).default('3.1.1').describe('The version of MQTT: 3.1.1 or 5.'),
  checkCertificate: z
    .boolean()
    .default(true)
    .describe('Whether the broker’s certificate must be trusted and be for its name.'),
  clientCertificate: z
    .string()
    .max(64)
    .default('')
    .describe('The id of the certificate that the client shows; empty for none.'),
  connectMessage: ownMessageSchema.prefault({}).describe('Sent when the connection is made.'),
  disconnectMessage: ownMessageSchema.prefault({}).describe('Sent before the device leaves by itself.'),
  lastWill: ownMessageSchema
    .prefault({})
    .describe('Sent by the broker when it loses the device (Last Will and Testament).'),
  publication: publicationSchema.prefault({}).describe('Which events are published, and how.'),
  subscriptions: z
    .array(mqttSubscriptionSchema)
    .max(MQTT_LIMITS.subscriptions)
    .default([])
    .describe('What is heard.'),
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
