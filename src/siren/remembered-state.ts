import { z } from 'zod';
import type { ProfileName } from '../base/ids.js';
import { lightSchema } from './light-schema.js';
import { SILENCE, OWN_ACTIVITIES } from './own-activities.js';
import { purposeOf } from './purpose.js';
import type { RememberedActivity } from './remembered-activity.js';
import { sirenSchema } from './siren-schema.js';

const storedActivitySchema = z.object({
  function: z.enum(['light', 'siren']),
  profile: z.string().optional(),
  priority: z.int().min(1).max(13),
  content: z.unknown(),
  /** Milliseconds since the Unix epoch. */
  startedAt: z.number(),
  /** Milliseconds from its start; none is until stopped. */
  lasts: z.number().min(0).optional(),
  cause: z.string(),
  owners: z.array(z.string()).min(1),
});

export type StoredActivity = z.infer<typeof storedActivitySchema>;

/** The file in which the activities outlive a restart. An activity that cannot be read costs no other. */
const stateSchema = z.object({
  format: z.literal(1),
  /** Milliseconds since the Unix epoch. */
  savedAt: z.number(),
  activities: z.array(z.unknown()),
});

export function writeState(activities: readonly StoredActivity[], savedAt: number): string {
  return `${JSON.stringify({ format: 1, savedAt, activities }, undefined, 2)}\n`;
}

/** What is known of the time before the restart. */
export interface ReadState {
  readonly activities: readonly RememberedActivity[];
  /** How many could not be read. */
  readonly lost: number;
}

/** Undefined where the text is none of ours. */
export function readState(text: string, wallTime: number): ReadState | undefined {
  const state = stateSchema.safeParse(jsonIn(text));
  if (!state.success) return undefined;
  // A clock that was set back knows nothing of the time that passed: rather a longer alarm than one that is missed.
  const now = Math.max(wallTime, state.data.savedAt);
  const activities = state.data.activities.flatMap((raw) => {
    const stored = storedActivitySchema.safeParse(raw);
    const remembered = stored.success ? rememberedFrom(stored.data, now) : undefined;
    return remembered ? [remembered] : [];
  });
  return { activities, lost: state.data.activities.length - activities.length };
}

function rememberedFrom(stored: StoredActivity, now: number): RememberedActivity | undefined {
  const { profile, priority, startedAt, lasts, cause, owners } = stored;
  const times = { ageMs: Math.max(0, now - startedAt), lasts };
  const common = { profile: profile as ProfileName | undefined, priority, ...times, cause, owners };
  const purpose = purposeOf(priority);
  if (purpose !== undefined)
    return purpose === 'maintenance' ? maintenanceOf(stored.function, common) : undefined;
  if (stored.function === 'light') {
    const content = lightSchema.safeParse(stored.content);
    return content.success ? { ...common, function: 'light', content: content.data } : undefined;
  }
  const content = sirenSchema.safeParse(stored.content);
  return content.success ? { ...common, function: 'siren', content: content.data } : undefined;
}

function maintenanceOf(
  of: StoredActivity['function'],
  common: Omit<RememberedActivity, 'function' | 'content'>,
): RememberedActivity | undefined {
  const { light } = OWN_ACTIVITIES.maintenance;
  if (of === 'siren') return { ...common, function: 'siren', content: SILENCE };
  return light && { ...common, function: 'light', content: light };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Reported by the caller as a file that cannot be read.
    return undefined;
  }
}
