/**
 * The same text with characters of its own. V8 keeps a string that was put together or cut out as references
 * to its sources; a key that outlives its message would keep the whole message in memory.
 */
export function ownCopy(text: string): string {
  // Reading it as a number makes the engine write the characters out in one piece.
  Number(text);
  return text;
}
