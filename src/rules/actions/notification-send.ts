import { z } from 'zod';
import type { Intent } from '../intent.js';
import { templateText } from '../placeholders.js';
import { referenceTo } from '../reference.js';
import { momentary, type ActionContext, type ActionKind } from './action-kind.js';

const schema = z.strictObject({
  kind: z.literal('notification.send'),
  recipient: z.string().trim().min(1, 'Name the recipient.').max(64).describe('The id of the recipient.'),
  subject: templateText(200).optional().describe('Of an email; left out, the recipient’s.'),
  text: templateText(4_096)
    .optional()
    .describe('What people read; left out, who the device is, which rule, and when.'),
  body: templateText(16_384).optional().describe('Of an HTTP request, in place of the recipient’s.'),
  method: z
    .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
    .optional()
    .describe('Of an HTTP request, in place of the recipient’s.'),
  querySuffix: templateText(1_024)
    .optional()
    .describe('Added to the address of an HTTP request, in place of the recipient’s.'),
  fileName: templateText(200)
    .optional()
    .describe('Of a file, without its ending; left out, the recipient’s.'),
  recording: z
    .boolean()
    .optional()
    .describe(
      'Whether the call that the event is about is recorded, and the recording delivered when it is over.',
    ),
  recordingSeconds: z
    .int()
    .min(1)
    .max(500)
    .optional()
    .describe('The recording ends after so many seconds; left out, 300.'),
});

type Settings = z.infer<typeof schema>;

/** Send notification through a recipient. */
export const notificationSendAction = {
  kind: 'notification.send',
  schema,
  ...momentary(send),
  references: ({ recipient }: Settings) => referenceTo('recipient', 'recipient', recipient),
  describe: ({ recipient, recording }: Settings) =>
    `send a notification to ${recipient}${recording === true ? ', and the recording of the call' : ''}`,
} satisfies ActionKind<Settings>;

function send(settings: Settings, { cause }: ActionContext): Intent {
  const { kind, recipient, recording, recordingSeconds, ...wish } = settings;
  return {
    kind,
    recipient,
    wish,
    ...(recording === true && { recordingSeconds: recordingSeconds ?? 300 }),
    cause,
  };
}
