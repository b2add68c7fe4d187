import { z, type ZodType } from 'zod';

/** A JSON schema (draft 2020-12) as plain data. */
export type JsonSchema = Record<string, unknown>;

/** The field that a schema fills in where it is missing, before it judges. */
const filledIn = new WeakMap<object, string>();

/** The same schema; its description does not ask for the field, which it fills in by itself. */
export function fillingIn<Schema extends ZodType>(schema: Schema, field: string): Schema {
  filledIn.set(schema, field);
  return schema;
}

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
  const field = filledIn.get(zodSchema);
  Object.assign(jsonSchema, field === undefined ? behind : notAskingFor(behind, field));
}

/** The schema and its alternatives without the field among those that are needed. */
function notAskingFor(schema: JsonSchema, field: string): JsonSchema {
  const { required, oneOf } = schema as {
    readonly required?: readonly string[];
    readonly oneOf?: readonly JsonSchema[];
  };
  return {
    ...schema,
    ...(required && { required: required.filter((name) => name !== field) }),
    ...(oneOf && { oneOf: oneOf.map((one) => notAskingFor(one, field)) }),
  };
}
