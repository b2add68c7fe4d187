import { z } from 'zod';

/** DDP packets go to this port (http://www.3waylabs.com/ddp/). */
const DDP_PORT = 4048;

export const wledSettingsSchema = z.strictObject({
  /** A host name or address. */
  host: z
    .string()
    .trim()
    .max(255)
    .regex(/^(?:[A-Za-z0-9_.-]+|[0-9A-Fa-f:.]+)$/, 'a host name or IP address, without a port'),
  /** Where it takes DDP. */
  port: z.int().min(1).max(65_535).default(DDP_PORT),
  /** The port of WLED's JSON API; null for a controller that has none. */
  apiPort: z.int().min(1).max(65_535).nullable().default(80),
  /** LEDs that the ring is spread over. */
  leds: z.int().min(1).max(4_000).default(12),
  /** At which LED direction A begins. */
  offset: z.int().min(0).max(3_999).default(0),
  /** The strip runs the other way round. */
  reversed: z.boolean().default(false),
  /** Whether the LEDs have a white of their own. */
  channels: z.enum(['rgb', 'rgbw']).default('rgb'),
});

export type WledSettings = z.infer<typeof wledSettingsSchema>;
