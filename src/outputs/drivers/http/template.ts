/** What a template may name, with a value for each. */
export type TemplateValues = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>;

export const PLACEHOLDERS = [
  'state',
  'profile',
  'color',
  'red',
  'green',
  'blue',
  'brightness',
  'sound',
  'secret',
] as const;

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;

/** The names in a template that mean nothing. */
export function unknownPlaceholders(text: string): string[] {
  const known: ReadonlySet<string> = new Set(PLACEHOLDERS);
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name).filter((name) => !known.has(name));
}

/** Puts values in, each escaped for where it goes. */
export function fill(text: string, values: TemplateValues, escape: (value: string) => string): string {
  return text.replace(PLACEHOLDER, (whole, name: string) =>
    name in values ? escape(values[name as keyof TemplateValues]) : whole,
  );
}

/** How a value is escaped in a body of a type: in JSON inside its quotes, in forms and XML as each has it. */
export function escapeFor(contentType: string): (value: string) => string {
  if (/json/i.test(contentType)) return (value) => JSON.stringify(value).slice(1, -1);
  if (/x-www-form-urlencoded/i.test(contentType)) return encodeURIComponent;
  if (/xml|html/i.test(contentType)) {
    return (value) => value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  }
  return (value) => value;
}

/** A header takes printable ASCII only. */
export function escapeHeader(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '?');
}
