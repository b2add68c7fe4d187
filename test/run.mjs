// `npm test`: builds the product, prepares what the suites need, runs every suite, and says how many tests
// passed, failed and were skipped. `node test/run.mjs unit scenarios` runs some; further arguments after `--`
// go to jest.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareAsterisk } from './prepare/asterisk.mjs';
import { prepareTools } from './prepare/tools.mjs';

const PROJECT = join(import.meta.dirname, '..');

/** Every suite, and what must be there before it runs. */
const SUITES = {
  unit: [],
  scenarios: ['build'],
  torture: ['build'],
  interop: ['build', 'tools'],
  asterisk: ['build', 'asterisk'],
  browser: ['build', 'tools'],
};

const say = (line) => console.log(`> ${line}`);

const split = process.argv.indexOf('--');
const asked = process.argv.slice(2, split === -1 ? undefined : split);
const jestArguments = split === -1 ? [] : process.argv.slice(split + 1);
const unknown = asked.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}; the suites are ${Object.keys(SUITES).join(', ')}.`);
  process.exit(2);
}
const suites = asked.length > 0 ? asked : Object.keys(SUITES);

const PREPARATIONS = {
  build: () => {
    say('building');
    runOrExit('npm', ['run', '--silent', 'build']);
  },
  tools: () => prepareTools(say),
  asterisk: () => {
    const asterisk = prepareAsterisk(say);
    process.env.SIPSIREN_TEST_ASTERISK = JSON.stringify(asterisk);
  },
};

for (const need of new Set(suites.flatMap((name) => SUITES[name]))) {
  try {
    PREPARATIONS[need]();
  } catch (error) {
    console.error(`\nThe tests cannot run: ${error.message}`);
    process.exit(1);
  }
}

const results = join(PROJECT, 'test-results');
mkdirSync(results, { recursive: true });
const report = join(results, 'jest.json');
rmSync(report, { force: true });
const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(PROJECT, 'node_modules/jest/bin/jest.js'),
    '--selectProjects',
    ...suites,
    '--json',
    `--outputFile=${report}`,
    ...jestArguments,
  ],
  { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_ENV: 'test' } },
);

const totals = readTotals();
process.exitCode = jest.status === 0 && totals.failed === 0 && totals.passed > 0 ? 0 : 1;
console.log(`tests: ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);

/** The counts of all suites. A file that could not even be loaded counts as one failed test. */
function readTotals() {
  try {
    const json = JSON.parse(readFileSync(report, 'utf8'));
    return {
      passed: json.numPassedTests,
      failed: json.numFailedTests + json.numRuntimeErrorTestSuites,
      skipped: json.numPendingTests + json.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function runOrExit(command, args) {
  const result = spawnSync(command, args, { cwd: PROJECT, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
