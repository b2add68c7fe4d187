import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isOwnOrigin } from './guards.js';
import { namesLoopback } from './loopback.js';

/** Takes a connection over from the HTTP server, which has nothing to do with it any more. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Where browsers ask for SIP over WebSocket (RFC 7118). */
const PATH = '/sip';

/** The connections that left HTTP. Only our own pages and programs may ask for that, as for changes. */
export class Upgrades {
  readonly #handler: UpgradeHandler | undefined;
  readonly #open = new Set<Duplex>();

  /** Without a handler every request is refused. */
  constructor(handler: UpgradeHandler | undefined) {
    this.#handler = handler;
  }

  readonly take: UpgradeHandler = (request, socket, head) => {
    // A peer that vanishes in the middle is no matter of ours.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#open.delete(socket));
    this.#open.add(socket);
    const [path] = (request.url ?? '').split('?', 1);
    if (!namesLoopback(request.headers.host))
      refuse(socket, '403 Forbidden', 'The device answers only to its own names.');
    else if (!this.#handler || path !== PATH)
      refuse(socket, '404 Not Found', `Only ${PATH} takes WebSockets.`);
    else if (!isOwnOrigin(request))
      refuse(socket, '403 Forbidden', 'A web page of another origin may not call from here.');
    else this.#handler(request, socket, head);
  };

  /** Cuts every connection: the server would wait for them for ever. */
  close(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

function refuse(socket: Duplex, status: string, words: string): void {
  const lines = [`HTTP/1.1 ${status}`, 'Connection: close', 'Content-Type: text/plain; charset=utf-8'];
  const head = `${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(words)}\r\n\r\n`;
  socket.end(head + words, () => socket.destroy());
}
