import { z } from 'zod';
import { randomToken } from '../../base/ids.js';
import { InvalidValueError } from '../../config/invalid-value-error.js';
import { problemsOf } from '../../config/problems-of.js';
import { EVENT_TOPICS } from '../../events/event-topic.js';
import { type Command, defineCommand } from '../command.js';
import { addItem, changedItem, findItem, newItem, removeItem, replaceItem } from '../item-list.js';
import {
  MQTT_LIMITS,
  mqttFields,
  type MqttSettings,
  mqttSettingsSchema,
  type MqttSubscription,
  mqttSubscriptionSchema,
} from '../mqtt-settings.js';
import { mqttView, withMqttSecrets, withoutMqttMarks, type MqttView } from '../mqtt-view.js';
import { refuseIfNamed } from '../named-by-rules.js';
import { changed, partialSchema } from '../partial-schema.js';
import { relocatingProblems } from '../relocate-problems.js';
import type { Services } from '../services.js';
import { quoted } from '../words.js';

const WHAT = 'subscription';
const byId = z.strictObject({ id: z.string().describe('The id of the subscription.') });

/** A secret may be null, which takes it away. */
const secretFields = {
  password: z.string().max(1_024).nullable(),
  proxyPassword: z.string().max(255).nullable(),
};
const change = z.preprocess(
  (value) => withIds(withoutMqttMarks(value)),
  partialSchema(mqttFields.extend(secretFields)),
);

const get = defineCommand({
  name: 'mqtt.get',
  kind: 'query',
  role: 'viewer',
  summary: 'The settings of the MQTT client without its passwords, and how it does.',
  input: z.strictObject({}),
  run: ({ services }) => mqttView(services),
});

const replace = defineCommand({
  name: 'mqtt.replace',
  kind: 'command',
  role: 'administrator',
  summary:
    'Replaces the settings of the MQTT client; what is left out returns to its default, but a password, which null takes away.',
  input: z.strictObject({ settings: change }),
  run: ({ services }, { settings }) => take(services, settings, () => ({})),
});

const update = defineCommand({
  name: 'mqtt.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Changes the settings of the MQTT client that are named, also within an object; the others stay.',
  input: z.strictObject({ settings: change }),
  run: ({ services }, { settings }) => take(services, settings, (current) => current),
});

const connect = defineCommand({
  name: 'mqtt.connect',
  kind: 'command',
  role: 'administrator',
  summary: 'Turns the MQTT client on; one that waits for the broker tries it at once.',
  input: z.strictObject({}),
  run: async ({ services }) => {
    const view = await take(services, { enabled: true }, (current) => current);
    services.mqtt.reconnect();
    return { ...view, status: services.mqtt.status() };
  },
});

const disconnect = defineCommand({
  name: 'mqtt.disconnect',
  kind: 'command',
  role: 'administrator',
  summary: 'Turns the MQTT client off; it says good-bye to the broker and stays away.',
  input: z.strictObject({}),
  run: ({ services }) => take(services, { enabled: false }, (current) => current),
});

const test = defineCommand({
  name: 'mqtt.test',
  kind: 'command',
  role: 'administrator',
  summary:
    'Connects to the broker, with changed settings before they are saved, and reports the conversation in words.',
  input: z.strictObject({ settings: change.prefault({}) }),
  run: ({ services }, { settings }) => {
    const current = services.config.get('mqtt');
    return services.mqtt.test(parsed(merged(settings, current, current), 'settings'));
  },
});

