import { Socket } from 'node:dgram';

/** A datagram that left this process. */
export interface SentDatagram {
  readonly text: string;
  readonly address: string;
  readonly port: number;
}

type Send = (bytes: Buffer | string, port: number, address: string, ...rest: unknown[]) => void;

/**
 * Looks over the shoulder of every UDP socket of this process: what is sent is still sent, and noted down with
 * its destination. Where an answer goes to a port that belongs to nobody, there is no other way to see it.
 */
export class Outbox {
  readonly datagrams: SentDatagram[] = [];
  readonly #original: unknown = Reflect.get(Socket.prototype, 'send');

  constructor() {
    const original = this.#original as Send;
    const note = (datagram: SentDatagram) => this.datagrams.push(datagram);
    const send: Send = function (this: Socket, bytes, port, address, ...rest) {
      note({ text: bytes.toString(), address, port });
      original.call(this, bytes, port, address, ...rest);
    };
    Socket.prototype.send = send as Socket['send'];
  }

  /** The statuses of the responses that were sent for one request, named by a text in them. */
  statuses(mark: string): number[] {
    return this.datagrams
      .filter(({ text }) => text.startsWith('SIP/2.0 ') && text.includes(mark))
      .map(({ text }) => Number(text.slice('SIP/2.0 '.length, 'SIP/2.0 nnn'.length)));
  }

  /** Lets the sockets be as they were. */
  close(): void {
    Socket.prototype.send = this.#original as Socket['send'];
  }
}
