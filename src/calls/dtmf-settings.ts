import { z } from 'zod';
import type { DtmfSequenceId } from '../base/ids.js';
import { CALL_LIMITS } from './limits.js';

/** Stands for every peer-to-peer account: they share their sequences (manual: DTMF > Accounts). */
export const ALL_PEER_TO_PEER = 'peer-to-peer';

/** One sequence of keys (manual: DTMF > Add sequence). */
export const dtmfSequenceSchema = z.strictObject({
  /** Unique and stable; given by the device where the client gives none. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64')
    .transform((id) => id as DtmfSequenceId),
  /** The keys, in their order. Small letters count as capitals. */
  sequence: z
    .string()
    .trim()
    .toUpperCase()
    .regex(
      new RegExp(`^[0-9A-D#*]{1,${CALL_LIMITS.dtmfSequenceLength}}$`),
      `1 to ${CALL_LIMITS.dtmfSequenceLength} of 0-9, A-D, # and *`,
    ),
  /** What the sequence is for. */
  description: z.string().trim().max(256).default(''),
  /** The accounts in whose calls it counts, by their ids; peer-to-peer means all such accounts, none means all. */
  accounts: z.array(z.string().min(1).max(64)).max(CALL_LIMITS.accounts).default([]),
});

/** System > SIP > DTMF. */
export const dtmfSchema = z.strictObject({
  /** How many seconds may pass between two keys of a sequence; after a longer pause it begins anew. */
  keyTimeoutSeconds: z.int().min(1).max(60).default(10),
  sequences: z
    .array(dtmfSequenceSchema)
    .max(CALL_LIMITS.dtmfSequences, `The device takes up to ${CALL_LIMITS.dtmfSequences} sequences.`)
    .superRefine((sequences, context) => {
      const ids = new Set<string>();
      const keys = new Set<string>();
      sequences.forEach(({ id, sequence }, index) => {
        if (ids.has(id)) {
          context.addIssue({ code: 'custom', path: [index, 'id'], message: 'another sequence has this id' });
        }
        // One sequence stands for one event, whatever the account (vapix: a duplicate sequence is invalid).
        if (keys.has(sequence)) {
          context.addIssue({
            code: 'custom',
            path: [index, 'sequence'],
            message: `${sequence} is taken by another sequence`,
          });
        }
        ids.add(id);
        keys.add(sequence);
      });
    })
    .default([]),
});

export type DtmfSettings = z.infer<typeof dtmfSchema>;
export type DtmfSequence = DtmfSettings['sequences'][number];
