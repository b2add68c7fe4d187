import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How a conversation ends before its time: nothing more is heard, the connection is closed, or reset. */
export type Manner = 'hangs' | 'closes' | 'resets';

/** Pieces of this many bytes, each in a turn of the event loop of its own: most lines take two or more. */
const DRIBBLE = 24;

interface Trouble {
  /** Or everything comes in the smallest pieces. */
  readonly manner: Manner | 'dribbles';
  /** After so many turns of the conversation: 0 is before anybody said anything. */
  readonly afterTurns?: number;
  /** After so many bytes of whoever connects. */
  readonly afterBytes?: number;
}

/**
 * A relay in front of a real server, which lets a conversation go on to a certain point and no further. A turn is what one
 * side says until the other does, so that the points are the stages of whatever protocol it is.
 */
export class TroubledRelay {
  /** What comes over the next connections. Default: nothing. */
  trouble: Trouble | undefined;
  /** How many turns the last conversation has had. */
  turns = 0;
  readonly #toPort: number;
  readonly #server: Server;
  /** Ends that connected and have not let go. */
  readonly #open = new Set<Socket>();
  readonly #sockets = new Set<Socket>();

  private constructor(toPort: number) {
    this.#toPort = toPort;
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#take(near));
  }

  /** To a port of 127.0.0.1. */
  static async start(toPort: number, trouble?: Trouble): Promise<TroubledRelay> {
    const relay = new TroubledRelay(toPort);
    relay.trouble = trouble;
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that whoever connected has not let go. */
  get open(): number {
    return this.#open.size;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #take(near: Socket): void {
    const { trouble } = this;
    const far = connect({ port: this.#toPort, host: '127.0.0.1', allowHalfOpen: true });
    this.#open.add(near);
    for (const socket of [near, far]) remember(this.#sockets, socket);
    let [turns, bytes] = [0, 0];
    let speaker: Socket | undefined;
    let isOver = false;
    const strike = ({ manner }: Trouble) => {
      isOver = true;
      // Who hangs still takes what is sent, and keeps whatever other connections it has.
      if (manner === 'hangs') return;
      far.destroy();
      if (manner === 'closes') near.end();
      else near.resetAndDestroy();
    };
    if (trouble?.afterTurns === 0) strike(trouble);
    const pass = (from: Socket, to: Socket) => {
      let dribbled = Promise.resolve();
      from.on('data', (chunk: Buffer) => {
        if (isOver) return;
        if (from !== speaker) this.turns = ++turns;
        speaker = from;
        if (from === near) bytes += chunk.length;
        const isTooFar =
          trouble !== undefined &&
          (turns > (trouble.afterTurns ?? Infinity) || bytes > (trouble.afterBytes ?? Infinity));
        if (isTooFar) return strike(trouble);
        if (trouble?.manner === 'dribbles') {
          dribbled = dribbled.then(() => dribble(chunk, to));
          return;
        }
        if (!to.write(chunk)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
      from.on('end', () => {
        if (from === near) this.#open.delete(near);
        if (!isOver) void dribbled.then(() => to.end());
      });
      from.on('close', () => {
        this.#open.delete(near);
        if (from === near) far.destroy();
        else if (!isOver) near.destroySoon();
      });
    };
    pass(near, far);
    pass(far, near);
  }
}

async function dribble(bytes: Buffer, to: Socket): Promise<void> {
  for (let at = 0; at < bytes.length; at += DRIBBLE) {
    to.write(bytes.subarray(at, at + DRIBBLE));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function remember(sockets: Set<Socket>, socket: Socket): void {
  socket.setNoDelay(true);
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
}
