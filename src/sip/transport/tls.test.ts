import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect, createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testAuthority, testCertificate, type TestCertificate } from '../../../test/support/certificates.js';
import {
  ANY_TCP,
  ANY_TLS,
  ANY_UDP,
  at,
  failure,
  foreignOptions,
  nextChunk,
  options,
  unexpected,
  until,
  TransportScene,
} from '../../../test/support/transport-scene.js';
import { seconds } from '../../base/duration.js';
import { RecordingTransportUser } from '../../../test/support/recording-transport-user.js';
import { RecordingLog } from '../../../test/support/recording-log.js';
import { SipResponse } from '../message/index.js';
import type { Target } from './flow.js';
import { SocketTransport } from './socket-transport.js';
import type { TlsClientSettings, TlsServerSettings } from './tls-settings.js';

let scene: TransportScene;
let authority: TestCertificate;
let own: TestCertificate;

beforeAll(async () => {
  authority = await testAuthority();
  own = await testCertificate({ dns: ['siren.example.com'], ip: ['127.0.0.1'] });
});

beforeEach(() => {
  scene = new TransportScene();
});

afterEach(() => scene.close());

describe('TLS', () => {
  it('carries a request and its response, and says what was agreed on', async () => {
    const caller = await device();
    const callee = await device();
    const target = trusted(at(callee.transport, 'tls'), 'siren.example.com');

    caller.transport.sendRequest(options(), target, unexpected);
    const { message, flow } = await callee.user.request();
    callee.transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);
    const answer = await caller.user.response();

    expect(message.topVia.transport).toBe('tls');
    expect(flow.tls).toMatchObject({ version: 'TLSv1.3', cipher: expect.stringContaining('AES') });
    expect(flow.tls?.peerSubject).toBeUndefined();
    expect(answer.flow.tls).toMatchObject({
      peerSubject: 'CN=siren.example.com',
      peerNames: ['siren.example.com', '127.0.0.1'],
    });
  });

  it('uses a connection again on the same terms only (RFC 5923)', async () => {
    const caller = await device();
    const callee = await device();
    const plain = at(callee.transport, 'tls');
    const targets = [
      trusted(plain, 'siren.example.com'),
      trusted(plain, 'siren.example.com'),
      trusted(plain, '127.0.0.1'),
      { ...plain, tls: { ...client(), verify: false } },
    ];

    for (const target of targets) caller.transport.sendRequest(options(), target, unexpected);
    await callee.user.request(3);

    expect(caller.transport.counts.connections).toBe(3);
  });

  it('uses the connection that a dialog came by, whoever opened it', async () => {
    const { transport, user } = await device();
    const peer = await tlsPeer(at(transport, 'tls'), { rejectUnauthorized: false });
    peer.write(foreignOptions('SIP/2.0/TLS 10.9.9.9;branch=z9hG4bK-1'));
    const { flow } = await user.request();

    const target: Target = { protocol: 'tls', ...flow.remote, flow };
    transport.sendRequest(options(), target, unexpected);

    expect(await nextChunk(peer)).toMatch(/^OPTIONS /);
  });

  it('resumes a session with a server that has proven itself, and with no other', async () => {
    const caller = await device();
    const { target, heard, sockets } = await foreignServer(own);
    const names = ['siren.example.com', 'siren.example.com', '127.0.0.1'];

    const resumed: boolean[] = [];
    for (const [index, name] of names.entries()) {
      caller.transport.sendRequest(options(), trusted(target, name), unexpected);
      await until(() => heard().split('Content-Length').length === index + 2);
      resumed.push(sockets[index]?.isSessionReused() ?? false);
      sockets[index]?.end('SIP/2.0 nonsense\r\n\r\n');
      await until(() => caller.transport.counts.connections === 0);
    }

    expect(resumed).toEqual([false, true, false]);
  });

  it('takes another certificate while connections go on', async () => {
    const callee = await device();
    const target = at(callee.transport, 'tls');
    const first = await tlsPeer(target, { rejectUnauthorized: false });
    const other = await testCertificate({ dns: ['new.example.com'] });

    callee.transport.setTls({ ...serverSettings(), ...other });
    const second = await tlsPeer(target, { rejectUnauthorized: false });
    first.write('\r\n\r\n');

    expect(await nextChunk(first)).toBe('\r\n');
    expect(first.getPeerCertificate().subject.CN).toBe('siren.example.com');
    expect(second.getPeerCertificate().subject.CN).toBe('new.example.com');
  });

  it('refuses a certificate that is none, and keeps the one that it has', async () => {
    const callee = await device();
    expect(() => callee.transport.setTls({ ...serverSettings(), certificate: 'nonsense' })).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', path: 'tls' }),
    );
    const peer = await tlsPeer(at(callee.transport, 'tls'), { rejectUnauthorized: false });
    expect(peer.getPeerCertificate().subject.CN).toBe('siren.example.com');
  });

  it('is not started without a certificate, and leaves no other port bound', async () => {
    const error: unknown = await scene.started([ANY_TLS]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_VALUE' });
  });
});

