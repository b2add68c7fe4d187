import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { StreamFramer } from '../../src/sip/message/index.js';
import { AwaitedList } from './awaited-list.js';

/** A SIP peer without any stack, on one TCP connection over loopback. What comes is kept as text, message by message. */
export class TcpPeer {
  readonly received = new AwaitedList<string>();
  /** Resolves when the connection is closed, by whichever side. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #framer = new StreamFramer();

  private constructor(socket: Socket) {
    this.#socket = socket;
    // A connection that the other side resets is closed as well; nothing more is to be said of it.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.once('close', () => this.received.lookAgain());
    socket.on('data', (chunk: Buffer) => {
      for (const frame of this.#framer.push(chunk)) {
        if (frame.kind === 'message') this.received.add(frame.bytes.toString('latin1'));
      }
    });
  }

  static async open(port: number): Promise<TcpPeer> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new TcpPeer(socket);
  }

  get port(): number {
    return this.#socket.localPort ?? 0;
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.readable;
  }

  /** Writes; resolves when the system took it or the connection is gone. */
  send(bytes: Buffer | string): Promise<void> {
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  /** The first message, past or to come, that has this text in it. */
  message(text: string): Promise<string> {
    return this.received.first(`a message with ${text}`, (message) => message.includes(text));
  }

  /** As `message`; also resolves, with nothing, when the connection is closed. */
  messageOrClose(text: string): Promise<string | undefined> {
    const look = (): { readonly text?: string } | undefined => {
      const found = this.received.all.find((message) => message.includes(text));
      if (found !== undefined) return { text: found };
      return this.#socket.destroyed ? {} : undefined;
    };
    return this.received.until(`a message with ${text}, or the end`, look).then((found) => found.text);
  }

  /** Says that nothing more comes, and waits until the other side has let go too. */
  async finish(): Promise<void> {
    this.#socket.end();
    await this.closed;
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }
}
