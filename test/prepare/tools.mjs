// The foreign programs that the tests call, and the Debian packages that bring them.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Program, package, and what the tests use it for. */
export const TOOLS = [
  { program: 'sipp', package: 'sip-tester', purpose: 'direct callers and load' },
  { program: 'baresip', package: 'baresip-core', purpose: 'a foreign SIP phone' },
  {
    program: 'chromium',
    package: 'chromium',
    purpose: 'the page',
    alternatives: ['chromium-browser', 'google-chrome'],
  },
];

function findProgram(name) {
  const found = (process.env.PATH ?? '').split(':').map((folder) => `${folder}/${name}`);
  return found.find((path) => existsSync(path));
}

function isMissing(tool) {
  return [tool.program, ...(tool.alternatives ?? [])].every((name) => !findProgram(name));
}

/** What must be called in front of apt-get to be allowed to install; undefined where nothing helps. */
function privilege() {
  if (process.getuid?.() === 0) return [];
  if (findProgram('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0) return ['sudo', '-n'];
  return undefined;
}

/** Installs what is missing of the packages, or throws an error that says what to type. */
export function prepareTools(say, tools = TOOLS) {
  const missing = tools.filter(isMissing);
  if (missing.length === 0) return;
  const packages = missing.map((tool) => tool.package);
  const sudo = privilege();
  if (!sudo || !findProgram('apt-get')) {
    const list = missing.map((tool) => `  ${tool.program} (${tool.purpose})`).join('\n');
    throw new Error(
      `These programs are missing:\n${list}\nInstall them with: sudo apt-get install ${packages.join(' ')}`,
    );
  }
  say(`installing ${packages.join(', ')} with apt-get`);
  const apt = (...args) => {
    const [command, ...rest] = [
      ...sudo,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-q',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...args,
    ];
    execFileSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...packages);
  const still = missing.filter(isMissing).map((tool) => tool.program);
  if (still.length > 0)
    throw new Error(`installed ${packages.join(', ')}, but ${still.join(', ')} cannot be found`);
}
