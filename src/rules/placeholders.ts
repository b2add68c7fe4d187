import { z } from 'zod';
import { escapeFor, type TemplatePlace } from '../base/template-escape.js';
import { fillTemplate, placeholderList, unknownPlaceholders } from '../base/template.js';
import { userOf } from '../calls/parsed-address.js';
import { timeZoneOf, type DeviceSettings } from './device-settings.js';
import type { IntentCause } from './intent-cause.js';
import { localTimeOf, type LocalTime } from './local-time.js';

/** What the values come from: why something is done, and who the device is. */
export interface PlaceholderSource {
  readonly cause: IntentCause;
  readonly device: DeviceSettings;
  /** What a recipient is told, for its own fields. Default: nothing is sent. */
  readonly notification?: { readonly text: string; readonly subject: string };
}

/** One name that text fields of rules take, as `{{name}}`. */
export interface Placeholder {
  readonly name: string;
  /** What it stands for; one sentence. */
  readonly description: string;
  readonly example: string;
  value(source: PlaceholderSource): string;
}

/** A value is cut here, in UTF-16 code units. */
const LONGEST_VALUE = 4_096;

/** Every placeholder; documentation and API read them here. A field that an event does not have gives nothing. */
export const PLACEHOLDERS: readonly Placeholder[] = [
  {
    name: 'device',
    description: 'The name of the device.',
    example: 'Strobe at gate 3',
    value: ({ device }) => device.name,
  },
  {
    name: 'rule',
    description: 'The name of the rule.',
    example: 'Evacuate',
    value: ({ cause }) => cause.name,
  },
  {
    name: 'ruleId',
    description: 'The id of the rule.',
    example: 'rule-4f2a',
    value: ({ cause }) => cause.rule,
  },
  {
    name: 'time',
    description: 'When the event came, ISO 8601 with the offset of the device’s time zone.',
    example: '2026-12-06T03:00:00+01:00',
    value: (source) => isoOf(localTime(source)),
  },
  {
    name: 'utcTime',
    description: 'The same moment in UTC, with milliseconds.',
    example: '2026-12-06T02:00:00.000Z',
    value: ({ cause }) => new Date(cause.at).toISOString(),
  },
  {
    name: 'localTime',
    description: 'The time of day in the device’s time zone.',
    example: '03:00:00',
    value: (source) => localTime(source).time,
  },
  {
    name: 'date',
    description: 'The date in the device’s time zone.',
    example: '2026-12-06',
    value: (source) => localTime(source).date,
  },
  {
    name: 'weekday',
    description: 'The day of the week in the device’s time zone, in English.',
    example: 'Sunday',
    value: (source) => localTime(source).weekday,
  },
  {
    name: 'timestamp',
    description: 'The same moment in milliseconds since 1970 UTC.',
    example: '1796522400000',
    value: ({ cause }) => String(cause.at),
  },
  field('event', 'The type of the event.', 'call.state', 'type'),
  {
    name: 'eventNumber',
    description: 'The number of the event; rule-decisions and rule-events know it by that.',
    example: '1042',
    value: ({ cause }) => textOf(cause.eventSequence),
  },
  {
    name: 'caller',
    description: 'Who called: the extension or user part of whoever began the call.',
    example: 'guard',
    value: ({ cause }) => userPart(fieldOf(cause, isOutgoing(cause) ? 'localUri' : 'remoteUri')),
  },
  {
    name: 'extension',
    description: 'What was dialled: the extension or user part of whoever was called.',
    example: '1003',
    value: ({ cause }) => userPart(fieldOf(cause, isOutgoing(cause) ? 'remoteUri' : 'localUri')),
  },
  {
    name: 'remoteUser',
    description: 'The user part of the other side.',
    example: 'guard',
    value: ({ cause }) => userPart(fieldOf(cause, 'remoteUri')),
  },
  field(
    'remoteUri',
    'The SIP address of the other side: for an incoming call the caller.',
    'sip:guard@192.168.0.5',
    'remoteUri',
  ),
  field(
    'remoteName',
    'The display name of the other side, where it gave one.',
    'Guard room',
    'remoteName',
    'displayName',
  ),
  {
    name: 'localUser',
    description: 'The user part of the device’s own side.',
    example: '1003',
    value: ({ cause }) => userPart(fieldOf(cause, 'localUri')),
  },
  field(
    'localUri',
    'The SIP address of the device’s own side: for an incoming call what was dialled.',
    'sip:1003@192.168.0.90',
    'localUri',
  ),
  field('account', 'The id of the account.', 'office', 'account'),
  field('direction', 'Incoming or Outgoing; of a digital port input or output.', 'Incoming', 'direction'),
  field('callId', 'The id of the call.', 'In-17', 'callId'),
  {
    name: 'state',
    description: 'The state that the event tells; of what is on or off, `active` or `inactive`.',
    example: 'Active',
    value: ({ cause }) => fieldOf(cause, 'state') || activeOf(cause),
  },
  field('change', 'What changed, of an activity, an alarm or a source.', 'acknowledged', 'change'),
  field('reason', 'The reason that the event tells.', 'AcceptedByDevice', 'reason'),
  field(
    'detail',
    'What a person should know beyond the reason: an error, or who caused it.',
    '486 Busy Here',
    'detail',
    'error',
    'cause',
  ),
  field('digits', 'The keys that were dialled.', '*9#', 'sequence', 'keys', 'digits'),
  field('sequence', 'The id of the DTMF sequence.', 'stop-alarm', 'sequenceId'),
  field('profile', 'The light and siren profile.', 'Evacuation', 'profile'),
  field('text', 'The text of a message.', 'All clear', 'text', 'body'),
  field('topic', 'The MQTT topic.', 'site/gate/open', 'topic'),
  field('payload', 'The payload of an MQTT message.', '{"open":true}', 'payload'),
  field('input', 'The number of the virtual input or the digital port.', '3', 'input', 'port'),
  field('output', 'The id of the output.', 'roof', 'output'),
  field(
    'id',
    'The id of the recipient, trigger, schedule, pulse, heartbeat, certificate or subscription.',
    'night',
    'recipient',
    'trigger',
    'schedule',
    'heartbeat',
    'certificate',
    'subscription',
  ),
  field('address', 'The address of a source that was blocked.', '203.0.113.7', 'address'),
  field('priority', 'The priority of an activity or an alarm.', '5', 'priority'),
  field('by', 'Who acknowledged the alarm.', 'by Anna, through the API', 'by'),
  field('note', 'What whoever acknowledged the alarm wrote.', 'I am on my way', 'note'),
  field('daysLeft', 'How many days the certificate is valid yet.', '12', 'daysLeft'),
  field('usedPercent', 'How full the disk is, 0 to 100.', '96', 'usedPercent'),
  field('failed', 'The ids of the outputs that a health check found failing.', 'roof, hall', 'failed'),
  field(
    'name',
    'The name of what the event is about: an input, an output, a schedule.',
    'Gate contact',
    'name',
  ),
  {
    name: 'notification',
    description: 'The text of the notification; in the fields of a recipient alone.',
    example: 'guard called 1003',
    value: ({ notification }) => notification?.text ?? '',
  },
  {
    name: 'subject',
    description: 'The subject of the notification; in the fields of a recipient alone.',
    example: 'Gate 3: Evacuate',
    value: ({ notification }) => notification?.subject ?? '',
  },
];

