import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testCertificate } from '../../../test/support/certificates.js';
import { RecordingTransportUser } from '../../../test/support/recording-transport-user.js';
import { TlsScene } from '../../../test/support/tls-scene.js';
import {
  ANY_TCP,
  ANY_TLS,
  ANY_UDP,
  at,
  foreignOptions,
  nextChunk,
  options,
  unexpected,
  until,
} from '../../../test/support/transport-scene.js';
import { SipResponse } from '../message/index.js';
import type { Target } from './flow.js';
import { SocketTransport } from './socket-transport.js';

let scene: TlsScene;

beforeEach(async () => {
  scene = await TlsScene.make();
});

afterEach(() => scene.close());

describe('TLS', () => {
  it('carries a request and its response, and says what was agreed on', async () => {
    const caller = await scene.device();
    const callee = await scene.device();
    const target = scene.trusted(at(callee.transport, 'tls'), 'siren.example.com');

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
    const caller = await scene.device();
    const callee = await scene.device();
    const plain = at(callee.transport, 'tls');
    const targets = [
      scene.trusted(plain, 'siren.example.com'),
      scene.trusted(plain, 'siren.example.com'),
      scene.trusted(plain, '127.0.0.1'),
      { ...plain, tls: { ...scene.client(), verify: false } },
    ];

    for (const target of targets) caller.transport.sendRequest(options(), target, unexpected);
    await callee.user.request(3);

    expect(caller.transport.counts.connections).toBe(3);
  });

  it('uses the connection that a dialog came by, whoever opened it', async () => {
    const { transport, user } = await scene.device();
    const peer = await scene.tlsPeer(at(transport, 'tls'), { rejectUnauthorized: false });
    peer.write(foreignOptions('SIP/2.0/TLS 10.9.9.9;branch=z9hG4bK-1'));
    const { flow } = await user.request();

    const target: Target = { protocol: 'tls', ...flow.remote, flow };
    transport.sendRequest(options(), target, unexpected);

    expect(await nextChunk(peer)).toMatch(/^OPTIONS /);
  });

  it('resumes a session with a server that has proven itself, and with no other', async () => {
    const caller = await scene.device();
    const { target, heard, sockets } = await scene.foreignServer(scene.own);
    const names = ['siren.example.com', 'siren.example.com', '127.0.0.1'];

    const resumed: boolean[] = [];
    for (const [index, name] of names.entries()) {
      caller.transport.sendRequest(options(), scene.trusted(target, name), unexpected);
      await until(() => heard().split('Content-Length').length === index + 2);
      resumed.push(sockets[index]?.isSessionReused() ?? false);
      sockets[index]?.end('SIP/2.0 nonsense\r\n\r\n');
      await until(() => caller.transport.counts.connections === 0);
    }

    expect(resumed).toEqual([false, true, false]);
  });

  it('takes another certificate while connections go on', async () => {
    const callee = await scene.device();
    const target = at(callee.transport, 'tls');
    const first = await scene.tlsPeer(target, { rejectUnauthorized: false });
    const other = await testCertificate({ dns: ['new.example.com'] });

    callee.transport.setTls({ ...scene.serverSettings(), ...other });
    const second = await scene.tlsPeer(target, { rejectUnauthorized: false });
    first.write('\r\n\r\n');

    expect(await nextChunk(first)).toBe('\r\n');
    expect(first.getPeerCertificate().subject.CN).toBe('siren.example.com');
    expect(second.getPeerCertificate().subject.CN).toBe('new.example.com');
  });

  it('refuses a certificate that is none, and keeps the one that it has', async () => {
    const callee = await scene.device();
    expect(() => callee.transport.setTls({ ...scene.serverSettings(), certificate: 'nonsense' })).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', path: 'tls' }),
    );
    const peer = await scene.tlsPeer(at(callee.transport, 'tls'), { rejectUnauthorized: false });
    expect(peer.getPeerCertificate().subject.CN).toBe('siren.example.com');
  });

  it('is not started without a certificate, and leaves no other port bound', async () => {
    const error: unknown = await scene.started([ANY_TLS]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_VALUE' });
  });
});

describe('Ports for TLS', () => {
  it('may be changed while connections and their dialogs go on', async () => {
    const callee = await scene.device();
    const former = at(callee.transport, 'tls');
    const peer = await scene.tlsPeer(former, { rejectUnauthorized: false });
    peer.write(foreignOptions('SIP/2.0/TLS 10.9.9.9;branch=z9hG4bK-1'));
    const { message, flow } = await callee.user.request();

    await callee.transport.listenTls([ANY_TLS]);
    const fresh = at(callee.transport, 'tls');
    callee.transport.sendResponse(SipResponse.to(message, 200), flow, unexpected);
    expect(await nextChunk(peer)).toMatch(/^SIP\/2.0 200 /);
    callee.transport.sendRequest(options(), { protocol: 'tls', ...flow.remote, flow }, unexpected);
    expect(await nextChunk(peer)).toMatch(/^OPTIONS /);

    expect(fresh.port).not.toBe(former.port);
    await scene.tlsPeer(fresh, { rejectUnauthorized: false });
    const late = connectTcp(former.port, '127.0.0.1');
    const refused: unknown = await once(late, 'connect').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('stay as they are where a new one cannot be had, and where they are asked for again', async () => {
    const callee = await scene.device();
    const point = callee.transport.listening[0]!;
    const { target } = await scene.tcpServer();

    await callee.transport.listenTls([point]);
    const error: unknown = await callee.transport
      .listenTls([ANY_TLS, { protocol: 'tls', address: '127.0.0.1', port: target.port }])
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'ADDRESS_IN_USE' });
    expect(callee.transport.listening).toEqual([point]);
    await scene.tlsPeer(at(callee.transport, 'tls'), { rejectUnauthorized: false });
  });

  it('are opened beside the others or none is', async () => {
    const { target } = await scene.tcpServer();
    const taken = { protocol: 'tls' as const, address: '127.0.0.1', port: target.port };
    const transport = new SocketTransport({
      listen: [ANY_UDP, ANY_TCP, taken],
      clock: scene.clock,
      tls: scene.serverSettings(),
    });
    const error: unknown = await transport
      .start(new RecordingTransportUser())
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ADDRESS_IN_USE' });
    expect(transport.listening).toEqual([]);
  });

  it('are not needed for dialling', async () => {
    const callee = await scene.device();
    const { transport } = await scene.started([ANY_UDP, ANY_TCP]);
    const target = scene.trusted(at(callee.transport, 'tls'), 'siren.example.com');

    transport.sendRequest(options(), target, unexpected);
    const { message } = await callee.user.request();

    expect(message.topVia.port).toBe(at(transport, 'tcp').port);
    expect(transport.listening.map(({ protocol }) => protocol)).toEqual(['udp', 'tcp']);
  });
});
