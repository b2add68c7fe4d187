// Brings the Asterisks for the tests without Docker and without root: Debian packages are fetched with apt-get
// and unpacked into a cache folder, never installed. Run through its own loader, each needs nothing of the host.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KEYRING, ownMirrors, PrivateApt, unpack } from './private-apt.mjs';

/**
 * The generations that the tests run against: the newest that Debian has, and 16, which many installations
 * still are. Each can come from the suites named, best first; `undefined` is the machine's own release.
 */
const GENERATIONS = [
  { name: 'current', suites: ['sid', undefined], from: 18, to: Infinity },
  { name: '16', suites: ['bullseye'], from: 16, to: 16 },
];

/** Raised when what is unpacked changes, so that a cache of the earlier way is fetched again. */
const LAYOUT = 3;

/** What of the closure is unpacked: Asterisk, its sounds, and libraries. */
const WANTED =
  /^(asterisk|asterisk-modules|asterisk-config|asterisk-core-sounds-en-gsm|asterisk-opus|lib.+|zlib1g)$/;
/** Libraries that only programs we do not unpack would use. */
const UNWANTED =
  /^(libperl|libsemanage|libsepol|libaudit|libpam|libdb5|libgdbm|libdebconf|libjack|libasound|libportaudio|libtiff|libwebp|libgpgme|libassuan|libksba|libnpth)/;

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sipsiren');
}

/** The major version in a Debian version: `1:22.10.1+dfsg-1` is 22. */
function majorOf(version) {
  return Number.parseInt(version.replace(/^\d+:/, ''), 10);
}

/** What is in the cache and complete, newest first. */
function cachedAsterisks(cache) {
  return readdirSync(cache)
    .filter((name) => name.startsWith('asterisk-') && existsSync(join(cache, name, 'complete.json')))
    .map((name) => ({
      root: join(cache, name),
      ...JSON.parse(readFileSync(join(cache, name, 'complete.json'), 'utf8')),
    }))
    .filter((facts) => facts.layout === LAYOUT)
    .sort((one, other) => majorOf(other.version) - majorOf(one.version));
}

/**
 * The Asterisks of every generation that could be had, newest first: folder, version, suite, triplet of each.
 * `say` is told what happens, one line at a time. Throws when there is none at all; a generation that is missing
 * is said here, and its tests fail.
 */
export function prepareAsterisks(say) {
  const cache = cacheFolder();
  mkdirSync(cache, { recursive: true });
  const found = [];
  const problems = [];
  for (const generation of GENERATIONS) {
    try {
      found.push(prepareGeneration(generation, cache, say));
    } catch (error) {
      problems.push(error.message);
      say(`Asterisk ${generation.name} cannot be had: ${error.message}`);
    }
  }
  if (found.length === 0) {
    throw new Error(`No Asterisk could be fetched for the integration tests:\n  ${problems.join('\n  ')}`);
  }
  return found;
}

function prepareGeneration(generation, cache, say) {
  const cached = cachedAsterisks(cache).find((facts) => isOf(generation, facts.version));
  if (cached) {
    say(`Asterisk ${cached.version} from the cache (${cached.root})`);
    return cached;
  }
  const problems = [];
  for (const suite of generation.suites) {
    const folder = join(cache, `fetch-${process.pid}`);
    try {
      return fetchAsterisk({ generation, suite, folder, cache, say });
    } catch (error) {
      const complaint = String(error.stderr ?? '')
        .trim()
        .split('\n')
        .at(-1);
      problems.push(`${suite ?? 'this release'}: ${complaint || error.message}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  throw new Error(problems.join('; '));
}

function isOf(generation, version) {
  const major = majorOf(version);
  return major >= generation.from && major <= generation.to;
}

/** The line for apt's sources; undefined means those of the machine. */
function sourceOf(suite) {
  if (suite === undefined) return undefined;
  const mirror = ownMirrors().find((address) => /debian\/?$/.test(address));
  if (!mirror) throw new Error('no Debian mirror is among the apt sources of this machine');
  if (!existsSync(KEYRING)) throw new Error('the package debian-archive-keyring is not installed');
  return `deb [signed-by=${KEYRING}] ${mirror} ${suite} main\n`;
}

function fetchAsterisk({ generation, suite, folder, cache, say }) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const apt = new PrivateApt(folder, sourceOf(suite));
  apt.update();
  const version = apt.versionOf('asterisk');
  if (!version) throw new Error('has no asterisk package');
  if (!isOf(generation, version)) throw new Error(`has Asterisk ${version}`);
  const place = suite ?? 'this release';
  say(
    `fetching Asterisk ${version} (Debian packages of ${place}, unpacked into ${cache}, nothing is installed)`,
  );
  // Up to Asterisk 16 the codec Opus was a package of its own.
  const packages = ['asterisk', 'asterisk-opus'].filter((name) => apt.versionOf(name));
  const names = apt.closure(packages).filter((name) => WANTED.test(name) && !UNWANTED.test(name));
  const root = join(folder, 'root');
  unpack(apt.download(names), root);
  const triplet = readdirSync(join(root, 'usr/lib')).find((name) =>
    existsSync(join(root, 'usr/lib', name, 'libc.so.6')),
  );
  if (!triplet) throw new Error('the packages bring no C library');
  const facts = { version, suite: place, triplet, layout: LAYOUT };
  writeFileSync(join(root, 'complete.json'), JSON.stringify(facts));
  const target = join(cache, `asterisk-${version.replaceAll(/[^\w.+-]/g, '_')}-${process.arch}`);
  rmSync(target, { recursive: true, force: true });
  renameSync(root, target);
  return { root: target, ...facts };
}

if (process.argv[1] === import.meta.filename) {
  console.log(JSON.stringify(prepareAsterisks((line) => console.log(line))));
}
