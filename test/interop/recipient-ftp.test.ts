import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testAuthority, testCertificate } from '../support/certificates.js';
import { ForeignServer } from '../support/foreign-server.js';
import { freePort } from '../support/free-port.js';
import { RecipientScene, told } from '../support/recipient-scene.js';
import { until } from '../support/until.js';

const PASSWORD = 'ftp-secret-1';
let vsftpd: ForeignServer;
let port: number;
let scene: RecipientScene;
let authority: string;

beforeAll(async () => {
  vsftpd = new ForeignServer();
  port = await freePort();
  authority = (await testAuthority()).certificate;
  const own = await testCertificate({ commonName: 'files', ip: ['127.0.0.1'] });
  const { folder } = vsftpd;
  // vsftpd lets nobody in whose root may be written to.
  mkdirSync(join(folder, 'root/in'), { recursive: true });
  mkdirSync(join(folder, 'root/closed'));
  mkdirSync(join(folder, 'empty'));
  chmodSync(join(folder, 'root/in'), 0o777);
  chmodSync(join(folder, 'root'), 0o555);
  writeFileSync(join(folder, 'certificate.pem'), own.certificate);
  writeFileSync(join(folder, 'key.pem'), own.privateKey);
  writeFileSync(join(folder, 'passwords'), `${PASSWORD}\n`);
  writeFileSync(join(folder, 'vsftpd.conf'), configuration(folder, port));
  await start();
}, 30_000);

afterAll(() => vsftpd.close());

beforeEach(() => {
  scene = new RecipientScene({ authorities: [authority] });
});

afterEach(() => scene.close());

function start(): Promise<void> {
  return vsftpd.start('vsftpd', [join(vsftpd.folder, 'vsftpd.conf')], port);
}

/** One user, whose password is checked, without a user of the system. */
function configuration(folder: string, at: number): string {
  return [
    'listen=YES',
    'listen_address=127.0.0.1',
    `listen_port=${at}`,
    'background=NO',
    'run_as_launching_user=YES',
    'seccomp_sandbox=NO',
    'anonymous_enable=YES',
    'secure_email_list_enable=YES',
    `email_password_file=${folder}/passwords`,
    `anon_root=${folder}/root`,
    `secure_chroot_dir=${folder}/empty`,
    'write_enable=YES',
    'anon_upload_enable=YES',
    'anon_other_write_enable=YES',
    'anon_world_readable_only=NO',
    'anon_umask=022',
    'ssl_enable=YES',
    'allow_anon_ssl=YES',
    'require_ssl_reuse=YES',
    `rsa_cert_file=${folder}/certificate.pem`,
    `rsa_private_key_file=${folder}/key.pem`,
    '',
  ].join('\n');
}

const settings = (wishes: object = {}) => ({
  host: '127.0.0.1',
  port,
  folder: 'in',
  user: 'anonymous',
  password: PASSWORD,
  ...wishes,
});

const files = () => readdirSync(join(vsftpd.folder, 'root/in')).sort();

async function fileNamed(name: string): Promise<Record<string, unknown>> {
  // Without a temporary name it is there before it is whole.
  const text = await until(`the file ${name}`, () => {
    const read = files().includes(name) ? readFileSync(join(vsftpd.folder, 'root/in', name), 'utf8') : '';
    return read.endsWith('}\n') && read;
  });
  return JSON.parse(text) as Record<string, unknown>;
}

describe.each(['ftp', 'ftps'])('A file by %s', (kind) => {
  it.each([
    ['passively, by another name until it is whole', { passive: true }],
    ['actively, at once by its name', { passive: false, useTemporaryFileName: false }],
  ])('is stored %s', async (how, wishes) => {
    const name = `${kind}-${how.length}`;
    scene.direct(kind, settings(wishes));
    await scene.tell('Alarm', { fileName: `${name}/../{{device}}` });
    const written = await fileNamed(`${name}-..-Gate 3-000001.json`);
    expect(written).toMatchObject({ text: 'Alarm', sequence: 1, device: 'Gate 3' });
    await until('the delivery to be noted', async () => (await scene.status()).waiting === 0);
    expect(files().filter((one) => one.endsWith('.part'))).toEqual([]);
  });

  it('is tried out with a file that goes again, and tells the conversation without the password', async () => {
    const before = files();
    const report = await scene.test(kind, settings());
    expect(report).toMatchObject({ ok: true });
    expect(files()).toEqual(before);
    expect(told(report)).toMatch(
      /The server says: 220[\s\S]*PASS \*\*\*[\s\S]*230[\s\S]*STOR[\s\S]*226[\s\S]*DELE/,
    );
    expect(told(report)).not.toContain(PASSWORD);
    if (kind === 'ftps') expect(told(report)).toContain('The certificate is for files, issued by');
  });

  it('says what is wrong: the password, the folder, the rights', async () => {
    const errors = [];
    for (const wrong of [{ password: 'no' }, { folder: 'nowhere' }, { folder: 'closed' }]) {
      errors.push((await scene.test(kind, settings(wrong))).error);
    }
    expect(errors[0]).toMatch(/530 .*; check the user name and the password/);
    expect(errors[1]).toMatch(/550 .*; check that the folder exists/);
    // Root may write everywhere.
    if (process.getuid?.() !== 0) expect(errors[2]).toMatch(/55[03] .*may write/);
  });
});

describe('A server for files', () => {
  it('with a certificate of a stranger is not told the password', async () => {
    const strangers = new RecipientScene();
    const report = await strangers.test('ftps', settings());
    expect(report.error).toMatch(/certificate is not trusted: its authority is not known/);
    expect(told(report)).not.toContain('PASS');
    expect(await strangers.test('ftps', settings({ validateCertificate: false }))).toMatchObject({
      ok: true,
    });
    await strangers.close();
  });

  it('that hangs is given up after the time that is set', async () => {
    const hanging = createServer();
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    const at = (hanging.address() as { port: number }).port;
    const report = await scene.test('ftp', settings({ port: at }), { timeoutSeconds: 1 });
    expect(report.error).toBe('There was no answer within 1 seconds.');
    hanging.close();
  });

  it('that dies is waited for, and gets everything in order', async () => {
    await vsftpd.stop();
    scene.direct('ftp', settings({ fileName: 'late' }));
    await scene.tell('one');
    await scene.tell('two');
    await scene.failing(/nobody listens there/);
    await start();
    expect(await fileNamed('late-000002.json')).toMatchObject({ text: 'two' });
    expect(await fileNamed('late-000001.json')).toMatchObject({ text: 'one' });
  });
});
