import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { causeOf } from '../cause.js';
import { type Command, defineCommand } from '../command.js';

const stopActivity = defineCommand({
  name: 'activities.stop',
  kind: 'command',
  role: 'operator',
  summary: 'Stops one activity of the light or the siren; the next one in priority goes on.',
  input: z.strictObject({ id: z.int().min(1).describe('The id of the activity, from the status.') }),
  run: (context, { id }) => {
    if (context.services.siren.stopActivity(id, { cause: causeOf(context) })) return;
    throw new SipsirenError('NOT_FOUND', `There is no activity ${id}; it may be over.`);
  },
});

const stopAll = defineCommand({
  name: 'siren.stopAll',
  kind: 'command',
  role: 'operator',
  summary: 'Stops every activity of the light and the siren, whoever started it.',
  input: z.strictObject({}),
  run: (context) => ({ stopped: context.services.siren.stopAll({ cause: causeOf(context) }) }),
});

export const SIREN_COMMANDS = [stopActivity, stopAll] as readonly Command[];
