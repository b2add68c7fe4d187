import { expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One thing that a test tries with a foreign peer. */
interface InteropFact {
  /** `Asterisk`, `Kamailio`, `baresip`, `sipp`, `SIP.js`. */
  readonly peer: string;
  /** `22.10.1`; see `programVersion`. */
  readonly version: string;
  /** For a PBX admin: `Keys by SIP INFO`. The same words for the same thing with another peer. */
  readonly feature: string;
}

const FOLDER = join(process.cwd(), 'test-results/interop');
const versions = new Map<string, string>();

/**
 * Says, inside a test, what of the table in docs/interop.md this test proves. Whether it does is taken from the
 * outcome of the test (test/interop-table.mjs), so nothing stands there that no test has shown.
 */
export function recordInterop(fact: InteropFact): void {
  const { currentTestName: test, testPath } = expect.getState();
  const file = relative(process.cwd(), testPath ?? '');
  mkdirSync(FOLDER, { recursive: true });
  appendFileSync(join(FOLDER, `${process.pid}.jsonl`), `${JSON.stringify({ ...fact, test, file })}\n`);
}

/** The version that a program tells when it is called with `-v`. */
export function programVersion(program: string): string {
  let known = versions.get(program);
  if (known === undefined) {
    const { stdout, stderr } = spawnSync(program, ['-v'], { encoding: 'utf8', timeout: 10_000 });
    known = /\d+\.\d+(?:\.\d+)*/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown';
    versions.set(program, known);
  }
  return known;
}
