import { LONGEST_SPOKEN_TEXT } from './spoken-text-schema.js';

/** A text of unknown origin as one line that can be spoken: no control characters, cut between two characters. */
export function spokenWords(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.slice(0, LONGEST_SPOKEN_TEXT).replace(/[\ud800-\udbff]$/, '');
}
