import { type Schema, Validator } from '@cfworker/json-schema';
import { type RJSFSchema, toErrorSchema, type ValidatorType } from '@rjsf/utils';

/**
 * Tells which choice of a form some data belongs to. It interprets the schema instead of compiling it, because the
 * content security policy of the page allows no code made of text. What is wrong with the data is not its business:
 * the device judges, with the same schema, and its words are shown at the fields.
 */
export const FORM_VALIDATOR: ValidatorType = {
  validateFormData: () => ({ errors: [], errorSchema: toErrorSchema([]) }),
  isValid: (schema, data, root) =>
    new Validator(withDefinitions(schema, root), '2020-12').validate(plain(data)).valid,
  rawValidation: () => ({ errors: [] }),
};

/** As it would be sent: the form keeps fields without a value, which JSON does not have. */
function plain(data: unknown): unknown {
  return data === undefined ? null : (JSON.parse(JSON.stringify(data)) as unknown);
}

function withDefinitions(schema: RJSFSchema, root: RJSFSchema): Schema {
  const { definitions, $defs } = root;
  return { ...(definitions && { definitions }), ...($defs && { $defs }), ...schema } as Schema;
}