describe('Ports for TLS', () => {
  it('may be changed while connections and their dialogs go on', async () => {
    const callee = await device();
    const former = at(callee.transport, 'tls');
    const peer = await tlsPeer(former, { rejectUnauthorized: false });
    peer.write(foreignOptions('SIP/2.0/TLS 10.9.9.9;branch=z9hG4bK-1'));
    const { message, flow } = await callee.user.request();

    await callee.transport.listenTls([ANY_TLS]);
    const fresh = at(callee.transport, 'tls');
    callee.transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);
    expect(await nextChunk(peer)).toMatch(/^SIP\/2.0 200 /);
    callee.transport.sendRequest(options(), { protocol: 'tls', ...flow.remote, flow }, unexpected);
    expect(await nextChunk(peer)).toMatch(/^OPTIONS /);

    expect(fresh.port).not.toBe(former.port);
    await tlsPeer(fresh, { rejectUnauthorized: false });
    const late = connectTcp(former.port, '127.0.0.1');
    const refused: unknown = await once(late, 'connect').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('stay as they are where a new one cannot be had, and where they are asked for again', async () => {
    const callee = await device();
    const point = callee.transport.listening[0]!;
    const { target } = await scene.tcpServer();

    await callee.transport.listenTls([point]);
    const error: unknown = await callee.transport
      .listenTls([ANY_TLS, { protocol: 'tls', address: '127.0.0.1', port: target.port }])
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'ADDRESS_IN_USE' });
    expect(callee.transport.listening).toEqual([point]);
    await tlsPeer(at(callee.transport, 'tls'), { rejectUnauthorized: false });
  });

  it('are opened beside the others or none is', async () => {
    const { target } = await scene.tcpServer();
    const taken = { protocol: 'tls' as const, address: '127.0.0.1', port: target.port };
    const transport = new SocketTransport({
      listen: [ANY_UDP, ANY_TCP, taken],
      clock: scene.clock,
      tls: serverSettings(),
    });
    const error: unknown = await transport
      .start(new RecordingTransportUser())
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ADDRESS_IN_USE' });
    expect(transport.listening).toEqual([]);
  });

  it('are not needed for dialling', async () => {
    const callee = await device();
    const { transport } = await scene.started([ANY_UDP, ANY_TCP]);
    const target = trusted(at(callee.transport, 'tls'), 'siren.example.com');

    transport.sendRequest(options(), target, unexpected);
    const { message } = await callee.user.request();

    expect(message.topVia.port).toBe(at(transport, 'tcp').port);
    expect(transport.listening.map(({ protocol }) => protocol)).toEqual(['udp', 'tcp']);
  });
});

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
    const caller = await device();
    const { target, heard } = await foreignServer(await testCertificate(wishes));
    const { promise, report } = failure();

    caller.transport.sendRequest(options(), trusted(target, name), report);
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
    const caller = await device();
    const { target, heard } = await foreignServer(await testCertificate(wishes));

    caller.transport.sendRequest(options(), trusted(target, name), unexpected);
    await until(() => heard() !== '');

    expect(heard()).toMatch(/^OPTIONS /);
  });

  it('is believed with a self-signed certificate that is itself among the trusted ones', async () => {
    const caller = await device();
    const self = await testCertificate({ dns: ['pbx.example.com'], authority: 'self' });
    const { target, heard } = await foreignServer(self);
    const tls = { ...client(), authorities: [self.certificate] };
    caller.transport.sendRequest(options(), { ...target, serverName: 'pbx.example.com', tls }, unexpected);
    await until(() => heard() !== '');
    expect(heard()).toMatch(/^OPTIONS /);
  });

  it('is not looked at where nobody wants that', async () => {
    const caller = await device();
    const { target, heard } = await foreignServer(await testCertificate({ dns: ['x'], authority: 'self' }));
    caller.transport.sendRequest(options(), { ...target, tls: { ...client(), verify: false } }, unexpected);
    await until(() => heard() !== '');
    expect(heard()).toMatch(/^OPTIONS /);
  });

  it.each<[string, TlsOptions, TlsClientSettings['version'], RegExp]>([
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
    const caller = await device();
    const { target } = await foreignServer(own, wishes);
    const { promise, report } = failure();

    caller.transport.sendRequest(options(), { ...target, tls: { ...client(), version } }, report);
    const error = await promise;

    expect(error).toMatchObject({ code: 'SIP_UNTRUSTED' });
    expect(error.message).toMatch(words);
  });

  it('that does not speak TLS at all is told so', async () => {
    const caller = await device();
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
    const caller = await device();
    const { target, accepted } = await scene.tcpServer();
    const { promise, report } = failure();
    caller.transport.sendRequest(options(), { ...target, protocol: 'tls' }, report);
    await accepted();

    scene.clock.advance(seconds(5));

    expect(await promise).toMatchObject({ message: expect.stringContaining('no connection within 5 s') });
  });

  it('gets our client certificate where we have one', async () => {
    const caller = await device();
    const mine = await testCertificate({ dns: ['siren7.example.com'] });
    const { target, heard } = await foreignServer(own, {
      requestCert: true,
      rejectUnauthorized: true,
      ca: authority.certificate,
    });

    caller.transport.sendRequest(options(), { ...target, tls: { ...client(), ...mine } }, unexpected);
    await until(() => heard() !== '');

    expect(heard()).toMatch(/^OPTIONS /);
  });
});

