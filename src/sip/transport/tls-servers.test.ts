import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testCertificate } from '../../../test/support/certificates.js';
import { TlsScene } from '../../../test/support/tls-scene.js';
import { failure, options, unexpected, until } from '../../../test/support/transport-scene.js';
import { seconds } from '../../base/duration.js';
import type { TlsVersion } from './tls-settings.js';

let scene: TlsScene;

beforeEach(async () => {
  scene = await TlsScene.make();
});

afterEach(() => scene.close());

describe('A server over TLS', () => {
  it.each<[string, Parameters<typeof testCertificate>[0], string, RegExp]>([
    ['self-signed', { dns: ['pbx.example.com'], authority: 'self' }, 'pbx.example.com', /it is self-signed/],
    [
      'of an unknown authority',
      { dns: ['pbx.example.com'], authority: 'somebody' },
      'pbx.example.com',
      /its authority, somebody CA, is not among the trusted ones/,
    ],
    [
      'expired',
      { dns: ['pbx.example.com'], untilDays: -3 },
      'pbx.example.com',
      /it expired on \d{4}-\d\d-\d\d/,
    ],
    [
      'not valid yet',
      { dns: ['pbx.example.com'], fromDays: 2 },
      'pbx.example.com',
      /it is not valid before \d{4}-\d\d-\d\d; is the clock right\?/,
    ],
    [
      'of another domain',
      { dns: ['a.example.com', 'b.example.com'] },
      'pbx.example.com',
      /it is for a.example.com, b.example.com, not pbx.example.com/,
    ],
    [
      'of a wildcard',
      { dns: ['*.example.com'] },
      'pbx.example.com',
      /a wildcard such as \*.example.com does not count in SIP/,
    ],
    [
      'of a SIP domain beside the DNS name (RFC 5922 section 7.1)',
      { dns: ['pbx.example.com'], uri: ['sip:example.com'] },
      'pbx.example.com',
      /it is for example.com, not pbx.example.com/,
    ],
    ['of another address', { ip: ['127.0.0.2'] }, '127.0.0.1', /it is for 127.0.0.2, not 127.0.0.1/],
  ])('is refused with a certificate that is %s', async (_title, wishes, name, words) => {
    const caller = await scene.device();
    const { target, heard } = await scene.foreignServer(await testCertificate(wishes));
    const { promise, report } = failure();

    caller.transport.sendRequest(options(), scene.trusted(target, name), report);
    const error = await promise;

    expect(error).toMatchObject({ code: 'SIP_UNTRUSTED' });
    expect(error.message).toMatch(words);
    expect(heard()).toBe('');
  });

  it.each<[string, Parameters<typeof testCertificate>[0], string]>([
    ['a SIP URI', { uri: ['sip:example.com'], dns: ['host7.example.com'] }, 'example.com'],
    ['a DNS entry', { dns: ['pbx.example.com'] }, 'PBX.example.com'],
    ['an address', { ip: ['127.0.0.1'] }, '127.0.0.1'],
    ['the common name alone', { commonName: 'old.example.com' }, 'old.example.com'],
  ])('is believed by %s', async (_title, wishes, name) => {
    const caller = await scene.device();
    const { target, heard } = await scene.foreignServer(await testCertificate(wishes));

    caller.transport.sendRequest(options(), scene.trusted(target, name), unexpected);
    await until(() => heard() !== '');

    expect(heard()).toMatch(/^OPTIONS /);
  });

  it('is believed with a self-signed certificate that is itself among the trusted ones', async () => {
    const caller = await scene.device();
    const self = await testCertificate({ dns: ['pbx.example.com'], authority: 'self' });
    const { target, heard } = await scene.foreignServer(self);
    const tls = { ...scene.client(), authorities: [self.certificate] };
    caller.transport.sendRequest(options(), { ...target, serverName: 'pbx.example.com', tls }, unexpected);
    await until(() => heard() !== '');
    expect(heard()).toMatch(/^OPTIONS /);
  });

  it('is not looked at where nobody wants that', async () => {
    const caller = await scene.device();
    const { target, heard } = await scene.foreignServer(
      await testCertificate({ dns: ['x'], authority: 'self' }),
    );
    caller.transport.sendRequest(
      options(),
      { ...target, tls: { ...scene.client(), verify: false } },
      unexpected,
    );
    await until(() => heard() !== '');
    expect(heard()).toMatch(/^OPTIONS /);
  });

  it.each<[string, TlsOptions, TlsVersion, RegExp]>([
    ['speaks an older version', { maxVersion: 'TLSv1.2' }, '1.3', /version of TLS/],
    ['speaks a newer version', { minVersion: 'TLSv1.3' }, '1.2', /version of TLS/],
    [
      'speaks only what is too old',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
      'automatic',
      /version of TLS/,
    ],
    [
      'wants a client certificate, by TLS 1.3',
      { requestCert: true, rejectUnauthorized: true },
      '1.3',
      /requires a client certificate, and none was shown/,
    ],
    [
      'wants a client certificate, by TLS 1.2',
      { requestCert: true, rejectUnauthorized: true },
      '1.2',
      /requires a client certificate/,
    ],
  ])('that %s is told in words', async (_title, wishes, version, words) => {
    const caller = await scene.device();
    const { target } = await scene.foreignServer(scene.own, wishes);
    const { promise, report } = failure();

    caller.transport.sendRequest(options(), { ...target, tls: { ...scene.client(), version } }, report);
    const error = await promise;

    expect(error).toMatchObject({ code: 'SIP_UNTRUSTED' });
    expect(error.message).toMatch(words);
  });

  it('that does not speak TLS at all is told so', async () => {
    const caller = await scene.device();
    const { target, server } = await scene.tcpServer();
    server.on('connection', (socket: Socket) => socket.write('SIP/2.0 400 Bad Request\r\n\r\n'));
    const { promise, report } = failure();

    caller.transport.sendRequest(options(), { ...target, protocol: 'tls' }, report);

    expect(await promise).toMatchObject({
      code: 'SIP_TRANSPORT',
      message: expect.stringContaining('does not speak TLS'),
    });
  });

  it('that never ends the handshake is given up in time', async () => {
    const caller = await scene.device();
    const { target, accepted } = await scene.tcpServer();
    const { promise, report } = failure();
    caller.transport.sendRequest(options(), { ...target, protocol: 'tls' }, report);
    await accepted();

    scene.clock.advance(seconds(5));

    expect(await promise).toMatchObject({ message: expect.stringContaining('no connection within 5 s') });
  });

  it('gets our client certificate where we have one', async () => {
    const caller = await scene.device();
    const mine = await testCertificate({ dns: ['siren7.example.com'] });
    const { target, heard } = await scene.foreignServer(scene.own, {
      requestCert: true,
      rejectUnauthorized: true,
      ca: scene.authority.certificate,
    });

    caller.transport.sendRequest(options(), { ...target, tls: { ...scene.client(), ...mine } }, unexpected);
    await until(() => heard() !== '');

    expect(heard()).toMatch(/^OPTIONS /);
  });
});
