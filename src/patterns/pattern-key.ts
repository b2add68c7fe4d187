/**
 * What two spellings of the same pattern name have in common. Clients in the field write `Alarm Horror` for
 * `Alarm: Horror` and `white +steady color` for `white + steady color`, so case, colons and spaces do not count.
 */
export function patternKey(name: string): string {
  return name.toLowerCase().replace(/[\s:]/g, '');
}
