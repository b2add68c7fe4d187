import { z } from 'zod';
import { MAX_SECONDS } from '../../siren/limits.js';
import { causeOf } from '../cause.js';
import { type Command, defineCommand } from '../command.js';
import { ownActivityView } from '../own-activity-view.js';

/** Longer nobody looks for a device, and a forgotten one would hide the light of alarms. */
const LONGEST_IDENTIFY_SECONDS = 3_600;
const USUAL_IDENTIFY_SECONDS = 60;

const maintenance = defineCommand({
  name: 'maintenance.get',
  kind: 'query',
  role: 'viewer',
  summary: 'Whether maintenance mode is on, since when, why and how long it goes on.',
  input: z.strictObject({}),
  run: ({ services }) => ownActivityView(services, 'maintenance'),
});

const setMaintenance = defineCommand({
  name: 'maintenance.set',
  kind: 'command',
  role: 'operator',
  summary: 'Turns maintenance mode on, until it is turned off or for some seconds, or off.',
  input: z.strictObject({
    maintenance: z
      .strictObject({
        active: z.boolean(),
        seconds: z.int().min(1).max(MAX_SECONDS).optional().describe('None is until it is turned off.'),
      })
      .refine(onlyWhileActive, { path: ['seconds'], message: 'are only for turning it on' }),
  }),
  run: (context, { maintenance: { active, seconds } }) => {
    const { siren } = context.services;
    const cause = causeOf(context);
    if (active) siren.startOwn('maintenance', { seconds, cause });
    else siren.stopOwn('maintenance', { cause });
    return ownActivityView(context.services, 'maintenance');
  },
});

const identify = defineCommand({
  name: 'identify.get',
  kind: 'query',
  role: 'viewer',
  summary: 'Whether the device shows itself, and how long it goes on.',
  input: z.strictObject({}),
  run: ({ services }) => ownActivityView(services, 'identify'),
});

const setIdentify = defineCommand({
  name: 'identify.set',
  kind: 'command',
  role: 'operator',
  summary:
    'Lets the device show itself by a light like no alarm, for a minute unless seconds say otherwise, or ends that.',
  input: z.strictObject({
    identify: z
      .strictObject({
        active: z.boolean(),
        seconds: z.int().min(1).max(LONGEST_IDENTIFY_SECONDS).optional(),
      })
      .refine(onlyWhileActive, { path: ['seconds'], message: 'are only for starting it' }),
  }),
  run: (context, { identify: { active, seconds = USUAL_IDENTIFY_SECONDS } }) => {
    const { siren } = context.services;
    const cause = causeOf(context);
    if (active) siren.startOwn('identify', { seconds, cause });
    else siren.stopOwn('identify', { cause });
    return ownActivityView(context.services, 'identify');
  },
});

function onlyWhileActive({ active, seconds }: { active: boolean; seconds?: number | undefined }): boolean {
  return active || seconds === undefined;
}

export const OWN_ACTIVITY_COMMANDS = [
  maintenance,
  setMaintenance,
  identify,
  setIdentify,
] as readonly Command[];
