import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ForeignServer } from '../support/foreign-server.js';
import { freePort } from '../support/free-port.js';
import { RecipientScene, told } from '../support/recipient-scene.js';
import { until } from '../support/until.js';

const PASSWORD = 'sftp-secret-1';
/** The ways that the server offers, each at a port of its own. */
const WAYS = {
  password: ['PasswordAuthentication yes'],
  questions: ['KbdInteractiveAuthentication yes'],
  both: ['PasswordAuthentication yes', 'KbdInteractiveAuthentication yes'],
  keyThenPassword: [
    'PubkeyAuthentication yes',
    'PasswordAuthentication yes',
    'AuthenticationMethods publickey,password',
  ],
  keyThenQuestions: [
    'PubkeyAuthentication yes',
    'KbdInteractiveAuthentication yes',
    'AuthenticationMethods publickey,keyboard-interactive',
  ],
  keyOnly: ['PubkeyAuthentication yes'],
} as const;
type Way = keyof typeof WAYS;

let sshd: ForeignServer;
let scene: RecipientScene;
let hostKeySha256: string;
let privateKey: string;
const ports = {} as Record<Way, number>;

/** OpenSSH with PAM, whose module knows this test's password for whoever runs the test. */
beforeAll(async () => {
  sshd = new ForeignServer();
  const { folder } = sshd;
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  hostKeySha256 = execFileSync('ssh-keygen', ['-l', '-f', join(folder, 'host.pub')])
    .toString()
    .split(' ')[1]!;
  privateKey = readFileSync(join(folder, 'user'), 'utf8');
  mkdirSync(join(folder, 'in'));
  mkdirSync(join(folder, 'pam'));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'authorized'), readFileSync(join(folder, 'user.pub')), { mode: 0o600 });
  writeFileSync(join(folder, 'passwords'), `${userInfo().username}:${PASSWORD}:sshd\n`);
  const module = `${libraryFolder()}/pam_wrapper/pam_matrix.so passdb=${join(folder, 'passwords')}`;
  const kinds = ['auth', 'account', 'session', 'password'];
  writeFileSync(join(folder, 'pam', 'sshd'), kinds.map((kind) => `${kind} required ${module}\n`).join(''));
  for (const way of Object.keys(WAYS) as Way[]) ports[way] = await freePort();
  writeFileSync(join(folder, 'sshd_config'), configuration(folder));
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const wrapper = [
    `LD_PRELOAD=${libraryFolder()}/libpam_wrapper.so`,
    'PAM_WRAPPER=1',
    `PAM_WRAPPER_SERVICE_DIR=${join(folder, 'pam')}`,
  ];
  const server = ['/usr/sbin/sshd', '-D', '-e', '-f', join(folder, 'sshd_config')];
  await sshd.start('env', [...wrapper, ...server], ports.password);
}, 30_000);

afterAll(() => sshd.close());

beforeEach(() => {
  scene = new RecipientScene();
});

afterEach(() => scene.close());

/** Where Debian has the libraries of this machine's kind. */
function libraryFolder(): string {
  const triplet = readdirSync('/usr/lib').find(
    (name) => name.includes('-linux-') && readdirSync(`/usr/lib/${name}`).includes('libpam_wrapper.so'),
  );
  if (triplet === undefined) throw new Error('libpam_wrapper.so is missing: apt-get install libpam-wrapper');
  return `/usr/lib/${triplet}`;
}

function configuration(folder: string): string {
  const matches = (Object.keys(WAYS) as Way[]).flatMap((way) => [
    `Match LocalPort ${ports[way]}`,
    ...WAYS[way],
  ]);
  return [
    ...Object.values(ports).map((port) => `ListenAddress 127.0.0.1:${port}`),
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized')}`,
    'StrictModes no',
    'UsePAM yes',
    'PidFile none',
    'MaxStartups 100',
    'PermitRootLogin yes',
    'PubkeyAuthentication no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'Subsystem sftp internal-sftp',
    ...matches,
    '',
  ].join('\n');
}

const settings = (way: Way, wishes: object = {}) => ({
  host: '127.0.0.1',
  port: ports[way],
  folder: join(sshd.folder, 'in'),
  user: userInfo().username,
  password: PASSWORD,
  hostKeySha256,
  ...wishes,
});

describe('An SFTP server', () => {
  it.each([
    ['password', {}, /by password/],
    ['questions', {}, /by answering its questions/],
    ['both', {}, /by password/],
    ['keyThenPassword', { withKey: true }, /by key\.[\s\S]*by password\./],
    ['keyThenQuestions', { withKey: true }, /by key\.[\s\S]*by answering its questions\./],
    ['keyOnly', { withKey: true }, /by key\./],
  ] as const)(
    'that takes logins by %s lets in who has them',
    async (way, { withKey = false }: { withKey?: boolean }, how) => {
      const keys = withKey ? { privateKey } : {};
      const report = await scene.test('sftp', settings(way, keys));
      expect([report.ok, told(report)]).toEqual([true, expect.stringMatching(how)]);
      expect(told(report)).not.toContain(PASSWORD);
      scene.direct('sftp', settings(way, { ...keys, fileName: way }));
      await scene.tell('Alarm');
      const file = join(sshd.folder, 'in', `${way}-000001.json`);
      const text = await until('the file', () => {
        const isThere = readdirSync(join(sshd.folder, 'in')).includes(`${way}-000001.json`);
        return isThere && readFileSync(file, 'utf8');
      });
      expect(JSON.parse(text)).toMatchObject({ text: 'Alarm' });
    },
  );

  it.each(['password', 'questions', 'both', 'keyThenPassword', 'keyOnly'] as const)(
    'that takes logins by %s says that the password is wrong, or no use',
    async (way) => {
      const wrong = way === 'keyOnly' ? PASSWORD : 'wrong';
      const keys = way === 'keyThenPassword' ? { privateKey } : {};
      const report = await scene.test('sftp', settings(way, { ...keys, password: wrong }));
      expect(report.ok).toBe(false);
      expect(report.error).toBe('the server does not accept the user name, the password or the key.');
      expect(told(report)).toMatch(/The server still asks for a login by/);
      // A guess is counted by who defends itself against guessers.
      expect(told(report).match(/Logging in as .* by (?:password|answering)/g) ?? []).toHaveLength(
        way === 'keyOnly' ? 0 : 1,
      );
      expect(report.milliseconds).toBeLessThan(20_000);
    },
  );
});