const publish = defineCommand({
  name: 'mqtt.publish',
  kind: 'command',
  role: 'operator',
  summary: 'Publishes a message, now or once the broker is there.',
  input: z.strictObject({
    message: z.strictObject({
      topic: z
        .string()
        .min(1)
        .max(MQTT_LIMITS.topicBytes)
        .regex(/^[^+#\0]*$/, 'a topic without + and #'),
      payload: z.string().max(MQTT_LIMITS.payloadBytes).default(''),
      qos: z.literal([0, 1, 2]).default(0),
      retain: z.boolean().default(false),
      useDeviceTopicPrefix: z.boolean().default(false),
    }),
  }),
  run: ({ services }, { message }) => {
    services.mqtt.publish(message);
  },
});

const topics = defineCommand({
  name: 'mqtt.topics',
  kind: 'query',
  role: 'viewer',
  summary: 'The topics of the events that can be published, and whether each says how something is.',
  input: z.strictObject({}),
  run: () => EVENT_TOPICS,
});

const list = defineCommand({
  name: 'mqttSubscriptions.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every MQTT subscription.',
  input: z.strictObject({}),
  run: ({ services }) => services.config.get('mqtt').subscriptions,
});

const add = defineCommand({
  name: 'mqttSubscriptions.create',
  kind: 'command',
  role: 'administrator',
  summary: 'Adds an MQTT subscription. The device gives it an id where it brings none.',
  input: z.strictObject({ subscription: newItem(mqttSubscriptionSchema, newId) }),
  run: async ({ services }, { subscription }) => {
    await changeList(services, subscription.id, (subscriptions) =>
      addItem(subscriptions, subscription, { what: WHAT, limit: MQTT_LIMITS.subscriptions }),
    );
    return find(services, subscription.id);
  },
});

const getOne = defineCommand({
  name: 'mqttSubscriptions.get',
  kind: 'query',
  role: 'viewer',
  summary: 'One MQTT subscription.',
  input: byId,
  run: ({ services }, { id }) => find(services, id),
});

const replaceOne = defineCommand({
  name: 'mqttSubscriptions.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Replaces an MQTT subscription; what its topics said is forgotten where it covers them no longer.',
  input: z.strictObject({ id: byId.shape.id, subscription: changedItem(mqttSubscriptionSchema) }),
  run: async ({ services }, { id, subscription }) => {
    await changeList(services, id, (subscriptions) =>
      replaceItem(subscriptions, { id, item: subscription }, WHAT),
    );
    return find(services, id);
  },
});

const remove = defineCommand({
  name: 'mqttSubscriptions.delete',
  kind: 'command',
  role: 'administrator',
  summary: 'Deletes an MQTT subscription that no rule waits for.',
  input: byId,
  run: async ({ services }, { id }) => {
    await services.config.change(({ mqtt, rules }) => {
      const subscriptions = removeItem(mqtt.subscriptions, id, WHAT);
      for (const to of ['statefulSubscription', 'statelessSubscription'] as const) {
        refuseIfNamed(rules, to, id, `The subscription ${quoted(id)}`);
      }
      return { mqtt: { ...mqtt, subscriptions } };
    });
  },
});

/** Takes a change of the settings over, on top of what `base` leaves of the current ones. */
async function take(
  services: Services,
  settings: Record<string, unknown>,
  base: (current: MqttSettings) => Record<string, unknown>,
): Promise<MqttView> {
  await relocatingProblems(
    () =>
      services.config.update('mqtt', (current) =>
        parsed(merged(settings, base(current), current), 'settings'),
      ),
    { from: () => 'mqtt', to: 'settings' },
  );
  return mqttView(services);
}

function merged(
  settings: Record<string, unknown>,
  base: Record<string, unknown>,
  stored: MqttSettings,
): Record<string, unknown> {
  const { password: _password, proxyPassword: _proxyPassword, ...open } = base;
  return withMqttSecrets(changed(open, settings), stored);
}

/** Throws INVALID_VALUE with the place of each problem below `prefix`. */
function parsed(settings: Record<string, unknown>, prefix: string): MqttSettings {
  const result = mqttSettingsSchema.safeParse(settings);
  if (result.success) return result.data;
  throw new InvalidValueError(
    problemsOf(result.error, { schema: mqttSettingsSchema, value: settings, prefix }),
  );
}

/** Subscriptions that come without an id are given one. */
function withIds(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null || !('subscriptions' in settings)) return settings;
  const { subscriptions } = settings;
  return Array.isArray(subscriptions) ? { ...settings, subscriptions: subscriptions.map(withId) } : settings;
}

function withId(subscription: unknown): unknown {
  if (typeof subscription !== 'object' || subscription === null || 'id' in subscription) return subscription;
  return { ...subscription, id: newId() };
}

function newId(): string {
  return `subscription-${randomToken(4)}`;
}

function find({ config }: Services, id: string): MqttSubscription {
  return findItem(config.get('mqtt').subscriptions, id, WHAT);
}

async function changeList(
  services: Services,
  id: string,
  changer: (subscriptions: MqttSubscription[]) => MqttSubscription[],
): Promise<void> {
  let place = '';
  await relocatingProblems(
    () =>
      services.config.update('mqtt', (mqtt) => {
        const subscriptions = changer(mqtt.subscriptions);
        place = `mqtt.subscriptions[${subscriptions.findIndex((one) => one.id === id)}]`;
        return { ...mqtt, subscriptions };
      }),
    { from: () => place, to: 'subscription' },
  );
}

export const MQTT_COMMANDS = [
  get,
  replace,
  update,
  connect,
  disconnect,
  test,
  publish,
  topics,
  list,
  add,
  getOne,
  replaceOne,
  remove,
] as readonly Command[];
