import { z } from 'zod';
import { INPUT_LIMITS } from './limits.js';

/** What people call a virtual input. */
const virtualInputSchema = z.strictObject({
  port: z.int().min(1).max(INPUT_LIMITS.virtualInputs),
  name: z.string().trim().max(64),
});

/** The virtual inputs that have a name; all 64 are there. */
export const virtualInputsSchema = z
  .array(virtualInputSchema)
  .max(INPUT_LIMITS.virtualInputs)
  .superRefine((inputs, context) => {
    inputs.forEach(({ port }, index) => {
      if (inputs.findIndex((one) => one.port === port) < index) {
        context.addIssue({
          code: 'custom',
          path: [index, 'port'],
          message: 'this virtual input is named twice',
        });
      }
    });
  });

export type VirtualInputSettings = z.infer<typeof virtualInputSchema>;
