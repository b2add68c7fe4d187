import type { ScheduleEvent } from '../events/device-event.js';
import { timeZoneOf } from '../rules/device-settings.js';
import { Plan, type ScheduleState } from '../schedules/plan.js';
import type { DeviceDocument } from './services.js';

type PlannedDocument = Pick<DeviceDocument, 'device' | 'schedules' | 'holidays'>;

/** How the schedules are at an instant, as they would report it; in milliseconds of the Unix epoch. */
export function plannedEvents(document: PlannedDocument, instant: number): readonly ScheduleEvent[] {
  return planned(document, instant)
    .filter(({ isPulse }) => !isPulse)
    .map(({ id, name, state: { active } }) => ({ type: 'schedule', schedule: id, name, active }));
}

/** The ids of schedules and pulses that do not go on and will not come any more. */
export function emptySchedules(document: PlannedDocument, instant: number): readonly string[] {
  return planned(document, instant)
    .filter(({ state: { active, next } }) => !active && next === undefined)
    .map(({ id }) => id);
}

interface Planned {
  readonly id: string;
  readonly name: string;
  readonly isPulse: boolean;
  readonly state: ScheduleState;
}

function planned({ device, schedules, holidays }: PlannedDocument, instant: number): readonly Planned[] {
  const timeZone = timeZoneOf(device);
  return schedules.map((schedule) => ({
    id: schedule.id,
    name: schedule.name,
    isPulse: schedule.kind === 'pulse',
    state: new Plan({ schedule, timeZone, holidays }).stateAt(instant),
  }));
}
