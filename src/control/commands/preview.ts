import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { lightSchema } from '../../siren/light-schema.js';
import { sirenSchema } from '../../siren/siren-schema.js';
import { causeOf } from '../cause.js';
import { withKnownSound } from '../known-sounds.js';
import { type Command, defineCommand } from '../command.js';

/** A preview that is forgotten ends by itself. */
const USUAL_SECONDS = 30;
const LONGEST_SECONDS = 300;

const start = defineCommand({
  name: 'preview.start',
  kind: 'command',
  role: 'operator',
  summary:
    'Shows a light, a siren or both before they are saved, for 30 seconds unless seconds say otherwise. Never during an alarm.',
  input: z.strictObject({
    preview: z
      .strictObject({
        light: lightSchema.optional(),
        siren: sirenSchema.optional(),
        seconds: z.int().min(1).max(LONGEST_SECONDS).default(USUAL_SECONDS),
      })
      .refine(({ light, siren }) => light !== undefined || siren !== undefined, {
        path: ['light'],
        message: 'A preview has a light, a siren or both.',
      }),
  }),
  run: async (context, { preview: wanted }) => {
    const { siren, sounds } = context.services;
    const preview = withKnownSound(wanted, { services: context.services, field: 'preview' });
    if (preview.siren) await sounds.prepare(preview.siren);
    if (siren.hasAlarm) {
      throw new SipsirenError('CONFLICT', 'There is an alarm, which no preview may disturb.');
    }
    if (siren.own('maintenance')) {
      throw new SipsirenError('CONFLICT', 'Maintenance mode is on, which keeps a preview dark and silent.');
    }
    return siren.startPreview({ ...preview, cause: `preview, ${causeOf(context)}` });
  },
});

const stop = defineCommand({
  name: 'preview.stop',
  kind: 'command',
  role: 'operator',
  summary: 'Ends the preview. Stopped is false where there was none.',
  input: z.strictObject({}),
  run: (context) => ({ stopped: context.services.siren.stopPreview({ cause: causeOf(context) }) }),
});

export const PREVIEW_COMMANDS = [start, stop] as readonly Command[];
