import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  parseMessage,
  serialise,
  SipResponse,
  type SipMessage,
  type SipRequest,
} from '../../src/sip/message/index.js';
import { AwaitedList } from './awaited-list.js';

/**
 * A SIP peer without any stack, on a UDP socket of loopback: sends what a test writes and notes down what
 * comes. It answers every request but an ACK with 200, unless `onRequest` says otherwise.
 */
export class UdpPeer {
  readonly received = new AwaitedList<SipMessage>();
  /** What came and is no message, or none that the grammar allows: an answer repeats the headers of what it answers. */
  readonly unreadable: Buffer[] = [];
  onRequest: (request: SipRequest, reply: (status: number) => void) => void = (_request, reply) => reply(200);
  readonly #socket: Socket;
  readonly #remotePort: number;
  /** Answers the last INVITE that came. */
  answerInvite: (status: number) => void = () => undefined;

  private constructor(socket: Socket, remotePort: number) {
    this.#socket = socket;
    this.#remotePort = remotePort;
    socket.on('message', (bytes, source) => this.#receive(bytes, source));
  }

  /** Opens a port of its own, at any address of 127.0.0.0/8, that sends to the given one; 0 where it only answers. */
  static async open(remotePort: number, address = '127.0.0.1'): Promise<UdpPeer> {
    const socket = createSocket('udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    socket.setRecvBufferSize(4 * 1_048_576);
    return new UdpPeer(socket, remotePort);
  }

  get host(): string {
    return this.#socket.address().address;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends bytes as they are; resolves when the system took them. */
  send(bytes: Buffer | string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(bytes, this.#remotePort, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
    });
  }

  /** The first response, past or to come, to a request with this Call-ID, and of this method and status where given. */
  response(callId: string, expected: { method?: string; status?: number } = {}): Promise<SipResponse> {
    const { method, status } = expected;
    return this.received.first(
      `a response ${status ?? ''} to ${method ?? ''} ${callId}`,
      (message): message is SipResponse =>
        message.kind === 'response' &&
        message.callId === callId &&
        (method === undefined ? message.status >= 200 : message.cseq.method === method) &&
        (status === undefined ? message.status >= 200 : message.status === status),
    );
  }

  /** The first request of a method, past or to come. */
  request(method: string, callId?: string): Promise<SipRequest> {
    return this.received.first(
      `a request ${method}`,
      (message): message is SipRequest =>
        message.kind === 'request' &&
        message.method === method &&
        (callId === undefined || message.callId === callId),
    );
  }

  responses(callId: string): SipResponse[] {
    return this.received.all.filter(
      (message): message is SipResponse => message.kind === 'response' && message.callId === callId,
    );
  }

  /** Whether the other side still answers: an OPTIONS and its response. */
  async ask(): Promise<SipResponse> {
    const callId = `ask-${++asked}`;
    await this.send(optionsText({ callId, host: this.host, port: this.port, protocol: 'UDP' }));
    return this.response(callId);
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #receive(bytes: Buffer, source: RemoteInfo): void {
    const result = parseMessage(bytes, 'datagram');
    if (!result.ok) {
      this.unreadable.push(bytes);
      return;
    }
    this.received.add(result.message);
    if (result.message.kind === 'request' && result.message.method !== 'ACK') {
      this.#ask(result.message, source.port);
    }
  }

  #ask(request: SipRequest, port: number): void {
    const reply = (status: number): void => {
      const response = SipResponse.to(request, status, { toTag: request.toTag ?? 'peer' });
      this.#socket.send(serialise(response), port, '127.0.0.1');
    };
    if (request.method === 'INVITE') this.answerInvite = reply;
    this.onRequest(request, reply);
  }
}

let asked = 0;

/** An OPTIONS as text. */
export function optionsText(options: {
  readonly callId: string;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  readonly port: number;
  readonly protocol: 'UDP' | 'TCP';
}): string {
  const { callId, host = '127.0.0.1', port, protocol } = options;
  return [
    'OPTIONS sip:siren@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/${protocol} ${host}:${port};branch=z9hG4bK-${callId}`,
    'Max-Forwards: 70',
    'From: <sip:peer@127.0.0.1>;tag=peer',
    'To: <sip:siren@127.0.0.1>',
    `Call-ID: ${callId}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
