// Makes the table of docs/interop.md from what the tests recorded (test/support/interop-record.ts) and from how
// each of these tests ended.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const PROJECT = join(import.meta.dirname, '..');
const RECORDS = join(PROJECT, 'test-results/interop');

const HEAD = `# What has been tried with whom

Every line is the outcome of a test that ran against the real program, on this project's machines: the tests write
this table, and \`npm test\` fails when it says something else than they found. "works" means that everything the
test asks for was seen on both sides: signalling, events, and where there is sound, the sound. An empty cell has not
been tried. What a PBX needs to be told is in [sip-config](../sip-config/README.md).
`;

/** Every recorded fact with the outcome of its test. A test that recorded something and is in no report has failed. */
function facts(reports) {
  const outcomes = new Map();
  for (const report of reports) {
    for (const file of report.testResults) {
      for (const test of file.assertionResults) {
        outcomes.set(keyOf(relative(PROJECT, file.name), test.fullName), test.status);
      }
    }
  }
  if (!existsSync(RECORDS)) return [];
  return readdirSync(RECORDS)
    .sort()
    .flatMap((name) => readFileSync(join(RECORDS, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
    .map((fact) => ({ ...fact, works: outcomes.get(keyOf(fact.file, fact.test)) === 'passed' }));
}

function keyOf(file, test) {
  return `${file}\n${test}`;
}

/** The document: one table for each peer, one column for each of its versions, the newest first. */
export function interopDocument(reports) {
  const sections = [...groupBy(facts(reports), (fact) => fact.peer)]
    .sort(([one], [other]) => one.localeCompare(other, 'en'))
    .map(([peer, found]) => sectionOf(peer, found));
  return [HEAD, ...sections].join('\n');
}

function groupBy(list, keyOfOne) {
  const groups = new Map();
  for (const one of list) groups.set(keyOfOne(one), [...(groups.get(keyOfOne(one)) ?? []), one]);
  return groups;
}

function sectionOf(peer, found) {
  const versions = [...new Set(found.map((fact) => fact.version))].sort((one, other) =>
    other.localeCompare(one, 'en', { numeric: true }),
  );
  const features = [...groupBy(found, (fact) => fact.feature)].sort(([one], [other]) =>
    one.localeCompare(other, 'en', { numeric: true }),
  );
  const rows = [
    ['', ...versions.map((version) => `${peer} ${version}`)],
    ...features.map(([feature, of]) => [feature, ...versions.map((version) => cellOf(of, version))]),
  ];
  return `## ${peer}\n\n${tableOf(rows)}\n`;
}

function cellOf(found, version) {
  const tried = found.filter((fact) => fact.version === version);
  if (tried.length === 0) return '';
  return tried.every((fact) => fact.works) ? 'works' : 'fails';
}

/** Aligned as prettier would align it. */
function tableOf(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const lineOf = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = rows;
  return [lineOf(head), lineOf(widths.map((width) => '-'.repeat(width))), ...body.map(lineOf)].join('\n');
}

/** What a document says, without the versions that happened to be there: peers, features, results. */
export function structureOf(document) {
  return document
    .split('\n')
    .filter((line) => /^## |^\| [^ -]/.test(line))
    .map((line) => line.replaceAll(/ {2,}/g, ' '));
}
