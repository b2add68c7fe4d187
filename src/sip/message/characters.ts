/** Classes of characters of RFC 3261 section 25.1, as bits of one table so that a scan looks each character up once. */
export const TOKEN = 1;
/** What may stand unquoted as the value of a header parameter: any visible character that ends nothing. */
export const PARAMETER_VALUE = 2;
/** `user` of a SIP URI, without escapes; `#` is let in because dialling phones send it. */
export const USER = 4;
/** `password` of a SIP URI, without escapes. */
export const PASSWORD = 8;
/** Names and IPv4 addresses; `_` is let in because container networks name hosts so. */
export const HOST = 16;
/** `paramchar` and `hname`, without escapes. */
export const URI_PARAMETER = 32;
/** What an unquoted display name may hold: wider than tokens, still nothing that ends it. */
export const DISPLAY_NAME = 64;
/** Visible characters: no space, no control. */
export const VISIBLE = 128;

const ALPHANUMERIC = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const UNRESERVED = `${ALPHANUMERIC}-_.!~*'()`;

const table = new Uint8Array(128);

function mark(characters: string, bit: number): void {
  for (let index = 0; index < characters.length; index += 1) {
    const code = characters.charCodeAt(index);
    table[code] = (table[code] ?? 0) | bit;
  }
}

const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)).join('');
const without = (excluded: string): string =>
  Array.from(visible)
    .filter((one) => !excluded.includes(one))
    .join('');

mark(`${ALPHANUMERIC}-.!%*_+\`'~`, TOKEN);
mark(without(';,"<>?\\'), PARAMETER_VALUE);
mark(`${UNRESERVED}&=+$,;?/#`, USER);
mark(`${UNRESERVED}&=+$,`, PASSWORD);
mark(`${ALPHANUMERIC}-._`, HOST);
mark(`${UNRESERVED}[]/:&+$`, URI_PARAMETER);
mark(without('"<>,;\\'), DISPLAY_NAME);
mark(visible, VISIBLE);

/** Whether the character is of one of the classes given as bits. Nothing beyond ASCII is. */
export function isOf(code: number, classes: number): boolean {
  return code < 128 && ((table[code] ?? 0) & classes) !== 0;
}

/** The first index from `start` on, and at most `end`, whose character is of none of the classes. */
export function spanOf(text: string, start: number, end: number, classes: number): number {
  let index = start;
  while (index < end && isOf(text.charCodeAt(index), classes)) index += 1;
  return index;
}

/** Whether the character is a decimal digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether the character is a hexadecimal digit. */
export function isHexDigit(code: number): boolean {
  const lower = code | 0x20;
  return isDigit(code) || (lower >= 0x61 && lower <= 0x66);
}

/** Whether the character is white space within a line (the WSP of RFC 2234). */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
