import { getDefaultFormState, type RJSFSchema } from '@rjsf/utils';
import { choiceFor, isRecord } from './form-schema.js';
import { FORM_VALIDATOR } from './form-validator.js';

/**
 * The schema as it is for some data: a part that need not be there and is not has no defaults, since the form library
 * would fill them in and so bring the part about. They come back as soon as somebody adds the part.
 */
export function withoutAbsentParts(schema: RJSFSchema, value: unknown): RJSFSchema {
  const data = isRecord(value) ? value : {};
  const chosen = choiceFor(data, schema);
  if (schema.oneOf) {
    const oneOf = (schema.oneOf as RJSFSchema[]).map((choice) =>
      choice === chosen ? withoutAbsentParts(choice, data) : choice,
    );
    return { ...schema, oneOf };
  }
  if (!schema.properties) return schema;
  const required = new Set(schema.required);
  const properties = Object.entries(schema.properties as Record<string, RJSFSchema>).map(
    ([name, property]): [string, RJSFSchema] => {
      const isOptional = property.type === 'object' && property.default === undefined && !required.has(name);
      if (isOptional && data[name] === undefined) return [name, withoutDefaults(property)];
      return [name, withoutAbsentParts(property, data[name])];
    },
  );
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** The data after a change: a part that was just added begins with its defaults. */
export function withNewParts(schema: RJSFSchema, before: unknown, after: unknown): unknown {
  const now = withoutAbsentParts(schema, after);
  if (JSON.stringify(now) === JSON.stringify(withoutAbsentParts(schema, before))) return after;
  return getDefaultFormState(FORM_VALIDATOR, now, after, now, false, {
    mergeDefaultsIntoFormData: 'useDefaultIfFormDataUndefined',
  });
}

function withoutDefaults(schema: RJSFSchema): RJSFSchema {
  const { default: _, ...rest } = schema;
  if (!rest.properties) return rest;
  const properties = Object.entries(rest.properties as Record<string, RJSFSchema>).map(
    ([name, property]): [string, RJSFSchema] => [name, withoutDefaults(property)],
  );
  return { ...rest, properties: Object.fromEntries(properties) };
}
