import { z } from 'zod';

/**
 * A device by its name in ALSA's configuration. No quotes, slashes and bars, and neither `file` nor `tee`: with
 * those a name could write files or run programs.
 */
const deviceName = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.:,=-]{0,127}$/,
    'the name of an ALSA device, such as default or plughw:1,0',
  )
  .refine((name) => !/(?:file|tee):/i.test(name), {
    error: 'writes into files',
    params: { accepted: 'the name of an ALSA device, such as default or plughw:1,0' },
  });

export const audioSettingsSchema = z.strictObject({
  /** As `aplay -L` lists it. */
  device: deviceName.default('default'),
  channels: z.union([z.literal(1), z.literal(2)]).default(2),
  /** Per cent of full scale; 50 is 6 dB below 100. */
  volume: z.int().min(0).max(100).default(100),
});

export type AudioSettings = z.infer<typeof audioSettingsSchema>;
