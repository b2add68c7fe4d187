import { z } from 'zod';
import { placeholderList, unknownPlaceholders } from '../../../base/template.js';
import { PLACEHOLDERS } from './template.js';

const template = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => unknownPlaceholders(text, PLACEHOLDERS).length === 0, {
      error: 'names a placeholder that does not exist',
      params: { accepted: placeholderList(PLACEHOLDERS) },
    });

/** Which lamp it is must not depend on what is shown: scheme and host stand as they are. */
const address = template(2_048).refine(
  (text) => /^https?:\/\/[A-Za-z0-9_.:[\]-]+(?:[/?]|$)/.test(text) && isUrl(text),
  {
    error: 'is no address of a web server',
    params: { accepted: 'an address such as http://192.168.0.40/relay/0?turn=on' },
  },
);

function isUrl(text: string): boolean {
  return URL.canParse(text);
}

const requestSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH']).default('POST'),
  url: address,
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'the name of a header'),
      template(1_024).regex(/^[\x20-\x7e]*$/, 'printable ASCII'),
    )
    .default({}),
  body: template(8_192).default(''),
});

export const httpSettingsSchema = z.strictObject({
  /** Sent when something begins to show. */
  on: requestSchema,
  /** Sent when nothing shows any more, and when the device stops. */
  off: requestSchema,
  /** Sent when something else shows than before; null sends `on` again. */
  change: requestSchema.nullable().default(null),
  /** What turns it on. */
  shows: z.enum(['light', 'siren', 'either']).default('either'),
  /** A password or token for `{{secret}}`; written, never read. */
  secret: z.string().max(1_024).default(''),
  /** Milliseconds between two requests, at least: many lamps take no more than two a second. */
  minimumIntervalMilliseconds: z.int().min(50).max(60_000).default(500),
  /** Seconds after which a lamp that is on is told so again, since it may have been restarted; 0 is never. */
  repeatSeconds: z.int().min(0).max(3_600).default(30),
  /** Seconds after which a request counts as unanswered. */
  timeoutSeconds: z.int().min(1).max(4).default(3),
});

export type HttpSettings = z.infer<typeof httpSettingsSchema>;
export type HttpTemplate = z.infer<typeof requestSchema>;