const NAMES = PLACEHOLDERS.map(({ name }) => name);
const BY_NAME = new Map(PLACEHOLDERS.map((placeholder) => [placeholder.name, placeholder]));

/** The text with every placeholder replaced, values escaped for `place`. Pure: time and event come with the cause. */
export function fillPlaceholders(
  template: string,
  source: PlaceholderSource,
  place: TemplatePlace = 'text',
): string {
  if (!template.includes('{{')) return template;
  const valueOf = (name: string): string => bounded(BY_NAME.get(name)?.value(source) ?? '');
  return fillTemplate(template, valueOf, escapeFor(place));
}

/**
 * A SIP address with every placeholder replaced. One that begins with a placeholder has the whole address from the
 * event; after that a value is only a user, and names no other host.
 */
export function fillAddress(template: string, source: PlaceholderSource): string {
  const isWhole = template.trimStart().startsWith('{{');
  return fillPlaceholders(template, source, isWhole ? 'text' : 'sip').trim();
}

/** A text field that takes placeholders; names that mean nothing are refused with the list of those that do. */
export function templateText(longest: number) {
  return z
    .string()
    .max(longest)
    .superRefine((text, context) => {
      const [unknown] = unknownPlaceholders(text, NAMES);
      if (unknown === undefined) return;
      const message = `names the placeholder {{${unknown}}}, which does not exist`;
      context.addIssue({ code: 'custom', message, params: { accepted: placeholderList(NAMES) } });
    });
}

/** A placeholder for a field of the event: the first of the fields that it has. */
function field(
  name: string,
  description: string,
  example: string,
  ...fields: readonly string[]
): Placeholder {
  return { name, description, example, value: ({ cause }) => fieldOf(cause, ...fields) };
}

/** By its name, whatever the type of event: events that come later bring their fields along. */
function fieldOf({ published }: IntentCause, ...fields: readonly string[]): string {
  if (published === undefined) return '';
  const values = new Map<string, unknown>(Object.entries(published.event));
  return fields.map((name) => textOf(values.get(name))).find((text) => text !== '') ?? '';
}

function isOutgoing(cause: IntentCause): boolean {
  return fieldOf(cause, 'direction') === 'Outgoing';
}

function activeOf({ published }: IntentCause): string {
  if (published === undefined || !('active' in published.event)) return '';
  return published.event.active ? 'active' : 'inactive';
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function userPart(uri: string): string {
  return userOf(uri) ?? '';
}

function localTime({ cause, device }: PlaceholderSource): LocalTime {
  return localTimeOf(cause.at, timeZoneOf(device));
}

function isoOf({ date, time, offset }: LocalTime): string {
  return `${date}T${time}${offset}`;
}

/** Cut without breaking a character in two. */
function bounded(value: string): string {
  return value.length <= LONGEST_VALUE
    ? value
    : value.slice(0, LONGEST_VALUE).replace(/[\ud800-\udbff]$/, '');
}
