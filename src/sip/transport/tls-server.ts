import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { messageOf } from '../../base/errors.js';
import { formatAddress } from './ip-address.js';
import type { Newcomer } from './stream-kind.js';
import { unusable } from './tls-contexts.js';
import { chainFault, handshakeFault } from './tls-refusal.js';
import type { TlsServerSettings } from './tls-settings.js';

/** Node's own limit of a handshake; ours, by the clock, is shorter. */
const HANDSHAKE_BACKSTOP = 120_000;

interface Waiting {
  readonly accepted: Socket;
  readonly newcomer: Newcomer;
}

/**
 * The server's side of TLS handshakes. It listens nowhere: the connections are handed over by the listener, so
 * that each counts against its peer's quota from its first octet.
 */
export class TlsServer {
  readonly #newcomers = new Map<string, Waiting>();
  #server: Server;

  /** Throws INVALID_VALUE where the certificate cannot be used. */
  constructor(settings: TlsServerSettings) {
    this.#server = this.#createServer(settings);
  }

  /** Takes other settings for the connections that come; those that are there go on. Throws INVALID_VALUE. */
  set(settings: TlsServerSettings): void {
    this.#server = this.#createServer(settings);
  }

  welcome(accepted: Socket, newcomer: Newcomer): void {
    const key = keyOf(accepted);
    this.#newcomers.set(key, { accepted, newcomer });
    accepted.once('close', () => {
      if (this.#newcomers.get(key)?.accepted === accepted) this.#newcomers.delete(key);
    });
    this.#server.emit('connection', accepted);
  }

  #createServer(settings: TlsServerSettings): Server {
    const { certificate, privateKey, authorities = [], clientCertificate = 'none', version } = settings;
    try {
      const server = createServer({
        cert: certificate,
        key: privateKey,
        // An empty list trusts nobody; without one Node would trust every public authority.
        ca: [...authorities],
        minVersion: version === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
        requestCert: clientCertificate !== 'none',
        // Decided below, where the reason is known.
        rejectUnauthorized: false,
        handshakeTimeout: HANDSHAKE_BACKSTOP,
      });
      server.on('secureConnection', (socket) => this.#secured(socket, clientCertificate));
      server.on('tlsClientError', (error, socket) => this.#failed(socket, error));
      return server;
    } catch (error) {
      throw unusable(error);
    }
  }

  #secured(socket: TLSSocket, wanted: NonNullable<TlsServerSettings['clientCertificate']>): void {
    const waiting = this.#take(socket);
    if (!waiting) {
      socket.destroy();
      return;
    }
    const { accepted, newcomer } = waiting;
    if (wanted === 'require' && !isProven(socket)) {
      const reason = `its certificate is not accepted: ${clientFault(socket)}`;
      socket.on('error', () => socket.destroy());
      // To the peer the handshake has succeeded; a reset tells it at once that nothing it sends is read.
      accepted.resetAndDestroy();
      newcomer.onRefused(reason);
      return;
    }
    newcomer.onReady(socket);
  }

  #failed(socket: TLSSocket, error: Error): void {
    const waiting = this.#take(socket);
    socket.destroy();
    waiting?.newcomer.onRefused(handshakeFault(codeIn(error)) ?? messageOf(error));
  }

  #take(socket: Socket): Waiting | undefined {
    const key = keyOf(socket);
    const waiting = this.#newcomers.get(key);
    this.#newcomers.delete(key);
    return waiting;
  }
}

/** Node calls a resumed session authorized even where its client has never shown a certificate. */
function isProven(socket: TLSSocket): boolean {
  return socket.authorized && socket.getPeerX509Certificate() !== undefined;
}

function clientFault(socket: TLSSocket): string {
  const certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  if (!certificate) return 'it showed none';
  return chainFault(String(socket.authorizationError), certificate);
}

/** Errors of Node's core are of another realm where tests run, so they are looked at by their shape. */
function codeIn(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : '';
}

/** Both ends: a peer may come to two of our ports from the same one of its own. */
function keyOf(socket: Socket): string {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket;
  return `${formatAddress(remoteAddress, remotePort)} ${formatAddress(localAddress, localPort)}`;
}
