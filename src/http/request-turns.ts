import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

type Start = () => void;

/** Requests that wait for the answer to one before them, on one connection; hardly any client sends even one ahead. */
const MOST_AHEAD = 16;

/**
 * Lets requests begin one at a time: of a connection the next one after the answer to the one before, of many
 * connections one in each turn of the event loop. So calls and alarms have their turns between any two of them, and
 * whoever sends thousands of requests at once keeps nobody else waiting for more than one of them. A connection on which
 * too many are sent ahead is cut, since they would fill the memory.
 */
export class RequestTurns {
  readonly #listener: RequestListener;
  /** What each connection that is being served still wants, the request under way left out. */
  readonly #wanted = new WeakMap<Socket, Start[]>();
  /** The connections whose next request may begin. */
  readonly #ready: Socket[] = [];
  #isGoing = false;

  constructor(listener: RequestListener) {
    this.#listener = listener;
  }

  readonly take: RequestListener = (request, response) => {
    const { socket } = request;
    // What else was in the packet after which it was cut.
    if (socket.destroyed) return;
    const start = () => {
      response.once('close', () => this.#goOn(socket));
      this.#listener(request, response);
    };
    const wanted = this.#wanted.get(socket);
    if (!wanted) {
      this.#wanted.set(socket, [start]);
      this.#makeReady(socket);
    } else if (wanted.length < MOST_AHEAD) wanted.push(start);
    else socket.destroy();
  };

  #goOn(socket: Socket): void {
    if (this.#wanted.get(socket)?.length) this.#makeReady(socket);
    else this.#wanted.delete(socket);
  }

  #makeReady(socket: Socket): void {
    this.#ready.push(socket);
    if (this.#isGoing) return;
    this.#isGoing = true;
    setImmediate(this.#next);
  }

  readonly #next = (): void => {
    const socket = this.#ready.shift();
    if (this.#ready.length > 0) setImmediate(this.#next);
    else this.#isGoing = false;
    // Whoever is gone wants nothing any more.
    if (socket && !socket.destroyed) this.#wanted.get(socket)?.shift()?.();
  };
}
