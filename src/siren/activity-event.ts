import type { ActivityEvent } from '../events/device-event.js';
import type { Activity } from './activity.js';
import type { ArbitrationEffect, EndReason } from './arbitration.js';
import { OWN_ACTIVITIES } from './own-activities.js';
import { purposeOf } from './purpose.js';

/** The event by which the device reports a change of an activity; its cause says who or what made the change. */
export function activityEvent(
  of: ActivityEvent['function'],
  effect: ArbitrationEffect<unknown>,
): ActivityEvent {
  const { activity, change } = effect;
  const purpose = purposeOf(activity.priority);
  return {
    type: 'activity',
    function: of,
    change,
    activityId: activity.id,
    ...(activity.profile !== undefined && { profile: activity.profile }),
    ...(purpose && { purpose }),
    priority: activity.priority,
    running: effect.change === 'started' ? effect.isRunning : change === 'resumed',
    cause: causeOf(effect),
    ...(effect.isHandover && { isHandover: true }),
  };
}

function causeOf(effect: ArbitrationEffect<unknown>): string {
  switch (effect.change) {
    case 'started':
      return effect.isRunning
        ? effect.activity.cause
        : `${effect.activity.cause}; it waits for a higher priority`;
    case 'interrupted':
      return `interrupted by ${nameOf(effect.by)}: ${effect.by.cause}`;
    case 'resumed':
      return 'nothing of a higher priority runs any more';
    case 'ended':
      return endText(effect.reason);
  }
}

function endText(reason: EndReason): string {
  switch (reason.kind) {
    case 'stopped':
      return reason.cause;
    case 'timeOver':
      return 'its time is over';
    case 'replaced':
      return `replaced by ${nameOf(reason.by)}: ${reason.by.cause}`;
  }
}

function nameOf({ profile, priority }: Activity): string {
  if (profile !== undefined) return `"${profile}" (priority ${priority})`;
  const purpose = purposeOf(priority);
  if (purpose === undefined) return `an activity of priority ${priority}`;
  return purpose === 'preview' ? 'a preview' : `${OWN_ACTIVITIES[purpose].name} (priority ${priority})`;
}
