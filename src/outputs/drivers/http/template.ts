import { fillTemplate } from '../../../base/template.js';
import { escapeFor, type TemplatePlace } from '../../../base/template-escape.js';
import { LAMP_WORDS } from '../../lamp-state.js';

/** What a template may name, with a value for each. */
export type TemplateValues = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>;

export const PLACEHOLDERS = [...LAMP_WORDS, 'secret'] as const;

/** Puts values in, each escaped for where it goes. */
export function fill(text: string, values: TemplateValues, place: TemplatePlace): string {
  const known = new Map<string, string>(Object.entries(values));
  return fillTemplate(text, (name) => known.get(name) ?? '', escapeFor(place));
}
