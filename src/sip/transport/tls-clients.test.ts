import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect, type TlsOptions } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { testCertificate } from '../../../test/support/certificates.js';
import { RecordingLog } from '../../../test/support/recording-log.js';
import { TlsScene } from '../../../test/support/tls-scene.js';
import { at, foreignOptions, until } from '../../../test/support/transport-scene.js';
import { seconds } from '../../base/duration.js';
import type { TlsVersion } from './tls-settings.js';

let scene: TlsScene;

beforeEach(async () => {
  scene = await TlsScene.make();
});

afterEach(() => scene.close());

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
    const { transport, user } = await scene.device({ clientCertificate: 'request' });
    const peer = await scene.tlsPeer(at(transport, 'tls'), await scene.clientOptions(wishes));
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
      const { transport, user } = await scene.device({ clientCertificate: 'require' }, log);
      const peer = await scene.tlsPeer(at(transport, 'tls'), await scene.clientOptions(wishes));
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

  it.each<[string, TlsVersion, TlsOptions]>([
    ['1.2 where 1.3 is the lowest', '1.3', { maxVersion: 'TLSv1.2' }],
    ['1.1, which nobody may', 'automatic', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }],
  ])('that speaks only TLS %s is refused', async (_title, version, wishes) => {
    const { transport } = await scene.device({ version });
    const { port } = at(transport, 'tls');
    const peer = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...wishes } as never);
    scene.closeLater(() => void peer.destroy());

    const [error] = (await once(peer, 'error').catch((thrown: unknown) => [thrown])) as [unknown];
    await until(() => transport.counts.failedHandshakes === 1);

    expect(String(error)).toMatch(/version|protocol/i);
  });

  it('that opens connections and never greets is closed in time, and counts against its quota', async () => {
    const { transport } = await scene.device({}, undefined, { maxConnectionsPerSource: 2 });
    const { port } = at(transport, 'tls');
    const sockets = [0, 1, 2].map(() => connectTcp(port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.on('error', () => socket.destroy());
      scene.closeLater(() => void socket.destroy());
    }
    await until(() => transport.counts.refusedConnections === 1);

    scene.clock.advance(seconds(30));
    await until(() => transport.counts.stalledConnections === 2);
    const late = await scene.tlsPeer(at(transport, 'tls'), { rejectUnauthorized: false });

    expect(late.encrypted).toBe(true);
  });

  it('that talks nonsense is counted and harms nobody', async () => {
    const { transport } = await scene.device();
    const { port } = at(transport, 'tls');
    const stranger = connectTcp(port, '127.0.0.1');
    stranger.on('error', () => stranger.destroy());
    scene.closeLater(() => void stranger.destroy());
    stranger.write('OPTIONS sip:siren@127.0.0.1 SIP/2.0\r\n\r\n');

    await until(() => transport.counts.failedHandshakes === 1);

    expect(transport.counts.connections).toBe(0);
  });
});
