import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { majorOf, unpackedAsterisks } from '../support/asterisk/unpacked-asterisk.js';

/** Only Debian's mirrors carry both generations; others have the one of their release, and the run says so. */
function isDebian(): boolean {
  return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

it('The suite has an old Asterisk and a new one to test against; what it lacks, its first lines say', () => {
  const majors = unpackedAsterisks().map(majorOf);
  expect(majors.some((major) => major >= 16)).toBe(true);
  if (isDebian()) {
    expect(majors).toContain(16);
    expect(majors.some((major) => major >= 18)).toBe(true);
  }
});
