import { z } from 'zod';
import { gpioChip, gpioLine } from '../../../gpio/gpio-names.js';

export const gpioSettingsSchema = z.strictObject({
  /** As `gpiodetect` lists it. */
  chip: gpioChip.default('gpiochip0'),
  /** Its number on the chip, or its name (libgpiod 2 only). */
  line: gpioLine.default('17'),
  /** The relay pulls in when the line is low. */
  activeLow: z.boolean().default(false),
  /** What turns it on. */
  shows: z.enum(['light', 'siren', 'either']).default('either'),
  /** Follow the flashes of the light; off: on as long as anything shows. */
  follow: z.boolean().default(false),
  /** Milliseconds for which it stays on, or off, at least; a mechanical relay wears out with every change. */
  minimumPulseMilliseconds: z.int().min(20).max(10_000).default(250),
});

export type GpioSettings = z.infer<typeof gpioSettingsSchema>;
