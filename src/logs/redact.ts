const HIDDEN = '[hidden]';
/** Nobody logs deeper; it keeps a cycle from going round for ever. */
const DEEPEST = 6;

/** Fields whose whole value is a secret, in any spelling: `password`, `authPassword`, `proxy-authorization`. */
const SECRET_FIELD =
  /passw(?:or)?d|passphrase|secret|authorization$|^authenticate$|^(?:c?nonce|ha1|token|cookie)$/i;

/** Parts of a SIP or HTTP message that prove who somebody is (RFC 7616), wherever in a text they stand. */
const SECRET_HEADER = /^((?:proxy-)?authorization|cookie)([ \t]*:[ \t]*).*$/gim;
const SECRET_PARAMETER = /\b(response|nonce|cnonce|password)(\s*=\s*)("[^"]*"|[^\s,;"]+)/gi;
/** The password of `sip:user:password@host` (RFC 3261 section 19.1.1). */
const SECRET_USER_INFO = /\b((?:sips?|https?):[^\s:@/<>"]+):[^\s@/<>"]+@/gi;
/** The keys of encrypted audio in a session description (RFC 4568). */
const SECRET_MEDIA_KEY = /\b(inline:)[A-Za-z0-9+/]{16,}={0,2}/gi;

/** The same data without secrets. Plain data comes back; an error becomes its message and stack. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '[deeper]';
  if (value instanceof Error) return redactText(value.stack ?? value.message);
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.map((entry) => redact(entry, depth + 1));
  const entries = Object.entries(value).map(([key, entry]) => [
    key,
    SECRET_FIELD.test(key) && hides(entry) ? HIDDEN : redact(entry, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** That there is no password may be said. */
function hides(value: unknown): boolean {
  return value !== undefined && value !== '' && typeof value !== 'boolean';
}

/** The text without the secrets that stand in it. */
export function redactText(text: string): string {
  if (!text.includes('=') && !text.includes(':')) return text;
  return text
    .replace(SECRET_HEADER, `$1$2${HIDDEN}`)
    .replace(SECRET_PARAMETER, `$1$2${HIDDEN}`)
    .replace(SECRET_USER_INFO, `$1:${HIDDEN}@`)
    .replace(SECRET_MEDIA_KEY, `$1${HIDDEN}`);
}
