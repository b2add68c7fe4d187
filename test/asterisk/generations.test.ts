import { expect, it } from '@jest/globals';
import { majorOf, unpackedAsterisks } from '../support/asterisk/unpacked-asterisk.js';

it('The suite has an old Asterisk and a new one to test against; what it lacks, its first lines say', () => {
  const majors = unpackedAsterisks().map(majorOf);
  expect(majors).toContain(16);
  expect(majors.some((major) => major >= 18)).toBe(true);
});
