import { z } from 'zod';
import { parsedUri } from './parsed-address.js';
import { CALL_LIMITS } from './limits.js';

/** Somebody to call: what stands in a list and in rules in place of an address. */
export const contactSchema = z.strictObject({
  /** Unique and stable; given by the device where the client gives none. */
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64'),
  name: z.string().trim().min(1).max(64),
  /** A SIP address: `sip:1001@192.168.0.90`. */
  address: z
    .string()
    .trim()
    .max(512)
    .refine((text) => parsedUri(text)?.kind === 'sip', {
      error: 'is no SIP address',
      params: { accepted: 'an address such as sip:1001@192.168.0.90' },
    }),
  /** The account to call from, by its id; empty means the default one. */
  account: z.string().trim().max(64).default(''),
});

/** The people that the device can call. */
export const contactsSchema = z
  .array(contactSchema)
  .max(CALL_LIMITS.contacts, `The device takes up to ${CALL_LIMITS.contacts} contacts.`)
  .superRefine((contacts, context) => {
    const ids = new Set<string>();
    contacts.forEach(({ id }, index) => {
      if (ids.has(id)) {
        context.addIssue({ code: 'custom', path: [index, 'id'], message: 'another contact has this id' });
      }
      ids.add(id);
    });
  });

export type Contact = z.infer<typeof contactSchema>;