describe('A client over TLS', () => {
  it.each<[string, Parameters<typeof testCertificate>[0] | undefined, string | undefined]>([
    ['of a trusted authority is known', { dns: ['phone.example.com'] }, 'CN=phone.example.com'],
    [
      'of another authority stays a stranger',
      { dns: ['phone.example.com'], authority: 'somebody' },
      undefined,
    ],
    ['without certificate stays a stranger', undefined, undefined],
  ])('%s where one is asked for', async (_title, wishes, subject) => {
    const { transport, user } = await device({ clientCertificate: 'request' });
    const peer = await tlsPeer(at(transport, 'tls'), await clientOptions(wishes));
    peer.write(foreignOptions('SIP/2.0/TLS 10.9.9.9;branch=z9hG4bK-1'));

    const { flow } = await user.request();

    expect(flow.tls?.peerSubject).toBe(subject);
  });

  it.each<[string, Parameters<typeof testCertificate>[0] | undefined, RegExp]>([
    [
      'of another authority',
      { dns: ['phone.example.com'], authority: 'somebody' },
      /its authority, somebody CA,/,
    ],
    ['that has expired', { dns: ['phone.example.com'], untilDays: -1 }, /it expired on/],
    ['that is none', undefined, /it showed none/],
  ])(
    'with a certificate %s is refused where one is required, and logged once',
    async (_title, wishes, words) => {
      const log = new RecordingLog();
      const { transport, user } = await device({ clientCertificate: 'require' }, log);
      const peer = await tlsPeer(at(transport, 'tls'), await clientOptions(wishes));
      peer.write(foreignOptions('SIP/2.0/TLS 10.9.9.9;branch=z9hG4bK-1'));

      await until(() => peer.closed && transport.counts.failedHandshakes === 1);

      expect(user.received).toHaveLength(0);
      const lines = log.lines.all.filter(({ message }) => message === 'A connection was refused.');
      expect(lines).toEqual([
        expect.objectContaining({
          fields: expect.objectContaining({
            source: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
            reason: expect.stringMatching(words),
          }),
        }),
      ]);
    },
  );

  it.each<[string, TlsServerSettings['version'], TlsOptions]>([
    ['1.2 where 1.3 is the lowest', '1.3', { maxVersion: 'TLSv1.2' }],
    ['1.1, which nobody may', 'automatic', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }],
  ])('that speaks only TLS %s is refused', async (_title, version, wishes) => {
    const { transport } = await device({ version });
    const { port } = at(transport, 'tls');
    const peer = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...wishes } as never);
    scene.closeLater(() => void peer.destroy());

    const [error] = (await once(peer, 'error').catch((thrown: unknown) => [thrown])) as [unknown];
    await until(() => transport.counts.failedHandshakes === 1);

    expect(String(error)).toMatch(/version|protocol/i);
  });

  it('that opens connections and never greets is closed in time, and counts against its quota', async () => {
    const { transport } = await device({}, undefined, { maxConnectionsPerSource: 2 });
    const { port } = at(transport, 'tls');
    const sockets = [0, 1, 2].map(() => connectTcp(port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.on('error', () => socket.destroy());
      scene.closeLater(() => void socket.destroy());
    }
    await until(() => transport.counts.refusedConnections === 1);

    scene.clock.advance(seconds(30));
    await until(() => transport.counts.stalledConnections === 2);
    const late = await tlsPeer(at(transport, 'tls'), { rejectUnauthorized: false });

    expect(late.encrypted).toBe(true);
  });

  it('that talks nonsense is counted and harms nobody', async () => {
    const { transport } = await device();
    const { port } = at(transport, 'tls');
    const stranger = connectTcp(port, '127.0.0.1');
    stranger.on('error', () => stranger.destroy());
    scene.closeLater(() => void stranger.destroy());
    stranger.write('OPTIONS sip:siren@127.0.0.1 SIP/2.0\r\n\r\n');

    await until(() => transport.counts.failedHandshakes === 1);

    expect(transport.counts.connections).toBe(0);
  });
});

