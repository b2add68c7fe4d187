// The foreign programs that the tests call, and the Debian packages that bring them.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

/** Program or file, package, what the tests use it for, and which suites do. */
export const TOOLS = [
  {
    program: 'sipp',
    package: 'sip-tester',
    purpose: 'direct callers, odd flows and load',
    suites: ['interop', 'asterisk'],
  },
  {
    program: 'baresip',
    package: 'baresip-core',
    purpose: 'a foreign SIP phone',
    suites: ['interop', 'asterisk'],
  },
  { program: 'svwar', package: 'sipvicious', purpose: 'the scanners of attackers', suites: ['torture'] },
  {
    program: 'kamailio',
    package: 'kamailio',
    purpose: 'a registrar and proxy',
    suites: ['interop', 'nat'],
  },
  { program: 'nft', package: 'nftables', purpose: 'a router that translates addresses', suites: ['nat'] },

  {
    file: 'kamailio/modules/tls.so',
    package: 'kamailio-tls-modules',
    purpose: 'Kamailio over TLS',
    suites: ['interop'],
  },
  {
    file: 'python3/dist-packages/pylibsrtp',
    package: 'python3-pylibsrtp',
    purpose: 'libsrtp, a foreign end for SRTP',
    suites: ['interop'],
  },
  {
    file: 'kamailio/modules/outbound.so',
    package: 'kamailio-outbound-modules',
    purpose: 'Kamailio with kept connections',
    suites: ['interop'],
  },
  {
    program: 'ffmpeg',
    package: 'ffmpeg',
    purpose: 'a foreign end for codecs and SRTP',
    suites: ['unit', 'interop', 'asterisk'],
  },
  { program: 'sox', package: 'sox', purpose: 'measuring the sounds', suites: ['interop'] },
  { program: 'espeak-ng', package: 'espeak-ng', purpose: 'spoken texts', suites: ['unit', 'interop'] },
  { program: 'flac', package: 'flac', purpose: 'FLAC files', suites: ['unit', 'interop'] },
  {
    program: 'aplay',
    package: 'alsa-utils',
    purpose: 'a sound card that writes a file',
    suites: ['interop'],
  },
  { program: 'mosquitto', package: 'mosquitto', purpose: 'an MQTT broker', suites: ['interop'] },
  {
    program: 'mosquitto_sub',
    package: 'mosquitto-clients',
    purpose: 'foreign MQTT clients',
    suites: ['interop'],
  },
  {
    program: 'apache2',
    package: 'apache2-bin',
    purpose: 'a web server with logins',
    suites: ['interop'],
  },
  { program: 'ip', package: 'iproute2', purpose: 'networks of the tests’ own', suites: ['interop', 'nat'] },
  { program: 'curl', package: 'curl', purpose: 'a foreign HTTP client', suites: ['interop'] },
  { program: 'gpiomon', package: 'gpiod', purpose: 'GPIO lines', suites: ['interop'] },
  { program: 'vsftpd', package: 'vsftpd', purpose: 'a server for files', suites: ['interop'] },
  { program: 'sshd', package: 'openssh-server', purpose: 'a server for files', suites: ['interop'] },
  {
    file: 'libpam_wrapper.so',
    package: 'libpam-wrapper',
    purpose: 'passwords of its users',
    suites: ['interop'],
  },
  { program: 'ssh-keygen', package: 'openssh-client', purpose: 'keys for SSH', suites: ['interop'] },
  { program: 'htdigest', package: 'apache2-utils', purpose: 'its users', suites: ['interop'] },
  { program: 'tinyproxy', package: 'tinyproxy-bin', purpose: 'a proxy', suites: ['interop'] },
  { program: 'pgrep', package: 'procps', purpose: 'finding players', suites: ['interop'] },
  { program: 'nc', package: 'netcat-openbsd', purpose: 'a TCP server', suites: ['interop'] },
  {
    program: 'openssl',
    package: 'openssl',
    purpose: 'foreign ends and keys for TLS',
    suites: ['unit', 'scenarios', 'interop'],
  },
  {
    program: 'chromium',
    package: 'chromium',
    purpose: 'the page',
    alternatives: ['chromium-browser', 'google-chrome'],
    suites: ['browser', 'interop'],
  },
];

function findProgram(name) {
  // Debian's servers are in sbin, which is not in everybody's path.
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}

/** A library below /usr/lib, or below the folder of an architecture in it. */
function findFile(name) {
  const folders = ['', ...readdirSync('/usr/lib').filter((folder) => folder.includes('-linux-'))];
  return folders.map((folder) => `/usr/lib/${folder}/${name}`).find((path) => existsSync(path));
}

function isMissing(tool) {
  if (tool.file) return !findFile(tool.file);
  return [tool.program, ...(tool.alternatives ?? [])].every((name) => !findProgram(name));
}

function nameOf(tool) {
  return tool.program ?? tool.file;
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
  const packages = [...new Set(missing.map((tool) => tool.package))];
  const sudo = privilege();
  if (!sudo || !findProgram('apt-get')) {
    const list = missing.map((tool) => `  ${nameOf(tool)} (${tool.purpose})`).join('\n');
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
  const still = missing.filter(isMissing).map(nameOf);
  if (still.length > 0)
    throw new Error(`installed ${packages.join(', ')}, but ${still.join(', ')} cannot be found`);
}
