import { mergeObjects, type RJSFSchema, type UiSchema } from '@rjsf/utils';
import { TEXTS } from '../texts.js';

/** Written, never read: the device keeps what it has where the field stays empty. */
const SECRET = /password|secret|passphrase|token/i;
/** Texts of more than one line. */
const LONG = /body|payload|description|certificate|privateKey|template|text/i;
const LONG_ENOUGH = 200;

/** How each field is entered, by its name and its schema. */
export function fieldHints(schema: RJSFSchema): UiSchema {
  const hints: UiSchema = {};
  for (const choice of [schema, ...((schema.oneOf ?? schema.anyOf ?? []) as RJSFSchema[])]) {
    const required = new Set(choice.required);
    for (const [name, property] of Object.entries((choice.properties ?? {}) as Record<string, RJSFSchema>)) {
      const isOptional = !required.has(name) && property.default === undefined;
      // Choices have fields of the same name with other fields within.
      hints[name] = mergeObjects((hints[name] ?? {}) as UiSchema, {
        ...hintOf(name, property),
        ...(isOptional && isPart(property) && OPTIONAL_PART),
        ...fieldHints(property),
      }) as UiSchema;
    }
  }
  const { items } = schema;
  if (typeof items === 'object' && !Array.isArray(items)) {
    const isPlain = items.type !== 'object' && !items.oneOf;
    hints.items = { ...(isPlain && { 'ui:label': false }), ...fieldHints(items) };
  }
  return hints;
}

/** Whether a field has fields of its own, whichever of several kinds it is. */
export function isPart({ type, oneOf }: RJSFSchema): boolean {
  return type === 'object' || (oneOf as RJSFSchema[] | undefined)?.some(isPart) === true;
}

/** A part that need not be there: it is added and removed as a whole. */
const OPTIONAL_PART: UiSchema = { 'ui:enableOptionalDataFieldForType': ['object'] };

function hintOf(name: string, property: RJSFSchema): UiSchema {
  // A field with one possible value says which choice it is, and the choice is shown above.
  if (property.const !== undefined) return { 'ui:widget': 'hidden' };
  const isText = [property.type].flat().includes('string') && !property.enum;
  if (!isText) return {};
  if (SECRET.test(name)) {
    return {
      'ui:widget': 'password',
      'ui:autocomplete': 'new-password',
      'ui:placeholder': TEXTS.forms.secret,
    };
  }
  return LONG.test(name) && (property.maxLength ?? 0) > LONG_ENOUGH ? { 'ui:widget': 'textarea' } : {};
}
