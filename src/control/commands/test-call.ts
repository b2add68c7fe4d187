import { z } from 'zod';
import type { AccountId } from '../../base/ids.js';
import { type Command, defineCommand } from '../command.js';

const run = defineCommand({
  name: 'testCall.run',
  kind: 'command',
  role: 'operator',
  summary: 'Calls an address, plays a tone, measures what comes back, hangs up and tells of each step.',
  input: z.strictObject({
    call: z.strictObject({
      to: z.string().trim().min(1).max(512).describe('A SIP address: sip:1001@192.168.0.90.'),
      account: z
        .string()
        .optional()
        .describe('The id of the account to call from; by default the default one.'),
      seconds: z.int().min(1).max(30).default(3).describe('How long to stay in the call, in seconds.'),
      timeoutSeconds: z
        .int()
        .min(1)
        .max(60)
        .default(20)
        .describe('How long the other side may take to answer, in seconds.'),
    }),
  }),
  run: ({ services }, { call: { to, account, seconds, timeoutSeconds } }) =>
    services.calls.testCall({ to, account: account as AccountId | undefined, seconds, timeoutSeconds }),
});

export const TEST_CALL_COMMANDS = [run] as readonly Command[];
