import { z } from 'zod';
import { inputId, inputName } from './input-id.js';
import { INPUT_LIMITS } from './limits.js';
import { uniqueIds } from './unique-ids.js';

/** Something that a person, or a program, turns on and off by hand. Source: the device manual, "Manual triggers". */
export const manualTriggerSchema = z.strictObject({ id: inputId, name: inputName });

export const manualTriggersSchema = z
  .array(manualTriggerSchema)
  .max(INPUT_LIMITS.manualTriggers, `The device takes up to ${INPUT_LIMITS.manualTriggers} manual triggers.`)
  .superRefine(uniqueIds('manual trigger'));

export type ManualTrigger = z.infer<typeof manualTriggerSchema>;
