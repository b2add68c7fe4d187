import type { TlsClientSettings, TlsFacts } from './tls-settings.js';

/** The transports of RFC 3261 section 19.1.1 and RFC 7118, as they stand in a Via header, in lower case. */
export type TransportProtocol = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** A numeric IP address and a port. IPv6 addresses stand without brackets. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** Where a message can be sent, with nothing left to resolve. */
export interface Target extends SocketAddress {
  readonly protocol: TransportProtocol;
  /** The domain that a TLS certificate must prove (RFC 5922). Default: none, the address itself. */
  readonly serverName?: string;
  /** How TLS is done with it. Default: any version, verified by the system's authorities. */
  readonly tls?: TlsClientSettings;
  /** The connection to use as long as it is open, whatever its certificate: the one that a dialog came by. */
  readonly flow?: Flow;
}

/**
 * A path between this endpoint and one peer: for UDP a bound socket with a remote address, for a stream
 * one connection (RFC 5626 calls it a flow). A response goes back through the flow of its request.
 */
export interface Flow {
  readonly protocol: TransportProtocol;
  /** Whether the transport delivers by itself, so that no message is sent twice (section 17). */
  readonly reliable: boolean;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  /** False once a stream is closed; a UDP flow is open as long as its socket. */
  readonly isOpen: boolean;
  /** What was agreed on, where the flow is encrypted. */
  readonly tls?: TlsFacts | undefined;
}

/** Whether a protocol is a stream, which delivers by itself. */
export function isReliable(protocol: TransportProtocol): boolean {
  return protocol !== 'udp';
}

/** The port that is meant where a URI or a Via names none (RFC 3261 section 19.1.2). */
export function defaultPort(protocol: string): number {
  return protocol === 'tls' || protocol === 'wss' ? 5061 : 5060;
}
