import { z } from 'zod';
import type { ProfileName } from '../base/ids.js';
import { acknowledgementSchema, escalationSchema } from './acknowledgement-schema.js';
import type { Alarm } from './alarm.js';

const time = z.number().min(0);

const storedAlarmSchema = z.strictObject({
  id: z.string().min(1),
  profile: z.string().transform((name) => name as ProfileName),
  priority: z.int().min(1).max(10),
  cause: z.string(),
  raisedAt: time,
  effect: acknowledgementSchema.shape.effect.unwrap().exactOptional(),
  delivered: z.array(z.strictObject({ output: z.string(), name: z.string(), kind: z.string(), at: time })),
  escalation: escalationSchema.extend({ dueAt: time, startedAt: time.exactOptional() }).exactOptional(),
  acknowledged: z
    .strictObject({ by: z.string(), at: time, note: z.string().exactOptional() })
    .exactOptional(),
  cleared: z.strictObject({ at: time, cause: z.string() }).exactOptional(),
});

/** The file in which alarms outlive a restart. One that cannot be read costs no other. */
const fileSchema = z.object({
  format: z.literal(1),
  savedAt: time,
  /** The present ones, then those that are over, newest first. */
  alarms: z.array(z.unknown()),
});

export interface ReadAlarms {
  readonly alarms: readonly Alarm[];
  /** When it was written, in milliseconds of the Unix epoch. */
  readonly savedAt: number;
  /** How many could not be read. */
  readonly lost: number;
}

export function writeAlarms(alarms: readonly Alarm[], savedAt: number): string {
  return `${JSON.stringify({ format: 1, savedAt, alarms }, undefined, 2)}\n`;
}

/** Undefined where the text is none of ours. */
export function readAlarms(text: string): ReadAlarms | undefined {
  const file = fileSchema.safeParse(jsonIn(text));
  if (!file.success) return undefined;
  const alarms = file.data.alarms.flatMap((raw): Alarm[] => {
    const alarm = storedAlarmSchema.safeParse(raw);
    return alarm.success ? [alarm.data] : [];
  });
  return { alarms, savedAt: file.data.savedAt, lost: file.data.alarms.length - alarms.length };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Reported by the caller as a file that cannot be read.
    return undefined;
  }
}
