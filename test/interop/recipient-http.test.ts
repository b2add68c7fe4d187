import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testAuthority, testCertificate } from '../support/certificates.js';
import { ForeignServer } from '../support/foreign-server.js';
import { freePort } from '../support/free-port.js';
import { RecipientScene, told } from '../support/recipient-scene.js';
import { until } from '../support/until.js';

const PASSWORD = 'http-secret-1';
const REALM = 'Notifications';
let apache: ForeignServer;
let proxy: ForeignServer;
let port: number;
let securePort: number;
let proxyPort: number;
let scene: RecipientScene;
let authority: string;

beforeAll(async () => {
  apache = new ForeignServer();
  proxy = new ForeignServer();
  [port, securePort, proxyPort] = [await freePort(), await freePort(), await freePort()];
  authority = (await testAuthority()).certificate;
  const own = await testCertificate({ commonName: 'web', ip: ['127.0.0.1'] });
  const { folder } = apache;
  for (const name of ['basic', 'digest', 'open']) mkdirSync(join(folder, 'www', name), { recursive: true });
  for (const name of ['basic', 'digest', 'open']) writeFileSync(join(folder, 'www', name, 'notify'), 'taken');
  writeFileSync(join(folder, 'certificate.pem'), own.certificate);
  writeFileSync(join(folder, 'key.pem'), own.privateKey);
  execFileSync('htpasswd', ['-bc', join(folder, 'basic.users'), 'guard', PASSWORD], { stdio: 'ignore' });
  execFileSync('htdigest', ['-c', join(folder, 'digest.users'), REALM, 'guard'], {
    input: `${PASSWORD}\n${PASSWORD}\n`,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  writeFileSync(join(folder, 'apache.conf'), apacheConfiguration(folder));
  writeFileSync(join(proxy.folder, 'tinyproxy.conf'), proxyConfiguration(proxy.folder));
  await startApache();
  await proxy.start('tinyproxy', ['-d', '-c', join(proxy.folder, 'tinyproxy.conf')], proxyPort);
}, 30_000);

afterAll(async () => {
  await apache.close();
  await proxy.close();
});

beforeEach(() => {
  scene = new RecipientScene({ authorities: [authority] });
});

afterEach(() => scene.close());

function startApache(): Promise<void> {
  return apache.start('apache2', ['-D', 'FOREGROUND', '-f', join(apache.folder, 'apache.conf')], port);
}

function apacheConfiguration(folder: string): string {
  const modules = [
    'mpm_event',
    'authn_core',
    'authn_file',
    'authz_core',
    'authz_user',
    'auth_basic',
    'auth_digest',
  ];
  const loaded = [...modules, 'ssl', 'socache_shmcb', 'dir'].map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  );
  const account = process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : [];
  return [
    ...loaded,
    ...account,
    `ServerRoot ${folder}`,
    `PidFile ${folder}/apache.pid`,
    `DefaultRuntimeDir ${folder}`,
    `Mutex file:${folder} default`,
    `ErrorLog ${folder}/error.log`,
    'ServerName 127.0.0.1',
    `Listen 127.0.0.1:${port}`,
    `Listen 127.0.0.1:${securePort}`,
    `DocumentRoot ${folder}/www`,
    `CustomLog ${folder}/access.log "%r | %>s | %{Idempotency-Key}i"`,
    `<VirtualHost 127.0.0.1:${securePort}>`,
    'SSLEngine on',
    `SSLCertificateFile ${folder}/certificate.pem`,
    `SSLCertificateKeyFile ${folder}/key.pem`,
    '</VirtualHost>',
    '<Location /basic>',
    'AuthType Basic',
    `AuthName "${REALM}"`,
    `AuthUserFile ${folder}/basic.users`,
    'Require valid-user',
    '</Location>',
    '<Location /digest>',
    'AuthType Digest',
    `AuthName "${REALM}"`,
    'AuthDigestProvider file',
    `AuthUserFile ${folder}/digest.users`,
    'Require valid-user',
    '</Location>',
    '',
  ].join('\n');
}

function proxyConfiguration(folder: string): string {
  const account =
    process.getuid?.() === 0 ? ['User nobody', 'Group nogroup'] : [`User ${userInfo().username}`];
  return [
    ...account,
    `Port ${proxyPort}`,
    'Listen 127.0.0.1',
    `PidFile "${folder}/tinyproxy.pid"`,
    'BasicAuth door proxysecret',
    `ConnectPort ${securePort}`,
    '',
  ].join('\n');
}

const url = (path: string, scheme = 'http') =>
  `${scheme}://127.0.0.1:${scheme === 'http' ? port : securePort}${path}`;
const LOGIN = { user: 'guard', password: PASSWORD };
const THROUGH = () => ({
  proxyHost: '127.0.0.1',
  proxyPort,
  proxyUser: 'door',
  proxyPassword: 'proxysecret',
});

describe('An HTTP server that asks for a login', () => {
  it.each(['basic', 'digest'])('by %s is answered, without the password being told', async (scheme) => {
    const report = await scene.test('http', {
      url: url(`/${scheme}/notify`),
      querySuffix: 'a={{rule}}',
      ...LOGIN,
    });
    expect(report).toMatchObject({ ok: true });
    const how = scheme === 'basic' ? 'Basic' : 'Digest with MD5';
    expect(told(report)).toContain(`The server asks who it is; answering by ${how} as guard.`);
    expect(told(report)).not.toContain(PASSWORD);
    const wrong = await scene.test('http', { url: url(`/${scheme}/notify`), ...LOGIN, password: 'no' });
    expect(wrong.error).toBe('the server answers 401 Unauthorized: check the user name and the password.');
  });
});

describe('An HTTPS server', () => {
  it('with digest behind a proxy with a password is reached, and each step is told', async () => {
    const report = await scene.test('https', { url: url('/digest/notify', 'https'), ...LOGIN, ...THROUGH() });
    expect(report).toMatchObject({ ok: true });
    const expected = [
      `Asking the proxy for a tunnel to 127.0.0.1:${securePort}.`,
      'The proxy asks who it is; answering by Basic as door.',
      'The proxy answers 200',
      'The certificate is for web, issued by',
      'The server asks who it is; answering by Digest with MD5 as guard.',
      'The answer is 200 OK.',
    ];
    const text = told(report);
    const places = expected.map((step) => text.indexOf(step));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).not.toContain(-1);
    expect(text).not.toMatch(/http-secret|proxysecret/);
  });

  it('is reached by plain HTTP through the proxy, too', async () => {
    for (let time = 0; time < 10; time++) {
      const report = await scene.test('http', { url: url('/digest/notify'), ...LOGIN, ...THROUGH() });
      expect([report.ok, told(report)]).toEqual([true, expect.stringContaining('Digest with MD5')]);
    }
    // Without a body: this proxy may cut off what it has not read, and its answer with it.
    const wishes = { method: 'GET', proxyPassword: 'no' };
    const closed = await scene.test('http', { url: url('/open/notify'), ...THROUGH(), ...wishes });
    expect(closed.error).toMatch(/check the user name and the password, and those of the proxy/);
  });

  it('whose certificate is not trusted is told nothing, unless that is wanted', async () => {
    const strangers = new RecipientScene();
    const settings = { url: url('/open/notify', 'https') };
    const report = await strangers.test('https', settings);
    expect(report.error).toMatch(/is not trusted: its authority is not known/);
    expect(told(report)).not.toContain('Sending');
    expect(await strangers.test('https', { ...settings, validateCertificate: false })).toMatchObject({
      ok: true,
    });
    await strangers.close();
  });

  it('that refuses, hangs and dies is waited for, with one id for each notification', async () => {
    const hanging = createServer();
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    const at = (hanging.address() as AddressInfo).port;
    scene.direct('https', { url: `https://127.0.0.1:${at}/` }, { timeoutSeconds: 1 });
    const ids = [await scene.tell('one'), await scene.tell('two')];
    await scene.failing(/no answer within 1 seconds/);
    hanging.close();
    scene.direct('https', { url: url('/nowhere', 'https') });
    await scene.failing(/404 Not Found: check the path/);
    await apache.stop();
    scene.direct('https', { url: url('/open/notify', 'https') });
    await scene.failing(/nobody listens there/);
    await startApache();
    const log = await until('both in its log', () => {
      const text = readFileSync(join(apache.folder, 'access.log'), 'utf8');
      return text.includes(`200 | ${ids[1]}`) && text;
    });
    const taken = [...log.matchAll(/POST \/open\/notify HTTP\/1\.1 \| 200 \| (\w{24})/g)].map(([, id]) => id);
    expect(taken.slice(-2)).toEqual(ids);
  });
});

