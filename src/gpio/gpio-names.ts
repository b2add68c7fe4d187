import { z } from 'zod';

/** A GPIO chip as `gpiodetect` lists it. It needs no quotes anywhere. */
export const gpioChip = z
  .string()
  .trim()
  .regex(/^(?:\/dev\/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'a GPIO chip such as gpiochip0');

/** A line of a chip. It needs no quotes anywhere. */
export const gpioLine = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'the number of a line, or its name with libgpiod 2');

/** Which line, and at which level it is on. */
export interface GpioAddress {
  readonly chip: string;
  readonly line: string;
  readonly activeLow: boolean;
}
