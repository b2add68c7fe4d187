import { isHexDigit, isOf } from './characters.js';

const PERCENT = 0x25;

/** Whether every character between the indices is of a class or begins an escape `%` HEXDIG HEXDIG. */
export function isEscaped(text: string, start: number, end: number, classes: number): boolean {
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (isOf(code, classes)) continue;
    if (!beginsEscape(text, index) || index + 2 >= end) return false;
    index += 2;
  }
  return true;
}

/** The text with every character that is not of a class escaped as UTF-8; escapes that stand in it are kept. */
export function escapeTo(text: string, classes: number): string {
  if (isEscaped(text, 0, text.length, classes)) return text;
  let escaped = '';
  for (const [index, character] of charactersOf(text)) {
    const code = character.charCodeAt(0);
    escaped += isOf(code, classes) || beginsEscape(text, index) ? character : escapeBytes(character);
  }
  return escaped;
}

/** The text with its escapes taken off. Octets that are no UTF-8 stay escaped. */
export function unescape(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8 (or a lone "%"): what cannot be a character stays as it was written.
    return text.replace(/%[0-7][0-9a-f]/gi, (escape) => String.fromCharCode(parseInt(escape.slice(1), 16)));
  }
}

function beginsEscape(text: string, index: number): boolean {
  return (
    text.charCodeAt(index) === PERCENT &&
    isHexDigit(text.charCodeAt(index + 1)) &&
    isHexDigit(text.charCodeAt(index + 2))
  );
}

function escapeBytes(character: string): string {
  let escaped = '';
  for (const byte of Buffer.from(character, 'utf8')) {
    escaped += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

function* charactersOf(text: string): IterableIterator<readonly [index: number, character: string]> {
  let index = 0;
  for (const character of text) {
    yield [index, character];
    index += character.length;
  }
}
