import { z } from 'zod';

const SHORTEST_SAFE = 10;

const address = z
  .string()
  .trim()
  .max(300)
  .refine(
    (text) =>
      /^https?:\/\/(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\/?$/.test(text) && URL.canParse(text),
    {
      error: 'is no address of a device',
      params: { accepted: 'http:// or https:// with a host and, where needed, a port: https://192.168.0.91' },
    },
  );

export const vapixSettingsSchema = z.strictObject({
  /** Scheme, host and port of the other siren. */
  address,
  /** Over HTTPS: whether its certificate must be one of the usual authorities'. */
  verifyCertificate: z.boolean().default(true),
  user: z.string().max(255).default(''),
  /** Written, never read. */
  password: z.string().max(255).default(''),
  /** `mirror` has it show and sound what is shown and sounded here, `profile` starts a profile that it has. */
  send: z.enum(['mirror', 'profile']).default('mirror'),
  /** With `profile`: its name there; empty takes the name of the profile here. */
  profile: z.string().max(50).default(''),
  /** What is mirrored. */
  shows: z.enum(['light', 'siren', 'either']).default('either'),
  /** With `mirror`: the priority there; null takes that of the profile here. */
  priority: z.int().min(1).max(10).nullable().default(null),
  /** With `mirror`: seconds after which it ends by itself when this device is gone; 0 is never. */
  deadManSeconds: z
    .int()
    .min(0)
    .max(3_600)
    .refine((value) => value === 0 || value >= SHORTEST_SAFE, {
      error: 'is too short to be renewed in time',
      params: { accepted: `0 for never, or ${SHORTEST_SAFE} to 3600` },
    })
    .default(60),
  /** Seconds between two looks whether it does what it should. */
  checkSeconds: z.int().min(1).max(300).default(10),
  /** Seconds after which a request counts as unanswered. */
  timeoutSeconds: z.int().min(1).max(4).default(3),
});

export type VapixSettings = z.infer<typeof vapixSettingsSchema>;
