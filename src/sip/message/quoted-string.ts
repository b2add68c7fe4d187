/** The text as a quoted-string of RFC 3261 section 25.1, with `"` and `\` escaped. */
export function quote(text: string): string {
  if (!text.includes('"') && !text.includes('\\')) return `"${text}"`;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** What a quoted-string means; text that does not begin with a quote is given back as it is. */
export function unquote(raw: string): string {
  if (raw.charCodeAt(0) !== 0x22) return raw;
  const inner = raw.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\([^])/g, '$1') : inner;
}

/** The index behind the quoted-string that begins at `start`, or -1 where its closing quote is missing. */
export function endOfQuoted(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) return index + 1;
    if (code === 0x5c) index += 1;
  }
  return -1;
}
