/** `{{name}}`, with or without spaces; whatever stands between such braces is meant as a name. */
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** No template makes a text longer than this, in UTF-16 code units; what would go beyond is left out. */
const LONGEST_FILLED = 65_536;

/** The names in a template that mean nothing. */
export function unknownPlaceholders(template: string, known: readonly string[]): string[] {
  return [...template.matchAll(PLACEHOLDER)]
    .map(([, name = '']) => name.trim())
    .filter((name) => !known.includes(name));
}

/** How a list of names reads in a message: `{{caller}}, {{time}}`. */
export function placeholderList(names: readonly string[]): string {
  return names.map((name) => `{{${name}}}`).join(', ');
}

/** Puts values in, each escaped for where it goes. What no value is known for becomes nothing. */
export function fillTemplate(
  template: string,
  valueOf: (name: string) => string,
  escape: (value: string) => string,
): string {
  let length = template.length;
  return template.replace(PLACEHOLDER, (whole, name: string) => {
    const value = escape(valueOf(name.trim()));
    length += value.length - whole.length;
    return length > LONGEST_FILLED ? '' : value;
  });
}
