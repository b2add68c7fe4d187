import { z } from 'zod';
import type { Alarm } from '../../siren/alarm.js';
import { stateOf, type AlarmState } from '../../siren/alarm.js';
import { causeOf } from '../cause.js';
import { type Command, type CommandContext, defineCommand } from '../command.js';

/** An alarm as lists show it. */
export type AlarmView = Alarm & { readonly state: AlarmState };

const acknowledgement = z
  .strictObject({
    note: z.string().trim().max(250).optional().describe('What the person wants to say of it.'),
    by: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .regex(/^\P{Cc}*$/u, 'The name may not hold control characters.')
      .optional()
      .describe('The person, where a program acts for one.'),
  })
  .default({});

type Acknowledgement = z.infer<typeof acknowledgement>;

const list = defineCommand({
  name: 'alarms.list',
  kind: 'query',
  role: 'viewer',
  summary:
    'The alarms that are there and the last 200 that are over, newest first: delivered by which output, acknowledged by whom, cleared why.',
  input: z.strictObject({}),
  run: ({ services }) => {
    const { present, history } = services.alarms.list();
    return { present: present.map(viewOf), history: history.map(viewOf) };
  },
});

const acknowledge = defineCommand({
  name: 'alarms.acknowledge',
  kind: 'command',
  role: 'operator',
  summary: 'Acknowledges an alarm, with the effect that its profile sets.',
  input: z.strictObject({ id: z.string().describe('The id of the alarm.'), acknowledgement }),
  run: (context, { id, acknowledgement: given }) => acknowledged(context, { id }, given),
});

const acknowledgeProfile = defineCommand({
  name: 'profiles.acknowledge',
  kind: 'command',
  role: 'operator',
  summary: 'Acknowledges the alarm of a profile, with the effect that the profile sets.',
  input: z.strictObject({ name: z.string().describe('The name of the profile.'), acknowledgement }),
  run: (context, { name, acknowledgement: given }) => acknowledged(context, { profile: name }, given),
});

const acknowledgeAll = defineCommand({
  name: 'alarms.acknowledgeAll',
  kind: 'command',
  role: 'operator',
  summary: 'Acknowledges every alarm that waits for it.',
  input: z.strictObject({ acknowledgement }),
  run: (context, { acknowledgement: given }) => acknowledged(context, 'all', given),
});

function acknowledged(
  context: CommandContext,
  choice: Parameters<CommandContext['services']['alarms']['acknowledge']>[0],
  { by, note }: Acknowledgement,
): { readonly acknowledged: readonly AlarmView[] } {
  const person = by === undefined ? causeOf(context) : `by ${by}, through ${context.caller.name}`;
  return { acknowledged: context.services.alarms.acknowledge(choice, { by: person, note }).map(viewOf) };
}

function viewOf(alarm: Alarm): AlarmView {
  return { ...alarm, state: stateOf(alarm) };
}

export const ALARM_COMMANDS = [list, acknowledge, acknowledgeProfile, acknowledgeAll] as readonly Command[];
