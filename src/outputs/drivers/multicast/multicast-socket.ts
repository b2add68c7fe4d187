import { createSocket, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { messageOf, SipsirenError } from '../../../base/errors.js';
import type { MulticastDestination, MulticastSettings } from './multicast-settings.js';
import { multicastInterface } from './network-interfaces.js';

interface MulticastSocketOptions {
  readonly settings: Pick<MulticastSettings, 'interface' | 'ttl' | 'destinations'>;
  /** What is wrong with what was sent last; undefined is nothing any more. */
  readonly onFault: (fault: string | undefined) => void;
  /** A packet has left. */
  readonly onSent: () => void;
}

/** Sends to groups by one network interface, and knows when that is gone and when it is back. */
export class MulticastSocket {
  readonly #options: MulticastSocketOptions;
  readonly #family: 4 | 6;
  #socket: Socket | undefined;
  /** What the socket was told of the interface. */
  #interface: string | undefined;

  constructor(options: MulticastSocketOptions) {
    this.#options = options;
    this.#family = isIPv4(options.settings.destinations[0]?.address ?? '') ? 4 : 6;
  }

  /** Takes the interface, again where it was gone. Throws OUTPUT_FAILED where it is not there. */
  check(): void {
    const { interface: wanted, ttl } = this.#options.settings;
    try {
      const found = wanted === '' ? '' : multicastInterface(wanted, this.#family);
      if (this.#socket && found === this.#interface) return;
      this.close();
      this.#socket = this.#open({ found, ttl });
      this.#interface = found;
    } catch (error) {
      // Another interface may have the same address when it comes back.
      this.#interface = undefined;
      throw error instanceof SipsirenError ? error : failure(error);
    }
  }

  /** Nothing is sent while the interface is gone. */
  send(packet: Buffer, destinations: readonly MulticastDestination[]): void {
    const socket = this.#socket;
    if (this.#interface === undefined || !socket) return;
    const onSent = (error: Error | null) => {
      // What an earlier socket says is past.
      if (socket !== this.#socket || this.#interface === undefined) return;
      this.#options.onFault(error ? failure(error).message : undefined);
      if (!error) this.#options.onSent();
    };
    for (const { address, port } of destinations) socket.send(packet, port, address, onSent);
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Bound at once, since the system binds a socket that has to send. */
  #open({ found, ttl }: { readonly found: string; readonly ttl: number }): Socket {
    const socket = createSocket(this.#family === 4 ? 'udp4' : 'udp6');
    socket.on('error', (error) => this.#options.onFault(failure(error).message));
    socket.bind({ port: 0, exclusive: true }, () => {
      try {
        socket.setMulticastTTL(ttl);
        if (found !== '') socket.setMulticastInterface(found);
      } catch (error) {
        this.#options.onFault(failure(error).message);
      }
    });
    return socket;
  }
}

function failure(error: unknown): SipsirenError {
  return new SipsirenError('OUTPUT_FAILED', `The network takes no multicast: ${messageOf(error)}.`, {
    cause: error,
  });
}
