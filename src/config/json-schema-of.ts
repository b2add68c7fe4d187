import { z, type ZodType } from 'zod';

/** A JSON schema (draft 2020-12) as plain data. */
export type JsonSchema = Record<string, unknown>;

const known = new WeakMap<ZodType, JsonSchema>();

/**
 * What a schema takes, as JSON schema, for documentation and messages. Where a function prepares the value
 * first, the schema behind it is shown, since no schema can describe the function.
 */
export function jsonSchemaOf(schema: ZodType): JsonSchema {
  let described = known.get(schema);
  if (!described) {
    described = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      reused: 'inline',
      override: showPrepared,
    });
    known.set(schema, described);
  }
  return described;
}

function showPrepared({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  const { def } = zodSchema._zod;
  if (def.type !== 'pipe' || def.in._zod.def.type !== 'transform') return;
  const { $schema: _, ...behind } = jsonSchemaOf(def.out as ZodType);
  Object.assign(jsonSchema, behind);
}
