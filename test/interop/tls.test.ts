import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../src/base/errors.js';
import {
  SipEndpoint,
  type SipResponse,
  type TlsClientSettings,
  type TlsServerSettings,
} from '../../src/sip/index.js';
import { CertificateStore } from '../../src/security/certificate-store.js';
import { Baresip } from '../support/baresip.js';
import { saveCertificate, testAuthority, testCertificate } from '../support/certificates.js';
import { freePort } from '../support/free-port.js';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';

const OPENSSL = spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout.split(' ')[1] ?? 'unknown';
const closing: (() => unknown)[] = [];
let folder: string;
let files: { readonly own: string; readonly key: string; readonly authority: string };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-tls-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const own = await saveCertificate(
    folder,
    'own',
    await testCertificate({ dns: ['siren.example.com'], ip: ['127.0.0.1'] }),
  );
  const authority = await saveCertificate(folder, 'authority', await testAuthority());
  files = { own: own.certificate, key: own.privateKey, authority: authority.certificate };
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('openssl s_client', () => {
  it.each(['1.2', '1.3'] as const)('verifies our port and gets an answer over TLS %s', async (version) => {
    recordInterop({
      peer: 'OpenSSL',
      version: OPENSSL,
      feature: `TLS ${version}, certificate verified by the client`,
    });
    const port = await listening();
    const { answer } = await ask(port, [
      ...versionOf(version),
      ...['-CAfile', files.authority, '-verify_return_error', '-verify_hostname', 'siren.example.com'],
    ]);
    expect(answer).toMatch(/SIP\/2\.0 200 OK/);
  });

  it.each([
    ['1.1', 'automatic'],
    ['1.2', '1.3'],
  ] as const)('is refused with TLS %s where the setting is %s', async (version, lowest) => {
    recordInterop({
      peer: 'OpenSSL',
      version: OPENSSL,
      feature: `TLS ${version} refused where the setting is ${lowest}`,
    });
    const port = await listening({ version: lowest });
    const { answer, code } = await ask(port, versionOf(version));
    expect(answer).not.toContain('SIP/2.0');
    expect(code).not.toBe(0);
  });

  it('comes in with a client certificate of the authority, where one is required', async () => {
    recordInterop({ peer: 'OpenSSL', version: OPENSSL, feature: 'Client certificate required and shown' });
    const port = await listening({ clientCertificate: 'require' });
    const { answer } = await ask(port, ['-cert', files.own, '-key', files.key]);
    expect(answer).toMatch(/SIP\/2\.0 200 OK/);
  });

  it('is refused without one', async () => {
    recordInterop({ peer: 'OpenSSL', version: OPENSSL, feature: 'Client certificate required and missing' });
    const port = await listening({ clientCertificate: 'require' });
    const { answer } = await ask(port, []);
    expect(answer).not.toContain('SIP/2.0');
  });
});

describe('openssl s_server', () => {
  it.each(['1.2', '1.3'] as const)('is asked over TLS %s, and its answer is taken', async (version) => {
    recordInterop({
      peer: 'OpenSSL',
      version: OPENSSL,
      feature: `TLS ${version}, certificate verified by us`,
    });
    const port = await server(versionOf(version), true);
    const response = await request(port, { version: 'automatic' });
    expect(response.status).toBe(200);
  });

  it.each<[string, readonly string[], Partial<TlsClientSettings>, RegExp]>([
    [
      'of an unknown authority',
      [],
      { authorities: [] },
      /its authority, sipsiren test CA, is not among the trusted/,
    ],
    ['of another version', ['-tls1_2'], { version: '1.3' }, /version of TLS/],
    [
      'that requires a client certificate',
      ['-Verify', '1'],
      {},
      /requires a client certificate|wrong|refused/,
    ],
  ])('%s is named in words', async (title, wishes, settings, words) => {
    recordInterop({ peer: 'OpenSSL', version: OPENSSL, feature: `Server ${title} refused, with the reason` });
    const port = await server(wishes, false);
    const error: unknown = await request(port, settings).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SIP_UNTRUSTED' });
    expect(messageOf(error)).toMatch(words);
  });

  it('gets our client certificate', async () => {
    recordInterop({ peer: 'OpenSSL', version: OPENSSL, feature: 'Our client certificate accepted' });
    const port = await server(['-Verify', '1', '-verify_return_error', '-CAfile', files.authority], true);
    const mine = await testCertificate({ dns: ['siren7.example.com'] });
    expect((await request(port, mine)).status).toBe(200);
  });
});

