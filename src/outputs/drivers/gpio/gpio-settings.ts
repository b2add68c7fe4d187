import { z } from 'zod';

/** Names that need no quotes anywhere. */
const chip = z
  .string()
  .trim()
  .regex(/^(?:\/dev\/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'a GPIO chip such as gpiochip0');
const line = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'the number of a line, or its name with libgpiod 2');

export const gpioSettingsSchema = z.strictObject({
  /** As `gpiodetect` lists it. */
  chip: chip.default('gpiochip0'),
  /** Its number on the chip, or its name (libgpiod 2 only). */
  line: line.default('17'),
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
