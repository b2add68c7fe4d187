import { MAX_PRIORITY } from './limits.js';
import { PREVIEW_PRIORITY } from './purpose.js';

type Ranked = { readonly priority: number };

/**
 * The one order of activities:
 *
 * 1. The higher priority runs: 13 Health check, 12 Identify, 11 Maintenance, then 10 down to 1, then 0, a preview.
 * 2. Of the same priority there is never more than one: the newest has cancelled the one before.
 *
 * For Array.sort: what runs comes first.
 */
export function byRank(a: Ranked, b: Ranked): number {
  return b.priority - a.priority;
}

/** Whether the device itself runs the activity, so that no person's stop removes it. */
export function isSystem({ priority }: Ranked): boolean {
  return priority > MAX_PRIORITY;
}

/** Whether a profile started it. */
export function isAlarm({ priority }: Ranked): boolean {
  return priority > PREVIEW_PRIORITY && priority <= MAX_PRIORITY;
}
