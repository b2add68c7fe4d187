import { z } from 'zod';
import { inputId, inputName } from './input-id.js';
import { INPUT_LIMITS } from './limits.js';
import { uniqueIds } from './unique-ids.js';

/** The id of the heartbeat that clients of such devices keep up by `/vapix/axhbt`. */
export const CLIENT_HEARTBEAT = 'axhbt';

/** Something that must call in again and again, or an alarm is raised: a dead-man switch. */
export const heartbeatSchema = z.strictObject({
  id: inputId.refine((id) => id !== CLIENT_HEARTBEAT, {
    error: 'is taken by the heartbeat of VAPIX clients',
  }),
  name: inputName,
  everySeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe('Seconds after the last beat after which it is lost.'),
  countsFrom: z
    .enum(['firstBeat', 'start'])
    .default('firstBeat')
    .describe(
      'Whether it can be lost before its first beat: counted from the first beat, or from when the device starts.',
    ),
});

export const heartbeatsSchema = z
  .array(heartbeatSchema)
  .max(INPUT_LIMITS.heartbeats, `The device takes up to ${INPUT_LIMITS.heartbeats} heartbeats.`)
  .superRefine(uniqueIds('heartbeat'));

export type HeartbeatSettings = z.infer<typeof heartbeatSchema>;
