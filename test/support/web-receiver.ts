import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { AwaitedList } from './awaited-list.js';
import type { TestCertificate } from './certificates.js';

/** One request as it came. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A notification as JSON, in part. */
interface ReceivedDocument {
  readonly id: string;
  readonly sequence: number;
  readonly text: string;
}

/** How it treats requests: answers a status, says nothing, or cuts the connection. */
type Manner = number | 'hangs' | 'dies';

/** A web server that notes requests down, and can be slow, refuse, hang and die. */
export class WebReceiver {
  readonly requests = new AwaitedList<ReceivedRequest>();
  readonly port: number;
  manner: Manner = 200;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  /** With a certificate it speaks HTTPS. */
  static async start(port = 0, own?: TestCertificate): Promise<WebReceiver> {
    const server: Server = own
      ? createSecureServer({ cert: own.certificate, key: own.privateKey })
      : createServer();
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new WebReceiver(server, sockets);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('error', () => undefined);
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { manner } = receiver;
        if (manner === 'dies') request.socket.destroy();
        else if (manner !== 'hangs') {
          response.writeHead(manner, { 'content-type': 'text/plain' }).end('done');
        }
        const { method = '', url = '', headers } = request;
        receiver.requests.add({ method, url, headers, body: Buffer.concat(parts).toString() });
      });
    });
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What was told, as the device's own JSON. */
  get documents(): ReceivedDocument[] {
    return this.requests.all.map(({ body }) => JSON.parse(body) as ReceivedDocument);
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await once(this.#server, 'close');
  }
}
