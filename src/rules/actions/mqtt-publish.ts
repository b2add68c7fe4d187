import { z } from 'zod';
import type { Intent } from '../intent.js';
import { templateText } from '../placeholders.js';
import type { ActionContext, ActionKind } from './action-kind.js';

/** The manual's limits of its action. */
const LONGEST_TOPIC = 1_024;
const LONGEST_PAYLOAD = 8_192;

const schema = z.strictObject({
  kind: z.literal('mqtt.publish'),
  topic: templateText(LONGEST_TOPIC)
    .refine((topic) => topic.trim() !== '', 'Say which topic it goes to.')
    .refine((topic) => !/[+#\0]/.test(topic), {
      error: 'Nobody can publish to a topic with + or #.',
      params: { accepted: 'a topic without wildcards' },
    })
    .describe('Where it goes; placeholders are filled in, each within one level.'),
  payload: templateText(LONGEST_PAYLOAD)
    .default('')
    .describe('Placeholders are filled in; in a payload that is JSON their values are escaped for it.'),
  qos: z
    .literal([0, 1, 2])
    .default(0)
    .describe('Quality of service: 0 at most once, 1 at least once, 2 exactly once.'),
  retain: z.boolean().default(false).describe('The broker keeps it for who subscribes later.'),
  useDeviceTopicPrefix: z
    .boolean()
    .default(false)
    .describe('The topic counts below the device topic prefix.'),
  endPayload: templateText(LONGEST_PAYLOAD)
    .optional()
    .describe('What is published when the rule ends; left out, nothing. Only for a rule that lasts.'),
});

type Settings = z.infer<typeof schema>;

/** MQTT > Send MQTT publish message: once, and where wanted another payload when the rule ends. */
export const mqttPublishAction = {
  kind: 'mqtt.publish',
  schema,
  lasts: ({ endPayload }: Settings) => endPayload !== undefined,
  begin: (settings: Settings, context: ActionContext) => publish(settings, settings.payload, context),
  undo: (settings: Settings, context: ActionContext) => publish(settings, settings.endPayload ?? '', context),
  causes: ['mqtt.message', 'mqtt.state'],
  references: () => [],
  describe: ({ topic, payload, endPayload }: Settings) =>
    `publish "${payload}" to ${topic}${endPayload === undefined ? '' : `, and "${endPayload}" when the rule ends`}`,
} satisfies ActionKind<Settings>;

function publish(
  { topic, qos, retain, useDeviceTopicPrefix }: Settings,
  payload: string,
  { cause }: ActionContext,
): Intent {
  return { kind: 'mqtt.publish', topic, payload, qos, retain, useDeviceTopicPrefix, cause };
}
