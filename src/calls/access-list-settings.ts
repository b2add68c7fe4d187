import { z } from 'zod';
import { readAccessSource } from './access-list-source.js';
import { CALL_LIMITS } from './limits.js';

const entryId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64');

/** One source of the access list (manual: SIP source). */
export const accessListEntrySchema = z
  .strictObject({
    /** Unique and stable; given by the device where the client gives none. */
    id: entryId,
    /** Caller ID or SIP server address, as docs/access-list.md says. */
    source: z.string().trim().min(1).max(255),
    /** With a caller ID: only where the call comes from this server, an address, a block or a name; empty for any. */
    server: z.string().trim().max(255).default(''),
    description: z.string().trim().max(256).default(''),
  })
  .superRefine((entry, context) => {
    const refuse = (path: string, reason: string, accepted: string) =>
      context.addIssue({ code: 'custom', path: [path], message: reason, params: { accepted } });
    const source = readAccessSource(entry.source);
    if (!source.ok) refuse('source', source.reason, source.accepted);
    if (entry.server === '') return;
    const server = readAccessSource(entry.server);
    if (!server.ok) refuse('server', server.reason, SERVER_ACCEPTED);
    else if (!isServer(server.source.kind)) refuse('server', 'is a caller ID and no server', SERVER_ACCEPTED);
    if (source.ok && isServer(source.source.kind)) {
      refuse('server', 'is for a caller ID; this source is a server itself', 'nothing');
    }
  });

const SERVER_ACCEPTED = 'an IP address, a block such as 192.0.2.0/24, or a host name';

function isServer(kind: string): boolean {
  return kind === 'address' || kind === 'name';
}

/** System > SIP > Access list. */
export const accessListSchema = z.strictObject({
  /** Use access list. */
  enabled: z.boolean().default(false),
  /** Allow: calls come in only from the sources. Block: calls come in from everybody but the sources. */
  policy: z.enum(['allow', 'block']).default('allow'),
  /** What a refused caller gets: 403 Forbidden, or no response at all. */
  refusal: z.enum(['forbidden', 'silence']).default('forbidden'),
  sources: z
    .array(accessListEntrySchema)
    .max(CALL_LIMITS.accessListEntries, `The list takes up to ${CALL_LIMITS.accessListEntries} sources.`)
    .superRefine((entries, context) => {
      const ids = new Set<string>();
      const sources = new Set<string>();
      entries.forEach((entry, index) => {
        if (ids.has(entry.id)) {
          context.addIssue({ code: 'custom', path: [index, 'id'], message: 'another source has this id' });
        }
        const key = `${entry.source.toLowerCase()} ${entry.server.toLowerCase()}`;
        if (sources.has(key)) {
          context.addIssue({
            code: 'custom',
            path: [index, 'source'],
            message: 'stands in the list already',
          });
        }
        ids.add(entry.id);
        sources.add(key);
      });
    })
    .default([]),
});

export type AccessListSettings = z.infer<typeof accessListSchema>;
export type AccessListEntry = AccessListSettings['sources'][number];
