import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A relay for TCP that cuts the stream at other places than the sender did. */
export class DribblingRelay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** To a port of 127.0.0.1; `octets` at a time, or everything that comes within 50 ms at once where that is 0. */
  static async start(toPort: number, octets: number): Promise<DribblingRelay> {
    const server = createServer((near) => {
      const far = connect(toPort, '127.0.0.1');
      relay.#join(near, far, octets);
    });
    const relay = new DribblingRelay(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return relay;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Loses every connection; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket, far: Socket, octets: number): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
    far.on('data', (chunk: Buffer) => near.write(chunk));
    if (octets === 0) glue(near, far);
    else dribble(near, far, octets);
  }
}

/** Each piece leaves in a turn of the event loop of its own, and so in a segment of its own. */
function dribble(from: Socket, to: Socket, octets: number): void {
  let waiting = Buffer.alloc(0);
  let isSending = false;
  const next = () => {
    isSending = waiting.length > 0 && !to.destroyed;
    if (!isSending) return;
    to.write(waiting.subarray(0, octets));
    waiting = waiting.subarray(octets);
    setImmediate(next);
  };
  from.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    if (!isSending) next();
  });
}

function glue(from: Socket, to: Socket): void {
  let waiting: Buffer[] = [];
  let timer: NodeJS.Timeout | undefined;
  from.on('data', (chunk: Buffer) => {
    waiting.push(chunk);
    timer ??= setTimeout(() => {
      timer = undefined;
      to.write(Buffer.concat(waiting));
      waiting = [];
    }, 50);
  });
  from.on('close', () => clearTimeout(timer));
}
