import type { DeviceEvent } from '../../../src/events/device-event.js';
import type { InstantCondition } from './reference-instants.js';
import { isPayloadWanted } from './reference-texts.js';
import type { Condition, ConditionOf, EventOf } from './rule-types.js';

/** The conditions that are met while something or other says that it is so; how calls are is no one's to say. */
export type StateCondition = Exclude<Condition, InstantCondition | ConditionOf<'call.state'>>;

/** What is told that matters to a condition, and when it is as the condition asks. */
interface State {
  readonly type: DeviceEvent['type'];
  readonly holds: (condition: never, told: never) => boolean;
  /** Whether one more of the same has a rule begin anew what lasts. */
  readonly renews: boolean;
}

function told<Kind extends StateCondition['kind'], Type extends DeviceEvent['type']>(
  _kind: Kind,
  type: Type,
  holds: (condition: ConditionOf<Kind>, told: EventOf<Type>) => boolean,
): State {
  return { type, holds, renews: true };
}

/** Light and siren of one profile are no two alarms. */
function shown<Kind extends StateCondition['kind']>(
  kind: Kind,
  holds: (condition: ConditionOf<Kind>, told: EventOf<'activity'>) => boolean,
): State {
  return { ...told(kind, 'activity', holds), renews: false };
}

/** Nothing named, or the same. */
const same = (asked: string | number | undefined, by: string | number): boolean =>
  asked === undefined || asked === '' || String(asked) === String(by);

const STATES: Readonly<Record<StateCondition['kind'], State>> = {
  'account.registration': told(
    'account.registration',
    'account.registration',
    ({ account, state }, by) => same(account, by.account) && by.state === state,
  ),
  'alarm.state': told(
    'alarm.state',
    'alarm',
    ({ profile, state }, by) => same(profile, by.profile) && by.state === state,
  ),
  'recipient.failing': told(
    'recipient.failing',
    'recipient.state',
    ({ recipient }, by) => same(recipient, by.recipient) && by.state === 'failing',
  ),
  'io.digitalInput': told(
    'io.digitalInput',
    'input.digital',
    ({ port, state }, by) => by.direction === 'input' && same(port, by.port) && by.state === state,
  ),
  'io.virtualInput': told(
    'io.virtualInput',
    'input.virtual',
    ({ port }, by) => same(port, by.input) && by.active,
  ),
  'io.manualTrigger': told(
    'io.manualTrigger',
    'trigger.manual',
    ({ manualTrigger }, by) => same(manualTrigger, by.trigger) && by.active,
  ),
  'schedule.active': told(
    'schedule.active',
    'schedule',
    ({ schedule }, by) => same(schedule, by.schedule) && by.active,
  ),
  'heartbeat.lost': told(
    'heartbeat.lost',
    'heartbeat',
    ({ heartbeat }, by) => same(heartbeat, by.heartbeat) && by.state === 'lost',
  ),
  'output.failing': told(
    'output.failing',
    'output.state',
    ({ output }, by) => same(output, by.output) && by.state === 'failing',
  ),
  'mqtt.stateful': told(
    'mqtt.stateful',
    'mqtt.state',
    (wanted, by) => by.isGone !== true && isPayloadWanted(wanted, by),
  ),
  // Lost is what is wanted and not there; the first attempt is neither, a further one does not mend anything.
  'mqtt.connection': told('mqtt.connection', 'mqtt.connection', ({ state }, by) =>
    state === 'connected'
      ? by.state === 'connected'
      : by.state !== 'connected' &&
        by.state !== 'off' &&
        !(by.state === 'connecting' && by.error === undefined),
  ),
  'certificate.expiring': told(
    'certificate.expiring',
    'certificate',
    ({ certificate, days }, by) =>
      same(certificate, by.certificate) && by.state !== 'removed' && by.daysLeft < days,
  ),
  'network.lost': told('network.lost', 'network', (_any, by) => by.state === 'lost'),
  'storage.full': told('storage.full', 'storage', (_any, by) => by.state === 'full'),
  'system.ready': told('system.ready', 'system', (_any, by) => by.state === 'ready'),
  'healthCheck.failed': told('healthCheck.failed', 'healthCheck', (_any, by) => by.state === 'failed'),
  'siren.profile': shown(
    'siren.profile',
    ({ profile, state }, by) =>
      by.profile === profile && (state === 'present' ? by.change !== 'ended' : by.running),
  ),
  'siren.activity': shown(
    'siren.activity',
    (asked, by) => (asked.function === 'either' || asked.function === by.function) && by.running,
  ),
  'siren.maintenance': shown(
    'siren.maintenance',
    (_any, by) => by.purpose === 'maintenance' && by.change !== 'ended',
  ),
};

export function isOfState(condition: Condition): condition is StateCondition {
  return Object.hasOwn(STATES, condition.kind);
}

/** Whether an event says what a condition of a state waits for. */
export function says(condition: Condition, event: DeviceEvent): boolean {
  if (!isOfState(condition)) return false;
  const { type, holds } = STATES[condition.kind];
  return type === event.type && holds(condition as never, event as never);
}

/** Whether one more that says so is a reason to begin anew. */
export function renews(condition: Condition): boolean {
  return isOfState(condition) && STATES[condition.kind].renews;
}

/** Whether an event says how something is from now on; a check that begins or is cut short says nothing of the last one. */
export function isState(event: DeviceEvent): boolean {
  if (event.type === 'healthCheck') return event.state === 'passed' || event.state === 'failed';
  return Object.values(STATES).some(({ type }) => type === event.type);
}

/** Who tells it: what this one says next takes the place of what it said before. */
export function tellerOf(event: DeviceEvent): string {
  return `${event.type} ${nameIn(event)}`;
}

function nameIn(event: DeviceEvent): string {
  switch (event.type) {
    case 'account.registration':
      return event.account;
    case 'alarm':
      return event.profile;
    case 'recipient.state':
      return event.recipient;
    case 'input.digital':
      return String(event.port);
    case 'input.virtual':
      return String(event.input);
    case 'trigger.manual':
      return event.trigger;
    case 'schedule':
      return event.schedule;
    case 'heartbeat':
      return event.heartbeat;
    case 'output.state':
      return event.output;
    case 'mqtt.state':
      return `${event.subscription} ${event.topic}`;
    case 'certificate':
      return event.certificate;
    case 'activity':
      return `${event.function} ${event.activityId}`;
    default:
      return '';
  }
}
