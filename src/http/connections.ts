import type { Socket } from 'node:net';

/**
 * The connections of the HTTP server, of which there are only so many: a further one takes the place of the one that has
 * asked for nothing for the longest time. Whoever opens hundreds and says nothing, or stops in the middle, or reads no
 * answer, loses them, and somebody new is always served.
 */
export class Connections {
  readonly #most: number;
  /** The one that asked last stands last. */
  readonly #open = new Set<Socket>();

  constructor(most: number) {
    this.#most = most;
  }

  readonly add = (socket: Socket): void => {
    if (this.#open.size >= this.#most) this.#dropOldest();
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
  };

  /** A whole request line came. */
  readonly touch = ({ socket }: { readonly socket: Socket }): void => {
    if (this.#open.delete(socket)) this.#open.add(socket);
  };

  /** It has a limit of its own from now on and is not counted here: a page that listens, a WebSocket. */
  release(socket: Socket): void {
    this.#open.delete(socket);
  }

  #dropOldest(): void {
    for (const socket of this.#open) {
      this.#open.delete(socket);
      socket.destroy();
      return;
    }
  }
}
