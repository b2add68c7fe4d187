// `npm run bench`: prepares the peers, builds, and measures. `node test/bench/run.mjs` is the same.
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { prepareAsterisks } from '../prepare/asterisk.mjs';
import { prepareTools, TOOLS } from '../prepare/tools.mjs';

const PROJECT = join(import.meta.dirname, '../..');
const say = (line) => console.log(`> ${line}`);

prepareTools(
  say,
  TOOLS.filter(({ program }) => ['sipp', 'kamailio', 'aplay', 'baresip'].includes(program)),
);
const [asterisk] = prepareAsterisks(say);

say('building');
run(join(PROJECT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.bench.json');
// The version that the product tells its peers stands there.
cpSync(join(PROJECT, 'package.json'), join(PROJECT, 'dist-test/package.json'));
run('dist-test/test/bench/run.js');

function run(...args) {
  const env = { ...process.env, NODE_ENV: 'production', SIPSIREN_TEST_ASTERISK: JSON.stringify(asterisk) };
  const { status } = spawnSync(process.execPath, args, { cwd: PROJECT, stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}
