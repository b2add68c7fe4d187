// A private apt: Debian packages are fetched and unpacked without being installed, and without root.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

function run(command, args, options = {}) {
  return execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 << 20,
    ...options,
  });
}

/** The addresses in the machine's own apt sources, one-line and deb822 style. */
export function ownMirrors() {
  const files = ['/etc/apt/sources.list'];
  const parts = '/etc/apt/sources.list.d';
  if (existsSync(parts)) files.push(...readdirSync(parts).map((name) => join(parts, name)));
  const found = [];
  for (const file of files.filter((name) => existsSync(name))) {
    const text = readFileSync(file, 'utf8');
    const line = file.endsWith('.sources') ? /^URIs:\s*(.+)$/gm : /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/gm;
    for (const match of text.matchAll(line)) found.push(...match[1].trim().split(/\s+/));
  }
  return [...new Set(found)];
}

/** Own lists, own cache, an empty package database, so that nothing of the host is touched. */
export class PrivateApt {
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

  /** The names of everything that installing the packages on an empty system would bring. */
  closure(names) {
    const plan = this.run('apt-get', [
      'install',
      '--no-install-recommends',
      '--print-uris',
      '-y',
      '-q',
      ...names,
    ]);
    return [...plan.matchAll(/^'[^']+'\s+([^_\s]+)_/gm)].map((match) => match[1]);
  }

  download(names) {
    this.run('apt-get', ['download', '-q', ...names], { cwd: join(this.folder, 'debs') });
    return readdirSync(join(this.folder, 'debs')).map((name) => join(this.folder, 'debs', name));
  }
}

/** Unpacks into a skeleton with merged /usr, so that packages of either layout land in one place. */
export function unpack(debs, root) {
  mkdirSync(join(root, 'usr'), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  for (const deb of debs) {
    run('sh', ['-c', 'dpkg-deb --fsys-tarfile "$0" | tar -x --keep-directory-symlink -C "$1"', deb, root]);
  }
}
