import type { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { connect, TLSSocket } from 'node:tls';
import type { Clock } from '../../base/clock.js';
import { SipsirenError } from '../../base/errors.js';
import type { Target } from './flow.js';
import { formatAddress, isUnspecified } from './ip-address.js';
import type { Newcomer, StreamKind } from './stream-kind.js';
import { TlsContexts, type ProvenPeer } from './tls-contexts.js';
import { mismatchOf, namesOf } from './tls-identity.js';
import { chainFault, untrusted } from './tls-refusal.js';
import { TlsServer } from './tls-server.js';
import { DEFAULT_TLS_CLIENT, type TlsFacts, type TlsServerSettings } from './tls-settings.js';
import type { ListeningPoint } from './transport.js';

/** SIP over TLS (RFC 3261 section 26.2, RFC 5922). */
export class Tls implements StreamKind {
  readonly protocol = 'tls';
  readonly openedEvent = 'secureConnect';
  readonly #contexts: TlsContexts;
  #server: TlsServer | undefined;

  constructor(clock: Clock) {
    this.#contexts = new TlsContexts(clock);
  }

  /** Whether there is a certificate to accept connections with. */
  get canListen(): boolean {
    return this.#server !== undefined;
  }

  /** Takes a certificate for the connections that come; those that are there go on. Throws INVALID_VALUE. */
  setServer(settings: TlsServerSettings): void {
    if (this.#server) this.#server.set(settings);
    else this.#server = new TlsServer(settings);
  }

  welcome(accepted: Socket, newcomer: Newcomer): void {
    if (this.#server) {
      this.#server.welcome(accepted, newcomer);
      return;
    }
    accepted.destroy();
    newcomer.onRefused('there is no certificate to show');
  }

  dial(to: Target, from: ListeningPoint): Socket {
    const settings = to.tls ?? DEFAULT_TLS_CLIENT;
    const peer = this.#peerKey(to);
    const session = this.#contexts.sessionOf(peer);
    const name = nameOf(to);
    const socket = connect({
      host: to.address,
      port: to.port,
      secureContext: this.#contexts.contextFor(settings),
      // Both decided by `inspect`, before anything is sent: Node would accept wildcards and say less.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(session ? { session } : {}),
      ...(isUnspecified(from.address) ? {} : { localAddress: from.address }),
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true);
    socket.on('session', (ticket: Buffer) => this.#contexts.keepSession(peer, ticket));
    return socket;
  }

  sharedBy(to: Target): string {
    return `${nameOf(to)} ${this.#contexts.keyOf(to.tls ?? DEFAULT_TLS_CLIENT)}`;
  }

  inspect(socket: Socket, to: Target | undefined): TlsFacts | undefined {
    if (!(socket instanceof TLSSocket)) return undefined;
    const agreed = { version: socket.getProtocol() ?? '', cipher: socket.getCipher().name };
    const peer = to ? this.#serverOf(socket, to) : clientOf(socket);
    return peer ? { ...agreed, peerSubject: peer.peerSubject, peerNames: peer.peerNames } : agreed;
  }

  /** Who the server has proven to be, now or in the handshake that began its session. Throws SIP_UNTRUSTED. */
  #serverOf(socket: TLSSocket, to: Target): ProvenPeer | undefined {
    const key = this.#peerKey(to);
    if (socket.isSessionReused()) return this.#contexts.peerOf(key);
    const certificate = socket.getPeerX509Certificate();
    if (to.tls?.verify ?? true) proveServer(socket, certificate, to);
    const peer = certificate && ownerOf(certificate);
    if (peer) this.#contexts.keepPeer(key, peer);
    return peer;
  }

  #peerKey(to: Target): string {
    return `${formatAddress(to.address, to.port)} ${this.sharedBy(to)}`;
  }
}

function proveServer(socket: TLSSocket, certificate: X509Certificate | undefined, to: Target): void {
  if (!certificate) throw untrusted(to, 'it showed no certificate');
  if (!socket.authorized) {
    const fault = chainFault(String(socket.authorizationError), certificate);
    throw untrusted(to, `its certificate cannot be trusted: ${fault}`);
  }
  const mismatch = mismatchOf(certificate, nameOf(to));
  if (mismatch !== undefined) throw untrusted(to, `its certificate is of somebody else: ${mismatch}`);
}

/** Whose certificate a client has shown; a stranger's proves nothing. */
function clientOf(socket: TLSSocket): ProvenPeer | undefined {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate && ownerOf(certificate);
}

function ownerOf(certificate: X509Certificate): ProvenPeer {
  const { domains, addresses } = namesOf(certificate);
  return {
    // Node puts each part of a name on a line of its own.
    peerSubject: certificate.subject.split('\n').join(', '),
    peerNames: [...domains, ...addresses],
    validTo: Date.parse(certificate.validTo),
  };
}

/** Who the peer must prove to be. */
function nameOf(to: Target): string {
  return to.serverName ?? to.address;
}

/** TLS was asked for and nothing says with which certificate. */
export function withoutCertificate(): SipsirenError {
  return new SipsirenError('INVALID_VALUE', 'Listening for SIP over TLS needs a certificate with its key.', {
    path: 'tls',
    accepted: 'a certificate and a private key',
  });
}