describe('A TCP server', () => {
  it('gets a line of JSON or of text, and may have to answer', async () => {
    const heard: string[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk.toString());
        socket.end('ACK\n');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    scene.direct('tcp', { ...at, format: 'text', expect: 'ACK' });
    await scene.tell('Alarm at {{device}}');
    await until('the line', () => heard.includes('Alarm at Gate 3\n'));
    expect(await scene.test('tcp', { ...at, expect: 'ACK' })).toMatchObject({ ok: true });
    expect(JSON.parse(heard.at(-1) ?? '')).toMatchObject({ test: true, device: 'Gate 3' });
    const wrong = await scene.test('tcp', { ...at, expect: 'OK!' });
    expect(wrong.error).toBe('the answer does not contain "OK!".');
    expect(told(wrong)).toContain('The answer is "ACK".');
    server.close();
    expect((await scene.test('tcp', at)).error).toMatch(/nobody listens there/);
  });

  it('that is netcat takes it too, over TLS openssl does', async () => {
    const netcat = new ForeignServer();
    const at = await freePort();
    // Of two connections the first is the one that looks whether it listens.
    await netcat.start('nc', ['-lk', '127.0.0.1', String(at)], at);
    expect(await scene.test('tcp', { host: '127.0.0.1', port: at, format: 'text' })).toMatchObject({
      ok: true,
    });
    await netcat.close();
    const openssl = new ForeignServer();
    const pair = ['-cert', join(apache.folder, 'certificate.pem'), '-key', join(apache.folder, 'key.pem')];
    await openssl.start('openssl', ['s_server', '-quiet', '-accept', `127.0.0.1:${at}`, ...pair], at);
    const report = await scene.test('tcp', { host: '127.0.0.1', port: at, tls: true });
    expect(report).toMatchObject({ ok: true });
    expect(told(report)).toContain('The certificate is trusted.');
    await openssl.close();
  });
});
