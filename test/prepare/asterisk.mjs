// Brings an Asterisk for the tests without Docker and without root: Debian packages are fetched with apt-get
// and unpacked into a cache folder, never installed. Run through its own loader, it needs nothing of the host.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What of the closure is unpacked: Asterisk, its sounds, and libraries. */
const WANTED = /^(asterisk|asterisk-modules|asterisk-config|asterisk-core-sounds-en-gsm|lib.+|zlib1g)$/;
/** Libraries that only programs we do not unpack would use. */
const UNWANTED =
  /^(libperl|libsemanage|libsepol|libaudit|libpam|libdb5|libgdbm|libdebconf|libnss3|libjack|libasound|libportaudio|libtiff|libwebp|libgpgme|libassuan|libksba|libnpth)/;

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sipsiren');
}

function run(command, args, options = {}) {
  return execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 << 20,
    ...options,
  });
}

/** The lines of the machine's own apt sources, one-line and deb822 style, as [address, suites]. */
function ownSources() {
  const files = ['/etc/apt/sources.list'];
  const parts = '/etc/apt/sources.list.d';
  if (existsSync(parts)) files.push(...readdirSync(parts).map((name) => join(parts, name)));
  const found = [];
  for (const file of files.filter((name) => existsSync(name))) {
    const text = readFileSync(file, 'utf8');
    if (file.endsWith('.sources')) {
      for (const paragraph of text.split(/\n\s*\n/)) {
        const uris = /^URIs:\s*(.+)$/m.exec(paragraph)?.[1];
        if (uris) found.push(...uris.trim().split(/\s+/));
      }
    } else {
      for (const line of text.split('\n')) {
        const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/.exec(line.trim());
        if (match) found.push(match[1]);
      }
    }
  }
  return [...new Set(found)];
}

/** A private apt: own lists, own cache, an empty package database, so that nothing of the host is touched. */
class PrivateApt {
  constructor(folder, source) {
    this.folder = folder;
    for (const path of [
      'state/lists/partial',
      'cache/archives/partial',
      'etc/apt.conf.d',
      'etc/preferences.d',
      'debs',
    ]) {
      mkdirSync(join(folder, path), { recursive: true });
    }
    writeFileSync(join(folder, 'status'), '');
    if (source) writeFileSync(join(folder, 'sources.list'), source);
    const own = source
      ? [
          `Dir::Etc "${folder}/etc";`,
          `Dir::Etc::sourcelist "${folder}/sources.list";`,
          'Dir::Etc::sourceparts "/dev/null";',
        ]
      : [];
    writeFileSync(
      join(folder, 'apt.conf'),
      [
        `Dir::State "${folder}/state";`,
        `Dir::State::status "${folder}/status";`,
        `Dir::Cache "${folder}/cache";`,
        ...own,
        'APT::Sandbox::User "";',
        'APT::Install-Recommends "false";',
        'Acquire::Check-Valid-Until "false";',
        'Acquire::Languages "none";',
        'Acquire::Retries "3";',
      ].join('\n'),
    );
  }

  run(command, args, options = {}) {
    return run(command, args, {
      env: { ...process.env, APT_CONFIG: join(this.folder, 'apt.conf'), LC_ALL: 'C' },
      ...options,
    });
  }

  update() {
    this.run('apt-get', ['update', '-q']);
  }

  versionOf(name) {
    const candidate = /Candidate: (\S+)/.exec(this.run('apt-cache', ['policy', name]))?.[1];
    return candidate && candidate !== '(none)' ? candidate : undefined;
  }

  /** The names of everything that installing the package on an empty system would bring. */
  closure(name) {
    const plan = this.run('apt-get', [
      'install',
      '--no-install-recommends',
      '--print-uris',
      '-y',
      '-q',
      name,
    ]);
    return [...plan.matchAll(/^'[^']+'\s+([^_\s]+)_/gm)].map((match) => match[1]);
  }

  download(names) {
    this.run('apt-get', ['download', '-q', ...names], { cwd: join(this.folder, 'debs') });
    return readdirSync(join(this.folder, 'debs')).map((name) => join(this.folder, 'debs', name));
  }
}

/** A skeleton with merged /usr, so that packages of either layout land in one place. */
function unpack(debs, root) {
  mkdirSync(join(root, 'usr'), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  for (const deb of debs) {
    execFileSync(
      'sh',
      ['-c', 'dpkg-deb --fsys-tarfile "$0" | tar -x --keep-directory-symlink -C "$1"', deb, root],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
  }
}

/** Where Asterisk can come from, best first: sid has the newest; the machine's own release may have one; bullseye has 16. */
function candidates() {
  const mirror = ownSources().find((address) => /debian\/?$/.test(address));
  const signed = (suite) => `deb [signed-by=${KEYRING}] ${mirror} ${suite} main\n`;
  const found = [];
  if (mirror && existsSync(KEYRING)) found.push({ name: 'sid', source: signed('sid') });
  found.push({ name: 'this release', source: undefined });
  if (mirror && existsSync(KEYRING)) found.push({ name: 'bullseye', source: signed('bullseye') });
  return found;
}

function isComplete(root) {
  return existsSync(join(root, 'complete.json'));
}

/**
 * The folder of an unpacked Asterisk and its version, fetched where the cache has none.
 * `say` is told what happens, one line at a time.
 */
export function prepareAsterisk(say) {
  const cache = cacheFolder();
  mkdirSync(cache, { recursive: true });
  const cached = readdirSync(cache)
    .filter((name) => name.startsWith('asterisk-') && isComplete(join(cache, name)))
    .sort()
    .at(-1);
  if (cached) {
    const facts = JSON.parse(readFileSync(join(cache, cached, 'complete.json'), 'utf8'));
    say(`Asterisk ${facts.version} from the cache (${join(cache, cached)})`);
    return { root: join(cache, cached), ...facts };
  }
  const problems = [];
  for (const candidate of candidates()) {
    const folder = join(cache, `fetch-${process.pid}`);
    try {
      return fetchAsterisk(candidate, folder, cache, say);
    } catch (error) {
      problems.push(
        `${candidate.name}: ${
          String(error.stderr ?? '')
            .trim()
            .split('\n')
            .at(-1) || error.message
        }`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  throw new Error(`No Asterisk could be fetched for the integration tests:\n  ${problems.join('\n  ')}`);
}

function fetchAsterisk(candidate, folder, cache, say) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const apt = new PrivateApt(folder, candidate.source);
  apt.update();
  const version = apt.versionOf('asterisk');
  if (!version) throw new Error('has no asterisk package');
  say(
    `fetching Asterisk ${version} (Debian packages of ${candidate.name}, unpacked into ${cache}, nothing is installed)`,
  );
  const names = apt.closure('asterisk').filter((name) => WANTED.test(name) && !UNWANTED.test(name));
  const root = join(folder, 'root');
  unpack(apt.download(names), root);
  const triplet = readdirSync(join(root, 'usr/lib')).find((name) =>
    existsSync(join(root, 'usr/lib', name, 'libc.so.6')),
  );
  if (!triplet) throw new Error('the packages bring no C library');
  const facts = { version, suite: candidate.name, triplet };
  writeFileSync(join(root, 'complete.json'), JSON.stringify(facts));
  const target = join(cache, `asterisk-${version.replaceAll(/[^\w.+-]/g, '_')}-${process.arch}`);
  rmSync(target, { recursive: true, force: true });
  renameSync(root, target);
  return { root: target, ...facts };
}

if (process.argv[1] === import.meta.filename) {
  const asterisk = prepareAsterisk((line) => console.log(line));
  console.log(JSON.stringify(asterisk));
}
