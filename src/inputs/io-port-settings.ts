import { z } from 'zod';
import { gpioChip, gpioLine } from '../gpio/gpio-names.js';
import { INPUT_LIMITS } from './limits.js';
import { uniqueIds } from './unique-ids.js';

/** System > Accessories > I/O ports: a line of a GPIO chip as an input or an output. */
export const ioPortSchema = z.strictObject({
  /** The number of the port, by which rules and clients know it. */
  id: z.string().regex(/^(?:0|[1-9]\d{0,2})$/, 'the number of the port, 0 to 999'),
  name: z.string().trim().max(64).default(''),
  direction: z.enum(['input', 'output']).default('input'),
  /** As `gpiodetect` lists it. */
  chip: gpioChip.default('gpiochip0'),
  /** Its number on the chip, or its name (libgpiod 2 only). */
  line: gpioLine,
  /** The circuit counts as closed while the line is low, as where a contact connects it to ground. */
  activeLow: z.boolean().default(true),
  /** How the circuit is while the port is inactive. */
  normalState: z.enum(['open', 'closed']).default('open'),
  /** What keeps an input at a level while nothing is connected. */
  bias: z.enum(['as-is', 'disable', 'pull-up', 'pull-down']).default('pull-up'),
  /** An input must be so long at a level before it counts, in milliseconds. */
  debounceMilliseconds: z.int().min(0).max(10_000).default(20),
  /** An output stays so long on, or off, at least, in milliseconds; a mechanical relay wears out with every change. */
  minimumPulseMilliseconds: z.int().min(20).max(10_000).default(50),
});

export const ioPortsSchema = z
  .array(ioPortSchema)
  .max(INPUT_LIMITS.ioPorts, `The device takes up to ${INPUT_LIMITS.ioPorts} I/O ports.`)
  .superRefine(uniqueIds('I/O port'))
  .superRefine((ports, context) => {
    ports.forEach(({ chip, line }, index) => {
      if (ports.findIndex((one) => one.chip === chip && one.line === line) < index) {
        context.addIssue({
          code: 'custom',
          path: [index, 'line'],
          message: 'another I/O port has this line',
        });
      }
    });
  });

export type IoPort = z.infer<typeof ioPortSchema>;