describe('baresip over TLS', () => {
  let siren: TestDevice;
  let phone: Baresip;

  beforeEach(async () => {
    const { certificate, privateKey } = await testCertificate({ ip: ['127.0.0.1'], commonName: 'phone' });
    const own = join(folder, 'phone.pem');
    writeFileSync(own, certificate + privateKey);
    siren = await TestDevice.start();
    closing.push(() => siren.close());
    // The certificate that the device made for itself is what the phone is to trust.
    const certificates = new CertificateStore(siren.device.config.get('certificates'));
    const self = certificates.pair('')?.certificate ?? '';
    const trusted = join(folder, 'trusted.pem');
    writeFileSync(trusted, self + readFileSync(files.authority, 'utf8'));
    phone = await Baresip.start({ certificate: own, authority: trusted });
    closing.push(() => phone.close());
  }, 30_000);

  it('calls the siren, and hangs up', async () => {
    recordInterop({
      peer: 'baresip',
      version: programVersion('baresip'),
      feature: 'Call over TLS, hang-up by the caller',
    });
    phone.dial(`sip:1001@127.0.0.1:${siren.device.config.get('sip').tlsPort};transport=tls`);
    await phone.event('CALL_ESTABLISHED');
    await siren.event('call.state', (event) => event.state === 'Active');
    expect(siren.device.siren.status().light[0]).toMatchObject({ profile: 'Evacuation', running: true });

    phone.hangUp();
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(siren.device.siren.status().light).toEqual([]);
  });

  it('calls the siren, and sees it hang up by the same connection', async () => {
    recordInterop({
      peer: 'baresip',
      version: programVersion('baresip'),
      feature: 'Call over TLS, hang-up by the siren',
    });
    phone.dial(`sip:1001@127.0.0.1:${siren.device.config.get('sip').tlsPort};transport=tls`);
    const active = await siren.event('call.state', (event) => event.state === 'Active');
    await phone.event('CALL_ESTABLISHED');

    siren.device.calls.end(active.event.callId);

    await phone.event('CALL_CLOSED');
  });
});

/** Our endpoint's TLS port. */
async function listening(wishes: Partial<TlsServerSettings> = {}): Promise<number> {
  const { certificate } = await testAuthority();
  const endpoint = new SipEndpoint({
    listen: [{ protocol: 'tls', address: '127.0.0.1', port: 0 }],
    tls: {
      certificate: readFileSync(files.own, 'utf8'),
      privateKey: readFileSync(files.key, 'utf8'),
      authorities: [certificate],
      clientCertificate: 'none',
      version: 'automatic',
      ...wishes,
    },
  });
  await endpoint.start();
  closing.push(() => endpoint.close());
  return endpoint.listening[0]?.port ?? 0;
}

/** Sends an OPTIONS by openssl's client, and gives what came back before it ended. */
async function ask(
  port: number,
  options: readonly string[],
): Promise<{ readonly answer: string; readonly code: number }> {
  const child = spawn('openssl', [
    's_client',
    '-connect',
    `127.0.0.1:${port}`,
    '-quiet',
    '-no_ign_eof',
    ...options,
  ]);
  const output = outputOf(child);
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.write(
    [
      'OPTIONS sip:siren@127.0.0.1 SIP/2.0',
      'Via: SIP/2.0/TLS client.invalid;branch=z9hG4bK-openssl',
      'Max-Forwards: 70',
      'From: <sip:tester@127.0.0.1>;tag=1',
      'To: <sip:siren@127.0.0.1>',
      'Call-ID: openssl',
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  );
  const exited = once(child, 'exit') as Promise<[number | null]>;
  await until('an answer or an end', () => child.exitCode !== null || output().includes('SIP/2.0 200'));
  child.stdin.end();
  const [code] = await exited;
  return { answer: output(), code: code ?? 1 };
}

/** openssl's server; `answers`: it sends a 200 to whatever it hears first. */
async function server(options: readonly string[], answers: boolean): Promise<number> {
  const port = await freePort();
  const child = spawn('openssl', [
    ...['s_server', '-accept', `127.0.0.1:${port}`, '-cert', files.own, '-key', files.key, '-quiet'],
    ...options,
  ]);
  const output = outputOf(child);
  closing.push(async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  });
  await until('openssl to listen', () => canConnect(port));
  if (answers) {
    child.stdout.on('data', () => {
      const heard = output();
      if (!heard.includes('\r\n\r\n') || !heard.includes('OPTIONS')) return;
      child.stdout.removeAllListeners('data');
      const lines = heard.slice(heard.indexOf('OPTIONS sip:')).split('\r\n');
      const copied = lines.filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
      child.stdin.write(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n'));
    });
  }
  return port;
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
}

async function request(port: number, wishes: Partial<TlsClientSettings>): Promise<SipResponse> {
  const { certificate } = await testAuthority();
  const endpoint = new SipEndpoint({ listen: [{ protocol: 'tcp', address: '127.0.0.1', port: 0 }] });
  await endpoint.start();
  closing.push(() => endpoint.close());
  return endpoint.request({
    method: 'OPTIONS',
    to: `sip:pbx@127.0.0.1:${port};transport=tls`,
    from: 'sip:siren@127.0.0.1',
    tls: { version: 'automatic', verify: true, authorities: [certificate], ...wishes },
  });
}

/** Security level 0, since Debian's own takes nothing older than TLS 1.2. */
function versionOf(version: '1.1' | '1.2' | '1.3'): string[] {
  return [`-tls${version.replace('.', '_')}`, '-cipher', 'DEFAULT:@SECLEVEL=0'];
}

function outputOf(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return () => output;
}
