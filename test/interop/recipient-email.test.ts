import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SMTPServerOptions } from 'smtp-server';
import { AwaitedList } from '../support/awaited-list.js';
import { testAuthority, type TestCertificate } from '../support/certificates.js';
import { MailServer } from '../support/mail-server.js';
import { RecipientScene, told } from '../support/recipient-scene.js';

let authority: TestCertificate;
let scene: RecipientScene;
let mails: AwaitedList<{ readonly from: string; readonly to: readonly string[]; readonly text: string }>;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  authority = await testAuthority();
});

beforeEach(() => {
  scene = new RecipientScene({ authorities: [authority.certificate] });
  mails = new AwaitedList();
});

afterEach(async () => {
  await scene.close();
  for (const close of closing.splice(0)) await close();
});

async function server(options: SMTPServerOptions = {}): Promise<MailServer> {
  const started = await MailServer.start(mails, options);
  closing.push(() => started.close());
  return started;
}

describe('An email', () => {
  it('goes by STARTTLS with a login to everybody, with the event attached and an id of its own', async () => {
    scene.direct('email', (await server()).settings());
    const id = await scene.tell('Feuer im Flur — åäö', { subject: 'Alarm\r\nBcc: x@example.com {{device}}' });
    const mail = await mails.first('the mail', () => true);
    expect(mail.from).toBe('siren@example.com');
    expect(mail.to).toEqual(['one@example.com', 'two@example.com', 'boss@example.com']);
    expect(mail.text).toContain(`Message-ID: <${id}@example.com>`);
    expect(mail.text).toMatch(/^Subject: Alarm Bcc: x@example.com Gate 3\r$/m);
    expect(mail.text).not.toMatch(/^Bcc:/m);
    expect(mail.text).toMatch(/filename="?Gate 3-2026-12-06-000001\.json/);
    expect(mail.text).toMatch(/Feuer im Flur =E2=80=94|RmV1ZXIgaW0gRmx1ciDigJQg/);
  });

  it('goes over TLS from the beginning, and the conversation is told without the password', async () => {
    const mail = await server({ secure: true });
    const report = await scene.test('email', mail.settings({ encryption: 'tls' }));
    expect(told(report)).toMatch(/TLSv1\.3 is agreed on\. The certificate is for mail, issued by/);
    expect(told(report)).toMatch(
      /The server says: 220 [\s\S]*AUTH PLAIN \*\*\*\n[\s\S]*The server says: 250/,
    );
    expect(report.ok).toBe(true);
    expect(told(report)).not.toContain(mail.password);
    expect(told(report)).not.toContain(Buffer.from(`\0guard\0${mail.password}`).toString('base64'));
  });

  it('needs neither login nor encryption where the server asks for none', async () => {
    const mail = await server({ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'] });
    const plain = mail.settings({ encryption: 'none', user: '', password: '' });
    expect(await scene.test('email', plain)).toMatchObject({ ok: true });
    const refused = await scene.test('email', mail.settings());
    expect(refused.ok).toBe(false);
    expect(refused.error).toMatch(/STARTTLS/i);
  });

  it('is not sent to a server whose certificate is not trusted, unless that is wanted', async () => {
    const mail = await server();
    const strangers = new RecipientScene();
    closing.push(() => strangers.close());
    const report = await strangers.test('email', mail.settings());
    expect(report.ok).toBe(false);
    expect(report.error).toBe(
      'the certificate is not trusted: its authority is not known; add its authority to the certificates of the device, or correct the server.',
    );
    expect(await strangers.test('email', mail.settings({ validateCertificate: false }))).toMatchObject({
      ok: true,
    });
  });

  it('says that the login is wrong, and who is not taken', async () => {
    const mail = await server({
      onRcptTo: ({ address }, _session, callback) =>
        callback(
          address.startsWith('nobody')
            ? Object.assign(new Error('No such user'), { responseCode: 550 })
            : null,
        ),
    });
    const wrong = await scene.test('email', mail.settings({ password: 'wrong' }));
    expect(wrong.error).toMatch(/does not accept the user name or the password/);
    scene.direct('email', mail.settings({ to: 'nobody@example.com', cc: [] }));
    await scene.tell('lost');
    await scene.failing(/No such user/);
    const [letter] = await scene.deadLetters();
    expect(letter?.reason).toMatch(/^refused: .*No such user/);
  });

  it('waits for a server that hangs, dies and comes back, and is delivered in order', async () => {
    let manner: 'hangs' | 'dies' = 'hangs';
    const mail = await server({
      onConnect: ({ remoteAddress }, callback) => {
        if (manner === 'dies')
          callback(Object.assign(new Error(`closing ${remoteAddress}`), { responseCode: 421 }));
      },
    });
    scene.direct('email', mail.settings(), { timeoutSeconds: 1 });
    await scene.tell('one');
    await scene.tell('two');
    await scene.failing(/no answer within 1 seconds/);
    manner = 'dies';
    scene.direct('email', mail.settings(), { timeoutSeconds: 5 });
    await scene.failing(/421|closing/);
    const other = await server();
    scene.direct('email', other.settings());
    await mails.first('the second', ({ text }) => text.includes('\r\ntwo\r\n'));
    expect(mails.all.map(({ text }) => /\r\n\r\n(one|two)\r\n/.exec(text)?.[1])).toEqual(['one', 'two']);
  });
});
