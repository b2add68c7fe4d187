import { expect } from '@jest/globals';
import { seconds } from '../../src/base/duration.js';
import type { SipsirenError } from '../../src/base/errors.js';
import {
  parseNameAddress,
  parseUri,
  serialise,
  SipRequest,
  SipResponse,
  type SipMessage,
} from '../../src/sip/message/index.js';
import {
  TransactionLayer,
  type TransactionLayerOptions,
} from '../../src/sip/transaction/transaction-layer.js';
import type { ServerTransaction } from '../../src/sip/transaction/transaction.js';
import type { Flow, Target } from '../../src/sip/transport/flow.js';
import { FakeClock } from './fake-clock.js';
import { MemoryNetwork, type MemoryTransport } from './memory-network.js';

export const OURS: Target = { protocol: 'udp', address: '192.0.2.1', port: 5060 };
export const THEIRS: Target = { protocol: 'udp', address: '192.0.2.2', port: 5060 };
export const toTcp: Target = { ...THEIRS, protocol: 'tcp' };

/** A peer without transactions: it notes what arrives and when, and says what the test makes it say. */
class Peer {
  readonly got: { at: number; message: SipMessage; bytes: string; flow: Flow }[] = [];
  onMessage: (message: SipMessage, flow: Flow) => void = () => undefined;
  readonly transport: MemoryTransport;

  constructor(network: MemoryNetwork, clock: FakeClock) {
    this.transport = network.transport(THEIRS.address, THEIRS.port);
    void this.transport.start({
      onMessage: (message, flow) => {
        this.got.push({ at: clock.now() - 1, message, bytes: serialise(message).toString(), flow });
        this.onMessage(message, flow);
      },
    });
  }

  get statuses(): number[] {
    return this.got.map(({ message }) => (message.kind === 'response' ? message.status : 0));
  }

  /** When something arrived, counted in the sender's time: the network takes 1 ms. */
  get times(): number[] {
    return this.got.map(({ at }) => at);
  }

  send(text: string, target = OURS): void {
    this.transport.transmit(Buffer.from(text.replaceAll('\n', '\r\n')), target, () => undefined);
  }

  answer(request: SipRequest, flow: Flow, status: number, toTag = 'theirs'): void {
    this.transport.sendResponse(SipResponse.to(request, status, { toTag }), flow, () => undefined);
  }
}

/** What a client transaction reported, in words. */
export class Report {
  readonly lines: string[] = [];
  onResponse = (response: SipResponse) => void this.lines.push(String(response.status));
  onTimeout = () => void this.lines.push('timeout');
  onTransportError = (error: SipsirenError) => void this.lines.push(error.code);
}

/** One transaction layer of ours and a peer, on a network in memory; notes down what the layer hands over. */
export class TransactionScene {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork({ clock: this.clock });
  readonly peer = new Peer(this.network, this.clock);
  readonly received: ServerTransaction[] = [];
  readonly acks: SipRequest[] = [];
  /** Our tags of the dialogs that there are. */
  readonly dialogs = new Set<string>();
  readonly stray: SipResponse[] = [];
  readonly errors: unknown[] = [];
  onRequest: (transaction: ServerTransaction) => void = () => undefined;
  #layer: TransactionLayer | undefined;

  get layer(): TransactionLayer {
    if (!this.#layer) throw new Error('The layer was not started.');
    return this.#layer;
  }

  async start(options: Partial<TransactionLayerOptions> = {}): Promise<void> {
    this.#layer = new TransactionLayer({
      transport: this.network.transport(OURS.address, OURS.port),
      clock: this.clock,
      onInternalError: (error) => void this.errors.push(error),
      ...options,
    });
    await this.#layer.start({
      onRequest: (transaction) => {
        this.received.push(transaction);
        this.onRequest(transaction);
      },
      isWithinDialog: ({ toTag }) => toTag !== undefined && this.dialogs.has(toTag),
      onAck: (ack) => void this.acks.push(ack),
      onStrayResponse: (response) => void this.stray.push(response),
    });
  }

  /** Closes both ends; no transaction and no timer may be left over. */
  async close(): Promise<void> {
    await this.layer.close();
    await this.peer.transport.close();
    expect(this.layer.counts).toMatchObject({
      inviteClient: 0,
      inviteServer: 0,
      nonInviteClient: 0,
      nonInviteServer: 0,
    });
    this.clock.advance(seconds(1));
    expect(this.clock.pending).toEqual([]);
  }
}

export function request(method: string, callId = 'c1'): SipRequest {
  return SipRequest.create({
    method,
    uri: parseUri('sip:1001@192.0.2.2'),
    from: parseNameAddress('<sip:a@192.0.2.1>;tag=a'),
    to: parseNameAddress('<sip:1001@192.0.2.2>'),
    callId,
    sequence: 1,
  });
}

type TextParts = {
  method: string;
  branch?: string;
  callId?: string;
  to?: string;
  from?: string;
  uri?: string;
  sequence?: number;
};

export function text(parts: TextParts): string {
  const {
    method,
    branch = 'z9hG4bKone',
    callId = 'c1',
    to = '<sip:1001@192.0.2.1>',
    from = 'f',
    sequence = 1,
  } = parts;
  return `${method} ${parts.uri ?? 'sip:1001@192.0.2.1'} SIP/2.0
Via: SIP/2.0/UDP 192.0.2.2:5060${branch === '' ? '' : `;branch=${branch}`}
From: <sip:b@192.0.2.2>;tag=${from}
To: ${to}
Call-ID: ${callId}
CSeq: ${sequence} ${method}
Max-Forwards: 70
Content-Length: 0

`;
}
