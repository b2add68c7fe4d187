// `npm run patterns:sheet`: draws every sound and light pattern into docs/patterns/, for people to look at.
// `node test/sheet/run.mjs sounds` draws one of the two.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { prepareTools, TOOLS } from '../prepare/tools.mjs';

const PROJECT = join(import.meta.dirname, '../..');
const DRAWINGS = join(PROJECT, 'docs/patterns');
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const SHEETS = ['sounds', 'lights'];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !SHEETS.includes(name));
if (unknown.length > 0) {
  console.error(`There is no sheet ${unknown.join(', ')}; the sheets are ${SHEETS.join(', ')}.`);
  process.exit(2);
}

prepareTools(
  (line) => console.log(`> ${line}`),
  TOOLS.filter(({ program }) => ['sox', 'chromium'].includes(program)),
);
build();
mkdirSync(DRAWINGS, { recursive: true });
const browser = await chromium.launch({
  executablePath: browserPath(),
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const name of asked.length > 0 ? asked : SHEETS) await draw(name);
} finally {
  await browser.close();
}

/** The patterns as they are in the sources now, whatever the rest of the house is at. */
function build() {
  const tsc = join(PROJECT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'test/sheet'], {
    cwd: PROJECT,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Photographs the page of a sheet, whole. */
async function draw(name) {
  const { [`${name}Page`]: html } = await import(`./${name}.mjs`);
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  await page.setContent(await html(), { waitUntil: 'load' });
  const path = join(DRAWINGS, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  await page.close();
  console.log(`> docs/patterns/${name}.png`);
}

function browserPath() {
  const folders = (process.env.PATH ?? '').split(':');
  const found = BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  if (found === undefined) throw new Error(`none of ${BROWSERS.join(', ')} is installed`);
  return found;
}
