import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecipientTestReport } from '../../src/recipients/recipients.js';
import { saveCertificate, testAuthority, testCertificate } from '../support/certificates.js';
import { ForeignServer } from '../support/foreign-server.js';
import { freePort } from '../support/free-port.js';
import { told } from '../support/recipient-scene.js';
import { TestDevice } from '../support/test-device.js';

/** Who signs for those that the web server lets in; nobody else trusts it. */
const CLIENTS = 'clients of the web server';
const SERVERS = {
  demanding12: { ip: ['127.0.0.1'], commonName: 'web' },
  demanding13: { ip: ['127.0.0.1'], commonName: 'web' },
  expired: { ip: ['127.0.0.1'], untilDays: -1 },
  early: { ip: ['127.0.0.1'], fromDays: 2 },
  elsewhere: { dns: ['other.example.com'] },
  selfSigned: { ip: ['127.0.0.1'], authority: 'self' },
} as const;
type Server = keyof typeof SERVERS;

let apache: ForeignServer;
let siren: TestDevice;
const ports = {} as Record<Server, number>;
/** Ids of the device's certificates by what they are. */
const own: Record<string, string> = { none: '' };

beforeAll(async () => {
  apache = new ForeignServer();
  const { folder } = apache;
  mkdirSync(join(folder, 'www'));
  writeFileSync(join(folder, 'www', 'notify'), 'taken');
  writeFileSync(join(folder, 'clients.crt'), (await testAuthority(CLIENTS)).certificate);
  for (const [name, options] of Object.entries(SERVERS)) {
    ports[name as Server] = await freePort();
    await saveCertificate(folder, name, await testCertificate(options));
  }
  writeFileSync(join(folder, 'apache.conf'), configuration(folder));
  await apache.start('apache2', ['-D', 'FOREGROUND', '-f', join(folder, 'apache.conf')], ports.demanding13);
  siren = await TestDevice.start({ http: true, authorities: [(await testAuthority()).certificate] });
  for (const [name, options] of Object.entries({
    right: { commonName: 'siren', authority: CLIENTS },
    stranger: { commonName: 'siren', authority: 'somebody else' },
    worn: { commonName: 'siren', authority: CLIENTS, untilDays: -1 },
  })) {
    const { status, body } = await siren.api('POST', '/certificates', {
      name,
      ...(await testCertificate(options)),
    });
    expect(status).toBe(201);
    own[name] = (body as { id: string }).id;
  }
}, 60_000);

afterAll(async () => {
  await siren.close();
  await apache.close();
});

function configuration(folder: string): string {
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'ssl', 'socache_shmcb'];
  const account = process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : [];
  const hosts = (Object.keys(SERVERS) as Server[]).flatMap((name) => [
    `Listen 127.0.0.1:${ports[name]}`,
    `<VirtualHost 127.0.0.1:${ports[name]}>`,
    'SSLEngine on',
    `SSLCertificateFile ${folder}/${name}.crt`,
    `SSLCertificateKeyFile ${folder}/${name}.key`,
    ...(name.startsWith('demanding')
      ? [
          `SSLProtocol ${name === 'demanding12' ? 'TLSv1.2' : 'TLSv1.3'}`,
          `SSLCACertificateFile ${folder}/clients.crt`,
          'SSLVerifyClient require',
        ]
      : []),
    '</VirtualHost>',
  ]);
  return [
    ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    ...account,
    `ServerRoot ${folder}`,
    `PidFile ${folder}/apache.pid`,
    `DefaultRuntimeDir ${folder}`,
    `Mutex file:${folder} default`,
    `ErrorLog ${folder}/error.log`,
    'ServerName 127.0.0.1',
    `DocumentRoot ${folder}/www`,
    ...hosts,
    '',
  ].join('\n');
}

async function tell(server: Server, more: object = {}): Promise<RecipientTestReport> {
  const url = `https://127.0.0.1:${ports[server]}/notify`;
  const recipient = { name: 'Web', kind: 'https', settings: { url, ...more } };
  const { status, body } = await siren.api('POST', '/recipient-test', recipient);
  expect(status).toBe(200);
  return body as RecipientTestReport;
}

describe.each(['demanding12', 'demanding13'] as const)(
  'A web server that lets nobody in unknown (%s)',
  (name) => {
    it('is told by who shows the certificate that it knows', async () => {
      const report = await tell(name, { certificate: own['right'] });
      expect([report.ok, told(report)]).toEqual([true, expect.stringContaining('The answer is 200 OK.')]);
      expect(told(report)).toContain(
        name === 'demanding12' ? 'TLSv1.2 is agreed on' : 'TLSv1.3 is agreed on',
      );
    });

    it.each([
      ['none', /asks? for a certificate of the device/],
      ['stranger', /does not accept the certificate of the device/],
      ['worn', /does not accept the certificate of the device: it has expired/],
    ] as const)('says so to who shows another (%s)', async (which, why) => {
      const report = await tell(name, { certificate: own[which] });
      expect([report.ok, report.error]).toEqual([false, expect.stringMatching(why)]);
      expect(report.milliseconds).toBeLessThan(10_000);
    });
  },
);

describe('A web server whose own certificate', () => {
  it.each([
    ['expired', /is not trusted: it has expired/],
    ['early', /is not trusted: it is not valid yet; is the time of the device right/],
    ['elsewhere', /is not trusted: it is for another name/],
    ['selfSigned', /is not trusted: it is self-signed/],
  ] as const)('is no good (%s) is told nothing, unless that is wanted', async (name, why) => {
    const report = await tell(name);
    expect([report.ok, report.error]).toEqual([false, expect.stringMatching(why)]);
    expect(told(report)).not.toContain('Sending');
    expect(await tell(name, { validateCertificate: false })).toMatchObject({ ok: true });
  });
});

describe('A certificate of the device', () => {
  it('cannot be deleted while a recipient shows it, and must exist', async () => {
    const url = `https://127.0.0.1:${ports.demanding13}/notify`;
    const recipient = (certificate: string | undefined) => ({
      id: 'web',
      name: 'Web',
      kind: 'https',
      settings: { url, certificate },
    });
    expect((await siren.api('POST', '/recipients', recipient('nowhere'))).status).toBe(422);
    expect((await siren.api('POST', '/recipients', recipient(own['right']))).status).toBe(201);
    expect((await siren.api('DELETE', `/certificates/${own['right']}`)).status).toBeGreaterThanOrEqual(400);
    expect((await siren.api('POST', '/recipients/web/send', { text: 'x' })).status).toBe(202);
    await siren.event('recipient.state', ({ state }) => state === 'ok');
  });
});
