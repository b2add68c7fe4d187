import { createSocket, type Socket } from 'node:dgram';
import { systemCodeOf } from '../../base/errors.js';
import type { SocketAddress } from './flow.js';
import { isIpv6 } from './ip-address.js';
import { numericLookup } from './numeric-lookup.js';

/** What every SIP implementation ignores before a message (RFC 3261 section 7.5), and a ping of RFC 5626 section 3.5.1. */
const EMPTY_LINES = Buffer.from('\r\n\r\n');

/**
 * One keep-alive to one port, from a socket of its own. That socket is connected, so that other than on the
 * shared one the system passes on the ICMP error of a port where nobody listens.
 */
export class UdpKnock {
  readonly #socket: Socket;
  #onRefused: ((cause: unknown) => void) | undefined;

  /** Knocks at `to`, leaving from `localAddress`. `onRefused` is called once at most, in a later tick. */
  constructor(localAddress: string, to: SocketAddress, onRefused: (cause: unknown) => void) {
    this.#onRefused = onRefused;
    this.#socket = createSocket({ type: isIpv6(to.address) ? 'udp6' : 'udp4', lookup: numericLookup });
    this.#socket.on('error', this.#fail);
    this.#socket.on('connect', () => {
      // It is reported in a later tick, when the knock may be over already.
      if (this.#onRefused) this.#socket.send(EMPTY_LINES);
    });
    try {
      this.#socket.bind({ address: localAddress, port: 0, exclusive: true });
      this.#socket.connect(to.port, to.address);
    } catch (error) {
      // A port that there is not, or an address that this machine has no longer.
      this.#fail(error);
    }
  }

  /** Closes the socket; nothing is reported afterwards. Idempotent. */
  close(): void {
    if (!this.#onRefused) return;
    this.#onRefused = undefined;
    this.#socket.close();
  }

  /** Any other error says nothing of the port, and the request meets it too. */
  readonly #fail = (error: unknown): void => {
    const report = this.#onRefused;
    this.close();
    if (systemCodeOf(error) === 'ECONNREFUSED') report?.(error);
  };
}
