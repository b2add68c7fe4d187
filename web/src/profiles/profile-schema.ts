import type { RJSFSchema } from '@rjsf/utils';
import type { Patterns } from '../../../src/control/page-data.js';

type Light = { readonly pattern?: string; readonly speed?: number; readonly colors?: readonly string[] };
/** A profile as far as it is entered. */
export type ProfileDraft = { readonly name?: string; readonly light?: Light };

type Properties = Readonly<Record<string, RJSFSchema>>;

/** The schema of a profile with the patterns to choose from, and of the chosen one its speeds and colours. */
export function profileSchema(schema: RJSFSchema, patterns: Patterns, draft: ProfileDraft): RJSFSchema {
  const { light, siren } = schema.properties as Properties;
  return {
    ...schema,
    properties: {
      ...schema.properties,
      ...(light && { light: withFields(light, lightFields(patterns, draft.light)) }),
      ...(siren && {
        siren: withFields(siren, { pattern: { enum: patterns.siren.map(({ name }) => name) } }),
      }),
    },
  };
}

function lightFields(patterns: Patterns, light: Light | undefined): Properties {
  const pattern = { enum: patterns.light.map(({ name }) => name) };
  const chosen = patterns.light.find(({ name }) => name === light?.pattern);
  if (!chosen) return { pattern };
  const { speeds, colors } = chosen;
  return {
    pattern,
    speed: { enum: [...speeds] },
    colors: {
      items: { type: 'string', enum: [...colors.allowed] },
      minItems: colors.min,
      maxItems: colors.max,
    },
  };
}

function withFields(schema: RJSFSchema, fields: Properties): RJSFSchema {
  const properties = schema.properties as Properties;
  const merged = Object.entries(fields).map(([name, field]) => [name, { ...properties[name], ...field }]);
  return { ...schema, properties: { ...properties, ...(Object.fromEntries(merged) as Properties) } };
}

/** The draft after a change: with another pattern come its own speed and colours. */
export function settledDraft(before: ProfileDraft, after: ProfileDraft, patterns: Patterns): ProfileDraft {
  const { light } = after;
  if (!light || light.pattern === before.light?.pattern) return after;
  const chosen = patterns.light.find(({ name }) => name === light.pattern);
  if (!chosen) return after;
  return {
    ...after,
    light: { ...light, speed: chosen.defaultSpeed, colors: [...chosen.colors.default] },
  };
}
