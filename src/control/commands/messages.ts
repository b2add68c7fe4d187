import { z } from 'zod';
import type { AccountId } from '../../base/ids.js';
import { CALL_LIMITS } from '../../calls/limits.js';
import { type Command, defineCommand } from '../command.js';
import { whomToCall } from '../whom-to-call.js';

const list = defineCommand({
  name: 'messages.list',
  kind: 'query',
  role: 'viewer',
  summary: 'The last messages, received and sent, newest first.',
  input: z.strictObject({}),
  run: ({ services }) => services.calls.messages(),
});

const send = defineCommand({
  name: 'messages.send',
  kind: 'command',
  role: 'operator',
  summary: 'Sends a text by SIP MESSAGE and tells what became of it, also where it was refused.',
  input: z.strictObject({
    message: z
      .strictObject({
        to: z.string().trim().min(1).max(512).optional().describe('A SIP address: sip:1001@192.168.0.90.'),
        contact: z.string().optional().describe('In place of an address: the id of a contact.'),
        account: z.string().optional().describe('The id of the account to send from.'),
        text: z
          .string()
          .min(1)
          .max(CALL_LIMITS.messageLength)
          .describe(`The text, up to ${CALL_LIMITS.messageLength} characters.`),
      })
      .refine(({ to, contact }) => (to === undefined) !== (contact === undefined), {
        path: ['to'],
        error: 'is needed, or a contact in its place, not both',
      }),
  }),
  run: ({ services }, { message }) => {
    const { to, account } = whomToCall(services, message);
    return services.calls.sendMessage({
      to,
      text: message.text,
      ...(account !== '' && { account: account as AccountId }),
    });
  },
});

export const MESSAGE_COMMANDS = [list, send] as readonly Command[];
