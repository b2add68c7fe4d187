import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ForeignServer } from '../support/foreign-server.js';
import { freePort } from '../support/free-port.js';
import { RecipientScene, told } from '../support/recipient-scene.js';
import { until } from '../support/until.js';

let sshd: ForeignServer;
let port: number;
let scene: RecipientScene;
let privateKey: string;
const KINDS = ['rsa', 'ecdsa', 'ed25519'] as const;

beforeAll(async () => {
  sshd = new ForeignServer();
  port = await freePort();
  const { folder } = sshd;
  // The server leaves a key alone that others may read, and a list of keys in a folder that others may write to.
  for (const kind of [...KINDS, 'user']) {
    const type = kind === 'user' ? 'ed25519' : kind;
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', kind, '-f', join(folder, kind)]);
  }
  privateKey = readFileSync(join(folder, 'user'), 'utf8');
  writeFileSync(join(folder, 'authorized'), readFileSync(join(folder, 'user.pub')), { mode: 0o600 });
  mkdirSync(join(folder, 'in'));
  chmodSync(folder, 0o755);
  const lines = [
    `ListenAddress 127.0.0.1:${port}`,
    ...KINDS.map((kind) => `HostKey ${join(folder, kind)}`),
    `AuthorizedKeysFile ${join(folder, 'authorized')}`,
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'PasswordAuthentication no',
    'PermitRootLogin yes',
    'Subsystem sftp internal-sftp',
  ];
  writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
  await start();
}, 30_000);

afterAll(() => sshd.close());

beforeEach(() => {
  scene = new RecipientScene();
});

afterEach(() => scene.close());

async function start(): Promise<void> {
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const program = ['/usr/sbin/sshd', '/usr/bin/sshd'].find((path) => existsSync(path)) ?? 'sshd';
  await sshd.start(program, ['-D', '-e', '-f', join(sshd.folder, 'sshd_config')], port);
}

/** As OpenSSH prints it. */
function fingerprint(kind: (typeof KINDS)[number], hash: 'sha256' | 'md5'): string {
  const line = execFileSync('ssh-keygen', [
    '-l',
    '-E',
    hash,
    '-f',
    join(sshd.folder, `${kind}.pub`),
  ]).toString();
  return line.split(' ')[1] ?? '';
}

const settings = (wishes: object = {}) => ({
  host: '127.0.0.1',
  port,
  folder: join(sshd.folder, 'in'),
  user: userInfo().username,
  privateKey,
  hostKeySha256: fingerprint('rsa', 'sha256'),
  ...wishes,
});

const files = () => readdirSync(join(sshd.folder, 'in')).sort();

describe('A file by SFTP', () => {
  it.each([
    ['rsa', 'sha256'],
    ['ecdsa', 'sha256'],
    ['ed25519', 'sha256'],
    ['ed25519', 'md5'],
  ] as const)(
    'is stored where the %s key of the server has the expected %s fingerprint',
    async (kind, hash) => {
      const expected = fingerprint(kind, hash);
      const keys = hash === 'md5' ? { hostKeySha256: '', hostKeyMd5: expected } : { hostKeySha256: expected };
      scene.direct('sftp', settings({ ...keys, fileName: `${kind}-${hash}` }));
      await scene.tell('Alarm');
      const name = `${kind}-${hash}-000001.json`;
      await until('the file', () => files().includes(name));
      expect(JSON.parse(readFileSync(join(sshd.folder, 'in', name), 'utf8'))).toMatchObject({
        text: 'Alarm',
      });
      expect(files().filter((one) => one.endsWith('.part'))).toEqual([]);
    },
  );

  it('is never sent to a server with another key, nor to one whose key nobody knows', async () => {
    const before = files();
    const other = fingerprint('rsa', 'sha256').replace(/^SHA256:./, (start) =>
      start.endsWith('A') ? 'B' : 'A',
    );
    const wrong = await scene.test('sftp', settings({ hostKeySha256: other }));
    expect(wrong.ok).toBe(false);
    expect(wrong.error).toMatch(/which is not the key that is expected: it is another server/);
    // Either fingerprint that is given must fit.
    const half = await scene.test('sftp', settings({ hostKeyMd5: '0'.repeat(32) }));
    expect(half.ok).toBe(false);
    const unknown = await scene.test('sftp', settings({ hostKeySha256: '' }));
    expect(unknown.error).toContain(`RSA ${fingerprint('rsa', 'sha256')}`);
    expect(unknown.error).toMatch(/No fingerprint is set/);
    expect(told(unknown)).not.toContain('Logged in');
    expect(files()).toEqual(before);
  });

  it('is tried out with a file that goes again; the key of the user is not told', async () => {
    const before = files();
    const report = await scene.test('sftp', settings());
    expect(report).toMatchObject({ ok: true });
    expect(told(report)).toMatch(/which is the expected one\.[\s\S]*Logged in as[\s\S]*Renaming it to/);
    expect(told(report)).not.toContain('PRIVATE KEY');
    expect(files()).toEqual(before);
  });

  it('says what is wrong: the login, the folder', async () => {
    const login = await scene.test('sftp', settings({ user: 'nobody-here' }));
    expect(login.error).toMatch(/does not accept the user name, the password or the key/);
    const folder = await scene.test('sftp', settings({ folder: '/no/such/folder' }));
    expect(folder.error).toMatch(/check that the folder exists/);
  });

  it('waits for a server that hangs, and for one that is gone', async () => {
    const hanging = createServer();
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    const at = (hanging.address() as { port: number }).port;
    const report = await scene.test('sftp', settings({ port: at }), { timeoutSeconds: 1 });
    expect(report.error).toBe('There was no answer within 1 seconds.');
    hanging.close();
    await sshd.stop();
    scene.direct('sftp', settings({ fileName: 'late' }));
    await scene.tell('one');
    await scene.tell('two');
    await scene.failing(/nobody listens there/);
    await start();
    await until('both files', () => files().includes('late-000002.json'));
    expect(files()).toContain('late-000001.json');
  });
});
