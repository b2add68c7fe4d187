import { once } from 'node:events';
import { connect, createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Target } from '../../src/sip/transport/flow.js';
import type { TlsClientSettings, TlsServerSettings } from '../../src/sip/transport/tls-settings.js';
import type { TransportLimits } from '../../src/sip/transport/transport-limits.js';
import {
  testAuthority,
  testCertificate,
  type TestCertificate,
  type TestCertificateOptions,
} from './certificates.js';
import type { RecordingLog } from './recording-log.js';
import { ANY_TLS, TransportScene } from './transport-scene.js';

/** Transports that listen for TLS, and peers of Node's own. */
export class TlsScene extends TransportScene {
  /** What everybody here trusts. */
  readonly authority: TestCertificate;
  /** What our transports show. */
  readonly own: TestCertificate;

  private constructor(authority: TestCertificate, own: TestCertificate) {
    super();
    this.authority = authority;
    this.own = own;
  }

  static async make(): Promise<TlsScene> {
    const own = await testCertificate({ dns: ['siren.example.com'], ip: ['127.0.0.1'] });
    return new TlsScene(await testAuthority(), own);
  }

  serverSettings(settings: Partial<TlsServerSettings> = {}): TlsServerSettings {
    const { own, authority } = this;
    return {
      ...own,
      authorities: [authority.certificate],
      clientCertificate: 'none',
      version: 'automatic',
      ...settings,
    };
  }

  client(): TlsClientSettings {
    return { version: 'automatic', verify: true, authorities: [this.authority.certificate] };
  }

  trusted(target: Target, serverName: string): Target {
    return { ...target, serverName, tls: this.client() };
  }

  device(
    settings: Partial<TlsServerSettings> = {},
    log?: RecordingLog,
    limits: Partial<TransportLimits> = {},
  ) {
    const tls = this.serverSettings(settings);
    return this.started([ANY_TLS], { tls, limits, ...(log ? { log } : {}) });
  }

  /** A client's wishes, with a certificate of its own where one is asked for. */
  async clientOptions(wishes: TestCertificateOptions | undefined): Promise<TlsOptions> {
    if (!wishes) return { rejectUnauthorized: false };
    const { certificate, privateKey } = await testCertificate(wishes);
    return { rejectUnauthorized: false, cert: certificate, key: privateKey };
  }

  /** A client of Node's own. */
  async tlsPeer(to: Target, wishes: TlsOptions): Promise<TLSSocket> {
    const socket = connect({ host: to.address, port: to.port, ...wishes } as never);
    socket.on('error', () => socket.destroy());
    this.closeLater(() => void socket.destroy());
    await once(socket, 'secureConnect');
    return socket;
  }

  /** A server of Node's own, what it was sent, and its connections. */
  async foreignServer({ certificate, privateKey }: TestCertificate, wishes: TlsOptions = {}) {
    let heard = '';
    const sockets: TLSSocket[] = [];
    const server = createServer({ cert: certificate, key: privateKey, ...wishes }, (socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.closeLater(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('The server has no port.');
    const target: Target = { protocol: 'tls', address: '127.0.0.1', port: bound.port };
    return { target, heard: () => heard, sockets };
  }
}
