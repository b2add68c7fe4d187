import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenSsh } from '../support/open-ssh.js';
import { RecipientScene, told } from '../support/recipient-scene.js';
import { until } from '../support/until.js';

let sshd: OpenSsh;
let scene: RecipientScene;

beforeAll(async () => {
  sshd = await OpenSsh.start();
}, 30_000);

afterAll(() => sshd.close());

beforeEach(() => {
  scene = new RecipientScene();
});

afterEach(() => scene.close());

const settings = (wishes: object = {}) => sshd.settings(wishes);

describe('A file by SFTP', () => {
  it.each([
    ['rsa', 'sha256'],
    ['ecdsa', 'sha256'],
    ['ed25519', 'sha256'],
    ['ed25519', 'md5'],
  ] as const)(
    'is stored where the %s key of the server has the expected %s fingerprint',
    async (kind, hash) => {
      const expected = sshd.fingerprint(kind, hash);
      const keys = hash === 'md5' ? { hostKeySha256: '', hostKeyMd5: expected } : { hostKeySha256: expected };
      scene.direct('sftp', settings({ ...keys, fileName: `${kind}-${hash}` }));
      await scene.tell('Alarm');
      const name = `${kind}-${hash}-000001.json`;
      await until('the file', () => sshd.files.includes(name));
      expect(JSON.parse(sshd.read(name).toString())).toMatchObject({
        text: 'Alarm',
      });
      expect(sshd.files.filter((one) => one.endsWith('.part'))).toEqual([]);
    },
  );

  it('is never sent to a server with another key, nor to one whose key nobody knows', async () => {
    const before = sshd.files;
    const other = sshd
      .fingerprint('rsa', 'sha256')
      .replace(/^SHA256:./, (start) => (start.endsWith('A') ? 'B' : 'A'));
    const wrong = await scene.test('sftp', settings({ hostKeySha256: other }));
    expect(wrong.ok).toBe(false);
    expect(wrong.error).toMatch(/which is not the key that is expected: it is another server/);
    // Either fingerprint that is given must fit.
    const half = await scene.test('sftp', settings({ hostKeyMd5: '0'.repeat(32) }));
    expect(half.ok).toBe(false);
    const unknown = await scene.test('sftp', settings({ hostKeySha256: '' }));
    expect(unknown.error).toContain(`RSA ${sshd.fingerprint('rsa', 'sha256')}`);
    expect(unknown.error).toMatch(/No fingerprint is set/);
    expect(told(unknown)).not.toContain('Logged in');
    expect(sshd.files).toEqual(before);
  });

  it('is tried out with a file that goes again; the key of the user is not told', async () => {
    const before = sshd.files;
    const report = await scene.test('sftp', settings());
    expect(report).toMatchObject({ ok: true });
    expect(told(report)).toMatch(/which is the expected one\.[\s\S]*Logged in as[\s\S]*Renaming it to/);
    expect(told(report)).not.toContain('PRIVATE KEY');
    expect(sshd.files).toEqual(before);
  });

  it('says what is wrong: the login, the folder', async () => {
    const login = await scene.test('sftp', settings({ user: 'nobody-here' }));
    expect(login.error).toMatch(/does not accept the user name, the password or the key/);
    const folder = await scene.test('sftp', settings({ folder: '/no/such/folder' }));
    expect(folder.error).toMatch(
      /^No such file \/no\/such\/folder\/.*; check that the folder exists, and that the user may write there\.$/,
    );
    const nobody = await scene.test('sftp', settings({ user: '' }));
    expect(nobody.error).toBe('No user name is set; SSH lets nobody in without one.');
    const folderOfKey = mkdtempSync(join(tmpdir(), 'sipsiren-key-'));
    const key = join(folderOfKey, 'locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a phrase', '-f', key]);
    const locked = await scene.test('sftp', settings({ privateKey: readFileSync(key, 'utf8') }));
    rmSync(folderOfKey, { recursive: true });
    expect(locked.error).toBe('the private key cannot be read; it must not be protected by a passphrase.');
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
    await sshd.restart();
    await until('both files', () => sshd.files.includes('late-000002.json'));
    expect(sshd.files).toContain('late-000001.json');
  });
});
