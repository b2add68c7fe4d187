const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** A text for an element or a quoted attribute of XML; what XML cannot hold is left out. */
export function xmlText(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '').replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
