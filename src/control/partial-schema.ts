import { z } from 'zod';

/**
 * The schema of a change: every field may be left out, also of the objects within, and none is given a default, so that
 * a change brings no fields that nobody named. What must hold between fields is for the schema of the whole to say.
 */
export function partialSchema(schema: z.ZodObject): z.ZodType<Record<string, unknown>> {
  const fields = Object.entries<z.core.$ZodType>(schema.shape).map(
    ([name, field]) => [name, changeOf(field).optional()] as const,
  );
  return z.strictObject(Object.fromEntries(fields));
}

function changeOf(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return changeOf(schema.unwrap());
  return schema instanceof z.ZodObject ? partialSchema(schema) : (schema as z.ZodType);
}

/** What is after a change: objects are changed field by field, everything else is replaced. */
export function changed(
  current: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const next: Record<string, unknown> = { ...current };
  for (const [name, value] of Object.entries(change)) {
    const before = current[name];
    next[name] = isRecord(before) && isRecord(value) ? changed(before, value) : value;
  }
  return next;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
