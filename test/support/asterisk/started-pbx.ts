import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { TestPbx } from './test-pbx.js';
import type { UnpackedAsterisk } from './unpacked-asterisk.js';

/** Starts an Asterisk for the tests of a block. What a test leaves behind, calls and sirens, ends with it. */
export function startedPbx(source: UnpackedAsterisk): () => TestPbx {
  let pbx: TestPbx | undefined;

  beforeAll(async () => {
    pbx = await TestPbx.start(source);
  }, 30_000);

  afterEach(async () => {
    await pbx?.endTest();
  });

  afterAll(async () => {
    await pbx?.close();
  });

  return () => {
    if (pbx === undefined) throw new Error('The Asterisk is there from the first test on, not before.');
    return pbx;
  };
}
