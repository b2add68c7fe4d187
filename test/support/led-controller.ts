import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An LED controller that speaks DDP and WLED's JSON API as they are specified; only the LEDs are missing. */
export class LedController {
  /** The pictures that were pushed, as bytes of all LEDs. */
  readonly pictures: Buffer[] = [];
  /** Bodies that the JSON API took. */
  readonly states: unknown[] = [];
  /** What did not fit the protocol. */
  readonly faults: string[] = [];
  readonly #bytes: Buffer;
  readonly #type: number;
  #socket: Socket | undefined;
  #server: Server | undefined;
  port = 0;
  apiPort = 0;

  constructor(leds: number, channels: 3 | 4) {
    this.#bytes = Buffer.alloc(leds * channels);
    this.#type = channels === 3 ? 0x0b : 0x1b;
  }

  async start(): Promise<void> {
    this.#socket = createSocket('udp4');
    this.#socket.on('message', (packet) => {
      this.#receive(packet);
    });
    this.#socket.bind(this.port, '127.0.0.1');
    await once(this.#socket, 'listening');
    this.port = this.#socket.address().port;
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        if (request.url === '/json/state' && request.method === 'POST') this.states.push(JSON.parse(body));
        else this.faults.push(`${request.method} ${request.url}`);
        response.end('{"success":true}');
      });
    });
    this.#server.listen(this.apiPort, '127.0.0.1');
    await once(this.#server, 'listening');
    this.apiPort = (this.#server.address() as AddressInfo).port;
  }

  /** Its plug is pulled. */
  async stop(): Promise<void> {
    const gone = [this.#socket, this.#server].filter((one) => one !== undefined);
    await Promise.all(gone.map((one) => new Promise<void>((resolve) => one.close(() => resolve()))));
    this.#socket = undefined;
    this.#server = undefined;
  }

  #receive(packet: Buffer): void {
    const [flags = 0, sequence = 0, type, destination] = packet;
    const offset = packet.readUInt32BE(4);
    const length = packet.readUInt16BE(8);
    const data = packet.subarray(10);
    if (flags >> 6 !== 1) this.faults.push(`version ${flags >> 6}`);
    if (type !== this.#type) this.faults.push(`type ${type}`);
    if (destination !== 1) this.faults.push(`destination ${destination}`);
    if (length !== data.length || offset + length > this.#bytes.length) this.faults.push(`length ${length}`);
    if (sequence < 1 || sequence > 15) this.faults.push(`sequence ${sequence}`);
    data.copy(this.#bytes, offset);
    if ((flags & 0x01) !== 0) this.pictures.push(Buffer.from(this.#bytes));
  }
}
