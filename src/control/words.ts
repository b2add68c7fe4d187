/** A name as it stands in a message for a person. */
export function quoted(name: string): string {
  return `"${name}"`;
}
