import { getDefaultFormState, type RJSFSchema } from '@rjsf/utils';
import { isPart } from './field-hints.js';
import { choiceFor, isRecord } from './form-schema.js';
import { FORM_VALIDATOR } from './form-validator.js';

/**
 * The schema as it is for some data: a part that need not be there and is not has no defaults, since the form library
 * would fill them in and so bring the part about. They come back as soon as somebody adds the part.
 */
export function withoutAbsentParts(schema: RJSFSchema, value: unknown): RJSFSchema {
  const { items } = schema;
  if (isRecord(items)) {
    const list = Array.isArray(value) ? value.filter(isRecord) : [];
    return { ...schema, items: withoutPartsAbsentInAll(items, list) };
  }
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
      const isOptional = isPart(property) && property.default === undefined && !required.has(name);
      if (isOptional && data[name] === undefined) return [name, withoutDefaults(property)];
      return [name, withoutAbsentParts(property, data[name])];
    },
  );
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** Entries of a list share one schema: a part is left out where no entry of its kind has it. */
function withoutPartsAbsentInAll(items: RJSFSchema, list: readonly Record<string, unknown>[]): RJSFSchema {
  const together = (entries: typeof list): unknown => Object.assign({}, ...entries) as unknown;
  if (!items.oneOf) return withoutAbsentParts(items, together(list));
  const oneOf = (items.oneOf as RJSFSchema[]).map((choice) =>
    withoutAbsentParts(choice, together(list.filter((entry) => choiceFor(entry, items) === choice))),
  );
  return { ...items, oneOf };
}

/** The data after a change: a part that was just added begins with its defaults. */
export function withNewParts(schema: RJSFSchema, before: unknown, after: unknown): unknown {
  const now = withoutAbsentParts(schema, after);
  if (JSON.stringify(now) === JSON.stringify(withoutAbsentParts(schema, before))) return after;
  return getDefaultFormState(FORM_VALIDATOR, now, withChoices(schema, after), now, false, {
    mergeDefaultsIntoFormData: 'useDefaultIfFormDataUndefined',
  });
}

/** A part that was just added and can be of several kinds is of the first, as the form shows it. */
function withChoices(schema: RJSFSchema, value: unknown): unknown {
  const { items } = schema;
  if (Array.isArray(value)) return isRecord(items) ? value.map((one) => withChoices(items, one)) : value;
  if (!isRecord(value)) return value;
  const [first] = (schema.oneOf ?? []) as RJSFSchema[];
  const chosen = choiceFor(value, schema) ?? first ?? schema;
  const properties = Object.entries((chosen.properties ?? {}) as Record<string, RJSFSchema>);
  const filled = properties
    .map(([name, property]) => [name, property.const ?? withChoices(property, value[name])])
    .filter(([, inner]) => inner !== undefined);
  return { ...value, ...(Object.fromEntries(filled) as object) };
}

/** A fixed value is a default as well. */
function withoutDefaults(schema: RJSFSchema): RJSFSchema {
  const { default: _, const: fixed, ...rest } = schema;
  if (fixed !== undefined) return { ...rest, type: rest.type ?? 'string' };
  if (rest.oneOf) return { ...rest, oneOf: (rest.oneOf as RJSFSchema[]).map(withoutDefaults) };
  if (!rest.properties) return rest;
  const properties = Object.entries(rest.properties as Record<string, RJSFSchema>).map(
    ([name, property]): [string, RJSFSchema] => [name, withoutDefaults(property)],
  );
  return { ...rest, properties: Object.fromEntries(properties) };
}
