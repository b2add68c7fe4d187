const PREFIX = /^\s*own[\s:]*/i;

/** The name of the own sound that a pattern means, `Own: Fire bell`; none where it means one of the manual's. */
export function ownSoundName(pattern: string): string | undefined {
  const name = pattern.replace(PREFIX, '').trim();
  return PREFIX.test(pattern) && name !== '' ? name : undefined;
}

/** The pattern by which a profile refers to an own sound. */
export function ownSoundPattern(name: string): string {
  return `Own: ${name}`;
}
