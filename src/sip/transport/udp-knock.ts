import { createSocket, type Socket } from 'node:dgram';
import { systemCodeOf } from '../../base/errors.js';
import type { SocketAddress } from './flow.js';
import { isIpv6 } from './ip-address.js';
import { numericLookup } from './numeric-lookup.js';

/** What every SIP implementation ignores before a message (RFC 3261 section 7.5), and a ping of RFC 5626 section 3.5.1. */
const EMPTY_LINES = Buffer.from('\r\n\r\n');

/**
 * Keep-alives to one port, from a socket of their own. That socket is connected, so that other than on the
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
    // It is reported in a later tick, when the knock may be over already.
    this.#socket.on('connect', () => this.again());
    try {
      this.#socket.bind({ address: localAddress, port: 0, exclusive: true });
      this.#socket.connect(to.port, to.address);
    } catch (error) {
      // A port that there is not, or an address that this machine has no longer.
      this.#fail(error);
    }
  }

  /** Knocks once more, since ICMP errors get lost, and systems send only so many a second. */
  again(): void {
    if (!this.#onRefused) return;
    try {
      this.#socket.send(EMPTY_LINES);
    } catch (error) {
      // It could not be connected: no route leads there.
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
