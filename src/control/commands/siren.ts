import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { unnamedActivitySchema } from '../../siren/profile.js';
import { causeOf } from '../cause.js';
import { withKnownSound } from '../known-sounds.js';
import { type Command, defineCommand } from '../command.js';

/** Started by a person, as the profiles are: a rule that ends must not take it along. */
const OWNER = 'manual';

const startActivity = defineCommand({
  name: 'activities.start',
  kind: 'command',
  role: 'operator',
  summary: 'Starts a light, a siren or both without a profile. What runs or waits at its priority ends.',
  input: z.strictObject({ activity: unnamedActivitySchema }),
  run: async (context, { activity }) => {
    const { sounds, siren } = context.services;
    const known = withKnownSound(activity, { services: context.services, field: 'activity' });
    // An alarm waits for no recording: a text that was never spoken before comes with the next start.
    if (known.siren) await sounds.prepareOwn(known.siren);
    return siren.startUnnamed(known, { owner: OWNER, cause: causeOf(context) });
  },
});

const stopActivity = defineCommand({
  name: 'activities.stop',
  kind: 'command',
  role: 'operator',
  summary: 'Stops one activity of the light or the siren; the next one in priority goes on.',
  input: z.strictObject({ id: z.int().min(1).describe('The id of the activity, from the status.') }),
  run: (context, { id }) => {
    const { siren, paging } = context.services;
    const cause = causeOf(context);
    if (siren.stopActivity(id, { cause }) || paging.stop(id, { cause })) return;
    throw new SipsirenError('NOT_FOUND', `There is no activity ${id}; it may be over.`);
  },
});

const stopAll = defineCommand({
  name: 'siren.stopAll',
  kind: 'command',
  role: 'operator',
  summary: 'Stops every activity of the light and the siren, or of one of them, whoever started it.',
  input: z.strictObject({
    stop: z
      .strictObject({
        functions: z
          .array(z.enum(['light', 'siren']))
          .min(1)
          .default(['light', 'siren']),
      })
      .prefault({}),
  }),
  run: (context, { stop: { functions } }) => {
    const { siren, paging } = context.services;
    const cause = causeOf(context);
    const hasStopped = siren.stopAll({ cause, functions });
    const hasSilenced = functions.includes('siren') && paging.stopAll({ cause });
    return { stopped: hasStopped || hasSilenced };
  },
});

export const SIREN_COMMANDS = [startActivity, stopActivity, stopAll] as readonly Command[];
