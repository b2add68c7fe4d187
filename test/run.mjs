// `npm test`: builds the product, prepares what the suites need, runs every suite, and says how many tests
// passed, failed and were skipped. `node test/run.mjs unit scenarios` runs some; further arguments after `--`
// go to jest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { interopDocument, structureOf } from './interop-table.mjs';
import { prepareAsterisks } from './prepare/asterisk.mjs';
import { prepareTools, TOOLS } from './prepare/tools.mjs';

const PROJECT = join(import.meta.dirname, '..');

/** Every suite, and what must be there before it runs. */
const SUITES = {
  unit: ['tools'],
  scenarios: ['build', 'tools'],
  torture: ['build', 'tools'],
  interop: ['build', 'tools'],
  nat: ['build', 'tools'],
  asterisk: ['build', 'tools', 'asterisk'],
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
  tools: () =>
    prepareTools(
      say,
      TOOLS.filter((tool) => tool.suites.some((name) => suites.includes(name))),
    ),
  asterisk: () => {
    process.env.SIPSIREN_TEST_ASTERISK = JSON.stringify(prepareAsterisks(say));
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
rmSync(join(results, 'interop'), { recursive: true, force: true });

/** Floods take all the machine has, and ask for silence in return: their suite runs when the others are done. */
const rounds = [suites.filter((name) => name !== 'torture'), suites.filter((name) => name === 'torture')];
const totals = { passed: 0, failed: 0, skipped: 0 };
const reports = [];
for (const round of rounds.filter((names) => names.length > 0)) {
  const report = join(results, `${round.join('-')}.json`);
  rmSync(report, { force: true });
  const status = runJest(round, report);
  addTotals(round, status, report);
}
if (['interop', 'asterisk'].every((name) => suites.includes(name)) && jestArguments.length === 0) {
  compareInteropTable();
}
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;
console.log(`tests: ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);

function runJest(round, report) {
  const jest = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(PROJECT, 'node_modules/jest/bin/jest.js'),
      `--maxWorkers=${workersFor(round)}`,
      '--selectProjects',
      ...round,
      '--json',
      `--outputFile=${report}`,
      ...(jestArguments.length > 0 ? ['--passWithNoTests', ...jestArguments] : []),
    ],
    { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_ENV: 'test' } },
  );
  return jest.status;
}

/** Tests with foreign programs mostly wait for them, so two share even one core; a flood is alone. */
function workersFor(round) {
  return round.includes('torture') ? 1 : Math.max(2, availableParallelism() - 1);
}

/** Adds the counts of a round. A file that could not be loaded, and a suite that ran nothing, count as failed. */
function addTotals(round, status, report) {
  const json = readReport(report);
  reports.push(json);
  const failed = json.numFailedTests + json.numRuntimeErrorTestSuites;
  totals.passed += json.numPassedTests;
  totals.skipped += json.numPendingTests + json.numTodoTests;
  totals.failed += failed;
  const silent = jestArguments.length > 0 ? [] : round.filter((name) => !hasRun(name, json));
  for (const name of silent) console.error(`The suite ${name} ran no test.`);
  totals.failed += silent.length;
  if (status !== 0 && failed + silent.length === 0) {
    console.error(`jest ended with ${status} for ${round.join(', ')}.`);
    totals.failed += 1;
  }
}

/** What the tests found out about foreign peers must be what docs/interop.md says; versions may be newer. */
function compareInteropTable() {
  const made = join(results, 'interop.md');
  const committed = join(PROJECT, 'docs/interop.md');
  const found = interopDocument(reports);
  writeFileSync(made, found);
  if (JSON.parse(process.env.SIPSIREN_TEST_ASTERISK).length < 2) {
    say('docs/interop.md was not compared with what the tests found: it has two generations of Asterisk');
    return;
  }
  const said = existsSync(committed) ? readFileSync(committed, 'utf8') : '';
  const [before, now] = [structureOf(said), structureOf(found)];
  const lost = before.filter((line) => !now.includes(line));
  const gained = now.filter((line) => !before.includes(line));
  if (lost.length + gained.length === 0) return;
  console.error('docs/interop.md says something else than the tests found:');
  for (const line of lost) console.error(`  - ${line}`);
  for (const line of gained) console.error(`  + ${line}`);
  console.error(`If that is right: cp ${made} docs/interop.md`);
  totals.failed += 1;
}

function hasRun(suite, json) {
  const folder = join(PROJECT, suite === 'unit' ? 'src' : `test/${suite}`);
  return json.testResults.some(
    (file) => file.name.startsWith(`${folder}/`) && file.assertionResults.length > 0,
  );
}

function readReport(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return {
      numPassedTests: 0,
      numFailedTests: 0,
      numRuntimeErrorTestSuites: 1,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
    };
  }
}

function runOrExit(command, args) {
  const result = spawnSync(command, args, { cwd: PROJECT, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
