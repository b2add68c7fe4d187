import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** One turn of the event loop, in which sockets deliver. */
export async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

/** Lets the event loop turn until something is so; gives up long after it should have been. */
export async function untilSo(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    if (turns > 50_000) throw new Error('It never came.');
    await turn();
  }
}

/** A peer of media made of a plain socket, so that it can send whatever it likes. */
export class RtpPeer {
  readonly packets: Buffer[] = [];
  readonly #socket: Socket;

  static async open(address = '127.0.0.1'): Promise<RtpPeer> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new RtpPeer(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (packet) => this.packets.push(packet));
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async send(packet: Buffer, port: number): Promise<void> {
    const { family } = this.#socket.address();
    const to = family === 'IPv6' ? '::1' : '127.0.0.1';
    this.#socket.send(packet, port, to);
    // Lets the receiver have its turn, so that no socket's buffer overflows.
    await turn();
  }

  /** Waits until so many packets have come. */
  async hear(count: number): Promise<Buffer[]> {
    await untilSo(() => this.packets.length >= count);
    return this.packets;
  }

  close(): void {
    this.#socket.close();
  }
}
