import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testAuthority } from '../support/certificates.js';
import { RecipientScene, told } from '../support/recipient-scene.js';
import { until } from '../support/until.js';
import { Vsftpd } from '../support/vsftpd.js';

let vsftpd: Vsftpd;
let scene: RecipientScene;
let authority: string;

beforeAll(async () => {
  vsftpd = await Vsftpd.start();
  authority = (await testAuthority()).certificate;
}, 30_000);

afterAll(() => vsftpd.close());

beforeEach(() => {
  scene = new RecipientScene({ authorities: [authority] });
});

afterEach(() => scene.close());

const settings = (wishes: object = {}) => vsftpd.settings(wishes);

async function fileNamed(name: string): Promise<Record<string, unknown>> {
  // Without a temporary name it is there before it is whole.
  const text = await until(`the file ${name}`, () => {
    const read = vsftpd.files.includes(name) ? vsftpd.read(name).toString() : '';
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
    expect(vsftpd.files.filter((one) => one.endsWith('.part'))).toEqual([]);
  });

  it('is tried out with a file that goes again, and tells the conversation without the password', async () => {
    const before = vsftpd.files;
    const report = await scene.test(kind, settings());
    expect(report).toMatchObject({ ok: true });
    expect(vsftpd.files).toEqual(before);
    expect(told(report)).toMatch(
      /The server says: 220[\s\S]*PASS \*\*\*[\s\S]*230[\s\S]*STOR[\s\S]*226[\s\S]*DELE/,
    );
    expect(told(report)).not.toContain(vsftpd.password);
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
    await vsftpd.restart();
    expect(await fileNamed('late-000002.json')).toMatchObject({ text: 'two' });
    expect(await fileNamed('late-000001.json')).toMatchObject({ text: 'one' });
  });
});
