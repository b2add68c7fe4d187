/** An Asterisk that test/prepare has unpacked. */
export interface UnpackedAsterisk {
  readonly root: string;
  readonly triplet: string;
  /** As Debian writes it: `1:22.10.1+dfsg-1`. */
  readonly version: string;
}

/** The Asterisks that test/run.mjs has prepared, newest first; they come in by the environment. */
export function unpackedAsterisks(): readonly UnpackedAsterisk[] {
  const text = process.env['SIPSIREN_TEST_ASTERISK'];
  if (!text) {
    throw new Error(
      'No Asterisk is prepared: run these tests by `npm test`, or `node test/run.mjs asterisk`.',
    );
  }
  const found = JSON.parse(text) as UnpackedAsterisk | readonly UnpackedAsterisk[];
  return 'root' in found ? [found] : found;
}

/** 22 for `1:22.10.1+dfsg-1`. */
export function majorOf(asterisk: UnpackedAsterisk): number {
  return Number.parseInt(asterisk.version.replace(/^\d+:/, ''), 10);
}

/** The prepared Asterisks as rows for `describe.each`: name and source. */
export function everyAsterisk(): [string, UnpackedAsterisk][] {
  return unpackedAsterisks().map((source) => [`Asterisk ${majorOf(source)}`, source]);
}
