import { z } from 'zod';
import { milliseconds } from '../../base/duration.js';
import { randomToken } from '../../base/ids.js';
import { heartbeatSchema } from '../../inputs/heartbeat-settings.js';
import { INPUT_LIMITS } from '../../inputs/limits.js';
import { type Command, defineCommand } from '../command.js';
import { itemCommands } from '../item-commands.js';
import { refuseIfNamed } from '../named-by-rules.js';

const items = itemCommands({
  section: 'heartbeats',
  what: 'heartbeat',
  schema: heartbeatSchema,
  limit: INPUT_LIMITS.heartbeats,
  makeId: () => `heartbeat-${randomToken(4)}`,
  viewOnly: ['status'],
  view: ({ inputs }, heartbeat) => ({
    ...heartbeat,
    status: inputs.heartbeats.status(heartbeat.id) ?? { state: 'waiting' },
  }),
  refuseIfUsed: ({ rules }, id, who) => refuseIfNamed(rules, 'heartbeat', id, who),
  summaries: {
    list: 'Every heartbeat with its state: waiting, alive or lost.',
    get: 'One heartbeat with its state.',
    create: 'Adds a heartbeat: something that must call in again and again.',
    update: 'Replaces a heartbeat. Another time counts from now on.',
    delete: 'Deletes a heartbeat. While rules use it that is refused.',
  },
});

const beat = defineCommand({
  name: 'heartbeats.beat',
  kind: 'command',
  role: 'operator',
  summary: 'Calls in: the heartbeat is alive, and is lost unless it beats again in time.',
  input: z.strictObject({ id: z.string().describe('The id of the heartbeat.') }),
  run: ({ services: { inputs } }, { id }) => inputs.heartbeats.beat(id),
});

const beatOfClient = defineCommand({
  name: 'heartbeats.beatOfClient',
  kind: 'command',
  role: 'operator',
  summary:
    'Calls in as a VAPIX client, which says itself within how many milliseconds it will do so again; 0 ends that.',
  input: z.strictObject({
    beat: z.strictObject({ milliseconds: z.int().min(0).max(86_400_000) }),
  }),
  run: ({ services: { inputs } }, { beat: { milliseconds: within } }) => {
    inputs.heartbeats.beatOfClient(milliseconds(within));
  },
});

export const HEARTBEAT_COMMANDS = [...items, beat, beatOfClient] as readonly Command[];
