import { z } from 'zod';
import { KEY_METHODS } from '../../calls/call-keys.js';
import { momentary, type ActionContext, type ActionKind } from './action-kind.js';

const schema = z.strictObject({
  kind: z.literal('call.sendDtmf'),
  digits: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[0-9A-D*#]{1,64}$/, '1 to 64 of 0-9, A-D, * and #')
    .describe('The keys in their order: 0-9, A-D, * and #.'),
  method: z
    .enum(KEY_METHODS)
    .default('auto')
    .describe('How: events in RTP, SIP INFO, tones in the audio, or the first that is accepted.'),
});

type Settings = z.infer<typeof schema>;

/** Press keys in the call that moved the rule: opens the door of an intercom. */
export const callDtmfAction = {
  kind: 'call.sendDtmf',
  schema,
  ...momentary(({ digits, method }: Settings, { cause }: ActionContext) => ({
    kind: 'call.sendDtmf',
    digits,
    method,
    cause,
  })),
  needsCall: () => true,
  references: () => [],
  describe: ({ digits }: Settings) => `press ${digits} in the call that moved the rule`,
} satisfies ActionKind<Settings>;
