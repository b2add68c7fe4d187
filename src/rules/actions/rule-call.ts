import { z } from 'zod';
import { parsedUri } from '../../calls/parsed-address.js';
import { rulePlaySchema } from './rule-play.js';

/** The call that a rule makes. */
export const ruleCallFields = {
  /** A SIP address: `sip:1001@192.168.0.90`. */
  to: z
    .string()
    .trim()
    .max(512)
    .refine((text) => parsedUri(text)?.kind === 'sip', {
      error: 'is no SIP address',
      params: { accepted: 'an address such as sip:1001@192.168.0.90' },
    })
    .optional(),
  /** In place of an address: the id of a contact. */
  contact: z.string().trim().min(1).max(64).optional(),
  /** The id of the account to call from; left out, the contact's, else the default one. */
  account: z.string().trim().max(100).optional(),
  /** How long it may ring; left out, the calling timeout of the SIP settings. */
  callingTimeoutSeconds: z.int().min(1).max(600).optional(),
  /** What is heard over there; left out, two short notes. */
  play: rulePlaySchema.optional(),
  /** Whether we hang up when that is over. */
  hangUpAfterPlaying: z.boolean().default(false),
};

export type RuleCall = z.infer<z.ZodObject<typeof ruleCallFields>>;
