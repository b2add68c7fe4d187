import { z } from 'zod';
import { parsedUri } from '../../calls/parsed-address.js';
import type { Intent } from '../intent.js';
import { templateText } from '../placeholders.js';
import { referenceTo } from '../reference.js';
import { momentary, type ActionContext, type ActionKind } from './action-kind.js';

const schema = z.strictObject({
  kind: z.literal('sip.message'),
  account: z
    .string()
    .trim()
    .max(100)
    .optional()
    .describe('The id of the account to send from; left out, the default account.'),
  to: templateText(512)
    .refine((text) => text.includes('{{') || parsedUri(text.trim())?.kind === 'sip', {
      error: 'is no SIP address',
      params: { accepted: 'an address such as sip:guard@pbx.example.com, or with placeholders' },
    })
    .describe('A SIP address, or with placeholders: `{{remoteUri}}` is whoever called or wrote.'),
  text: templateText(1_000)
    .refine((text) => text.trim() !== '', 'Write what the message says.')
    .describe('What it says; placeholders are filled in.'),
});

type Settings = z.infer<typeof schema>;

/** Send SIP message: a text by SIP MESSAGE, once. */
export const sipMessageAction = {
  kind: 'sip.message',
  schema,
  ...momentary(send),
  references: ({ account }: Settings) => referenceTo('account', 'account', account),
  describe: ({ to, text }: Settings) => `send the message "${text}" to ${to}`,
} satisfies ActionKind<Settings>;

function send({ account, to, text }: Settings, { cause }: ActionContext): Intent {
  return {
    kind: 'sip.message',
    to,
    text,
    cause,
    ...(account !== undefined && account !== '' && { account }),
  };
}
