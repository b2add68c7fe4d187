import { z } from 'zod';
import { parsedUri } from '../../calls/parsed-address.js';
import { rulePlaySchema } from './rule-play.js';

/** The call that a rule makes. */
export const ruleCallFields = {
  to: z
    .string()
    .trim()
    .max(512)
    .refine((text) => parsedUri(text)?.kind === 'sip', {
      error: 'is no SIP address',
      params: { accepted: 'an address such as sip:1001@192.168.0.90' },
    })
    .optional()
    .describe('A SIP address: `sip:1001@192.168.0.90`.'),
  contact: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .optional()
    .describe('In place of an address: the id of a contact.'),
  account: z
    .string()
    .trim()
    .max(100)
    .optional()
    .describe('The id of the account to call from; left out, the contact’s, else the default one.'),
  callingTimeoutSeconds: z
    .int()
    .min(1)
    .max(600)
    .optional()
    .describe('How many seconds it may ring; left out, the calling timeout of the SIP settings.'),
  play: rulePlaySchema.optional().describe('What is heard over there; left out, two short notes.'),
  hangUpAfterPlaying: z.boolean().default(false).describe('Whether we hang up when that is over.'),
};

export type RuleCall = z.infer<z.ZodObject<typeof ruleCallFields>>;
