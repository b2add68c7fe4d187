import { z } from 'zod';
import { placeholderList, unknownPlaceholders } from '../../../base/template.js';
import { LAMP_WORDS } from '../../lamp-state.js';

const template = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => unknownPlaceholders(text, LAMP_WORDS).length === 0, {
      error: 'names a placeholder that does not exist',
      params: { accepted: placeholderList(LAMP_WORDS) },
    });

const messageSchema = z.strictObject({
  /** Which lamp it is must not depend on what is shown: a topic takes no placeholders. */
  topic: z
    .string()
    .trim()
    .min(1)
    .max(1_024)
    .regex(/^[^+#\0{}]*$/, 'a topic without +, # and placeholders'),
  payload: template(8_192).default(''),
});

export const mqttOutputSchema = z.strictObject({
  /** Sent when something begins to show. */
  on: messageSchema,
  /** Sent when nothing shows any more, and when the device stops. */
  off: messageSchema,
  /** Sent when something else shows than before; null sends `on` again. */
  change: messageSchema.nullable().default(null),
  /** What turns it on. */
  shows: z.enum(['light', 'siren', 'either']).default('either'),
  qos: z.literal([0, 1, 2]).default(1),
  /** The broker keeps the state for a lamp that comes later. */
  retain: z.boolean().default(false),
  /** Milliseconds between two messages, at least. */
  minimumIntervalMilliseconds: z.int().min(50).max(60_000).default(200),
  /** Seconds after which a lamp that is on is told so again, since it may have been restarted; 0 is never. */
  repeatSeconds: z.int().min(0).max(3_600).default(30),
});

export type MqttOutputSettings = z.infer<typeof mqttOutputSchema>;
