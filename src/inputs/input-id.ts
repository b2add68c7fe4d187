import { z } from 'zod';

/** Unique and stable; given by the device where the client gives none. */
export const inputId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64')
  .describe('By which rules name it; the device gives one where it is left empty.');

/** What people call it. */
export const inputName = z.string().trim().min(1).max(64).describe('What people call it.');
