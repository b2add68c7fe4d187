import type { IncomingMessage, ServerResponse } from 'node:http';

/** Whoever sends no more than this waits for nobody. */
const SMALL_BYTES = 65_536;

interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/**
 * Keeps what clients send, and are sent, from filling the memory: large bodies are read only while there is room for
 * them, and wait their turn otherwise, unread. A body is as large as it says, or as its address takes at most.
 */
export class TransferRoom {
  #free: number;
  readonly #most: number;
  readonly #waiting = new Set<Waiting>();

  /** `bytes`: how many may be under way at a time. */
  constructor(bytes: number) {
    this.#free = bytes;
    this.#most = bytes;
  }

  /** Lets a request on as soon as there is room for its body of at most `limit` bytes; the room is free again with its answer. */
  enter(request: IncomingMessage, response: ServerResponse, limit: number, next: () => void): void {
    const told = Number(request.headers['content-length']);
    const isOpen = request.headers['transfer-encoding'] !== undefined;
    const bytes = Math.min(isOpen ? limit : told > 0 ? told : 0, limit);
    if (bytes <= SMALL_BYTES) next();
    else this.hold(response, bytes, next);
  }

  /** The same for an answer of so many bytes. */
  hold(response: ServerResponse, bytes: number, start: () => void): void {
    const waiting: Waiting = { bytes: Math.min(bytes, this.#most), start };
    this.#waiting.add(waiting);
    response.once('close', () => {
      if (!this.#waiting.delete(waiting)) this.#free += waiting.bytes;
      this.#advance();
    });
    this.#advance();
  }

  /** In the order in which they came, so that a large one is not overtaken for ever. */
  #advance(): void {
    for (const waiting of this.#waiting) {
      if (waiting.bytes > this.#free) return;
      this.#waiting.delete(waiting);
      this.#free -= waiting.bytes;
      waiting.start();
    }
  }
}