function serverSettings(settings: Partial<TlsServerSettings> = {}): TlsServerSettings {
  return {
    ...own,
    authorities: [authority.certificate],
    clientCertificate: 'none',
    version: 'automatic',
    ...settings,
  };
}

function client(): TlsClientSettings {
  return { version: 'automatic', verify: true, authorities: [authority.certificate] };
}

function trusted(target: Target, serverName: string): Target {
  return { ...target, serverName, tls: client() };
}

function device(settings: Partial<TlsServerSettings> = {}, log?: RecordingLog, limits = {}) {
  return scene.started([ANY_TLS], { tls: serverSettings(settings), limits, ...(log ? { log } : {}) });
}

async function clientOptions(wishes: Parameters<typeof testCertificate>[0] | undefined): Promise<TlsOptions> {
  if (!wishes) return { rejectUnauthorized: false };
  const { certificate, privateKey } = await testCertificate(wishes);
  return { rejectUnauthorized: false, cert: certificate, key: privateKey };
}

/** A client of Node's own. */
async function tlsPeer(to: Target, wishes: TlsOptions): Promise<TLSSocket> {
  const socket = connect({ host: to.address, port: to.port, ...wishes } as never);
  socket.on('error', () => socket.destroy());
  scene.closeLater(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** A server of Node's own, and what it was sent. */
async function foreignServer(
  { certificate, privateKey }: TestCertificate,
  wishes: TlsOptions = {},
): Promise<{
  readonly target: Target;
  readonly heard: () => string;
  readonly sockets: readonly TLSSocket[];
}> {
  let heard = '';
  const sockets: TLSSocket[] = [];
  const server = createServer({ cert: certificate, key: privateKey, ...wishes }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scene.closeLater(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The server has no port.');
  return { target: { protocol: 'tls', address: '127.0.0.1', port: bound.port }, heard: () => heard, sockets };
}
