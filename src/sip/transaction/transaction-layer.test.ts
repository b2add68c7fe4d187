import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { milliseconds, seconds } from '../../base/duration.js';
import type { SipsirenError } from '../../base/errors.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { MemoryNetwork, type MemoryTransport } from '../../../test/support/memory-network.js';
import {
  cancelOf,
  parseNameAddress,
  parseUri,
  serialise,
  SipRequest,
  SipResponse,
  type SipMessage,
} from '../message/index.js';
import type { Flow, Target } from '../transport/flow.js';
import { TransactionLayer, type TransactionLayerOptions } from './transaction-layer.js';
import type { ServerTransaction } from './transaction.js';

const OURS: Target = { protocol: 'udp', address: '192.0.2.1', port: 5060 };
const THEIRS: Target = { protocol: 'udp', address: '192.0.2.2', port: 5060 };

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
class Report {
  readonly lines: string[] = [];
  onResponse = (response: SipResponse) => void this.lines.push(String(response.status));
  onTimeout = () => void this.lines.push('timeout');
  onTransportError = (error: SipsirenError) => void this.lines.push(error.code);
}

function request(method: string, callId = 'c1'): SipRequest {
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

function text(parts: TextParts): string {
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

let clock: FakeClock;
let network: MemoryNetwork;
let peer: Peer;
let layer: TransactionLayer;
let received: ServerTransaction[];
let acks: SipRequest[];
let stray: SipResponse[];
let errors: unknown[];
let onRequest: (transaction: ServerTransaction) => void;

async function startLayer(options: Partial<TransactionLayerOptions> = {}): Promise<void> {
  layer = new TransactionLayer({
    transport: network.transport(OURS.address, OURS.port),
    clock,
    onInternalError: (error) => void errors.push(error),
    ...options,
  });
  await layer.start({
    onRequest: (transaction) => {
      received.push(transaction);
      onRequest(transaction);
    },
    onAck: (ack) => void acks.push(ack),
    onStrayResponse: (response) => void stray.push(response),
  });
}

beforeEach(() => {
  clock = new FakeClock();
  network = new MemoryNetwork({ clock });
  peer = new Peer(network, clock);
  received = [];
  acks = [];
  stray = [];
  errors = [];
  onRequest = () => undefined;
});

afterEach(async () => {
  await layer.close();
  await peer.transport.close();
  expect(layer.counts).toMatchObject({
    inviteClient: 0,
    inviteServer: 0,
    nonInviteClient: 0,
    nonInviteServer: 0,
  });
  clock.advance(seconds(1));
  expect(clock.pending).toEqual([]);
});

const toTcp: Target = { ...THEIRS, protocol: 'tcp' };

describe('INVITE client transaction', () => {
  beforeEach(() => startLayer());

  it('is sent again at timer A and given up at timer B', () => {
    const report = new Report();
    layer.send(request('INVITE'), THEIRS, report);
    clock.advance(milliseconds(31_999));
    expect(report.lines).toEqual([]);
    clock.advance(milliseconds(1));
    expect(report.lines).toEqual(['timeout']);
    expect(peer.times).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(new Set(peer.got.map(({ bytes }) => bytes)).size).toBe(1);
    expect(layer.counts.inviteClient).toBe(0);
  });

  it('is sent once over TCP, and given up at timer B', () => {
    const report = new Report();
    layer.send(request('INVITE'), toTcp, report);
    clock.advance(seconds(32));
    expect([peer.got.length, report.lines]).toEqual([1, ['timeout']]);
  });

  it('stops sending at a provisional response and then waits without end', () => {
    const report = new Report();
    peer.onMessage = (message, flow) => message.kind === 'request' && peer.answer(message, flow, 180);
    layer.send(request('INVITE'), THEIRS, report);
    clock.advance(seconds(600));
    expect([peer.got.length, report.lines]).toEqual([1, ['180']]);
    expect(clock.pending).toEqual([]);
  });

  it('acknowledges a refusal, each time it comes, until timer D', () => {
    const report = new Report();
    layer.send(request('INVITE'), THEIRS, report);
    clock.advance(milliseconds(1));
    const { message: invite, flow } = peer.got[0]!;
    for (let i = 0; i < 3; i++) peer.answer(invite as SipRequest, flow, 486);
    clock.advance(milliseconds(5));
    const sent = peer.got.map(({ message }) => message as SipRequest);
    expect(sent.map(({ method }) => method)).toEqual(['INVITE', 'ACK', 'ACK', 'ACK']);
    const [, ack] = sent;
    expect(ack!.topVia.branch).toBe(invite.topVia.branch);
    expect(ack!.toTag).toBe('theirs');
    expect(ack!.headers.first('CSeq')).toBe('1 ACK');
    expect(report.lines).toEqual(['486']);
    clock.advance(seconds(31));
    expect(layer.counts.inviteClient).toBe(1);
    clock.advance(seconds(2));
    expect(layer.counts.inviteClient).toBe(0);
  });

  it('is over with the ACK of a refusal over TCP', () => {
    const report = new Report();
    peer.onMessage = (message, flow) =>
      message.kind === 'request' && message.method === 'INVITE' && peer.answer(message, flow, 404);
    layer.send(request('INVITE'), toTcp, report);
    clock.advance(milliseconds(5));
    expect(peer.got.map(({ message }) => (message as SipRequest).method)).toEqual(['INVITE', 'ACK']);
    expect([report.lines, layer.counts.inviteClient]).toEqual([['404'], 0]);
  });

  it('reports every 2xx, also of forks, until timer M; later ones are stray', () => {
    const report = new Report();
    layer.send(request('INVITE'), THEIRS, report);
    clock.advance(milliseconds(1));
    const { message: invite, flow } = peer.got[0]!;
    peer.answer(invite as SipRequest, flow, 200, 'one');
    peer.answer(invite as SipRequest, flow, 200, 'two');
    clock.advance(seconds(33));
    expect(report.lines).toEqual(['200', '200']);
    peer.answer(invite as SipRequest, flow, 200, 'three');
    clock.advance(milliseconds(1));
    expect([report.lines.length, stray.length, layer.counts.inviteClient]).toEqual([2, 1, 0]);
  });

  it('reports that nobody listens there', () => {
    const report = new Report();
    layer.send(request('INVITE'), { ...THEIRS, address: '192.0.2.99' }, report);
    clock.advance(milliseconds(1));
    expect([report.lines, layer.counts.inviteClient]).toEqual([['SIP_TRANSPORT'], 0]);
  });

  it('ends 64*T1 after its CANCEL when no final response comes', () => {
    const report = new Report();
    const cancelled = new Report();
    peer.onMessage = (message, flow) =>
      message.kind === 'request' && peer.answer(message, flow, message.method === 'CANCEL' ? 200 : 180);
    const transaction = layer.send(request('INVITE'), THEIRS, report);
    clock.advance(milliseconds(2));
    layer.send(cancelOf(transaction.request), THEIRS, cancelled);
    clock.advance(milliseconds(2));
    const [invite, cancel] = peer.got.map(({ message }) => message as SipRequest);
    expect(cancel!.topVia.branch).toBe(invite!.topVia.branch);
    expect(cancelled.lines).toEqual(['200']);
    clock.advance(seconds(33));
    expect([report.lines, layer.counts.inviteClient]).toEqual([['180', 'timeout'], 0]);
  });

  it('says nothing more once it is abandoned', () => {
    const report = new Report();
    layer.send(request('INVITE'), THEIRS, report).abandon();
    expect(layer.counts.inviteClient).toBe(0);
    clock.advance(seconds(60));
    expect([report.lines, peer.got.length]).toEqual([[], 1]);
  });
});

describe('non-INVITE client transaction', () => {
  beforeEach(() => startLayer());

  it('is sent again at timer E, up to T2 apart, and given up at timer F', () => {
    const report = new Report();
    layer.send(request('OPTIONS'), THEIRS, report);
    clock.advance(seconds(33));
    expect(peer.times).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(report.lines).toEqual(['timeout']);
  });

  it('is sent every T2 after a provisional response, and still given up at timer F', () => {
    const report = new Report();
    let answered = false;
    peer.onMessage = (message, flow) => {
      if (message.kind === 'request' && !answered) peer.answer(message, flow, 100);
      answered = true;
    };
    layer.send(request('BYE'), THEIRS, report);
    clock.advance(seconds(33));
    expect(peer.times.slice(0, 4)).toEqual([0, 500, 4_500, 8_500]);
    expect(report.lines).toEqual(['100', 'timeout']);
  });

  it('reports the first final response only, and forgets it after timer K', () => {
    const report = new Report();
    layer.send(request('BYE'), THEIRS, report);
    clock.advance(milliseconds(1));
    const { message, flow } = peer.got[0]!;
    peer.answer(message as SipRequest, flow, 200);
    peer.answer(message as SipRequest, flow, 200);
    clock.advance(milliseconds(4_900));
    expect([report.lines, stray.length, layer.counts.nonInviteClient]).toEqual([['200'], 0, 1]);
    clock.advance(milliseconds(200));
    expect(layer.counts.nonInviteClient).toBe(0);
  });

  it('takes a response only where branch and method fit (section 17.1.3)', () => {
    const report = new Report();
    layer.send(request('BYE'), THEIRS, report);
    clock.advance(milliseconds(1));
    const { message, flow } = peer.got[0]!;
    const response = SipResponse.to(message as SipRequest, 200);
    response.headers.set('CSeq', '1 INFO');
    peer.transport.sendResponse(response, flow, () => undefined);
    clock.advance(milliseconds(1));
    expect([report.lines, stray.length]).toEqual([[], 1]);
  });

  it('drops a response with a second Via (section 8.1.3.3)', () => {
    const report = new Report();
    layer.send(request('BYE'), THEIRS, report);
    clock.advance(milliseconds(1));
    const { message, flow } = peer.got[0]!;
    const response = SipResponse.to(message as SipRequest, 200);
    response.headers.append('Via', 'SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKother');
    peer.transport.sendResponse(response, flow, () => undefined);
    clock.advance(milliseconds(1));
    expect([report.lines, stray.length, layer.counts.malformed]).toEqual([[], 0, 1]);
  });

  it('refuses an ACK', () => {
    expect(() => layer.send(request('ACK'), THEIRS, new Report())).toThrow('sendAck');
    layer.sendAck(request('ACK'), THEIRS).resend();
    clock.advance(milliseconds(2));
    expect(peer.got.map(({ message }) => (message as SipRequest).method)).toEqual(['ACK', 'ACK']);
  });

  it('follows T1, T2 and T4 as they are set', async () => {
    await layer.close();
    await startLayer({ timers: { t1: 100, t2: 400, t4: 1_000 } });
    layer.send(request('OPTIONS'), THEIRS, new Report());
    clock.advance(seconds(7));
    expect(peer.times.slice(0, 5)).toEqual([0, 100, 300, 700, 1_100]);
    expect(() => new TransactionLayer({ transport: peer.transport, clock, timers: { t1: 0 } })).toThrow('T1');
  });
});

describe('INVITE server transaction', () => {
  beforeEach(() => startLayer());

  it('answers 100 by itself when the user is silent for 200 ms, and retransmissions with the same bytes', () => {
    peer.send(text({ method: 'INVITE' }));
    clock.advance(milliseconds(200));
    expect(peer.got).toEqual([]);
    clock.advance(milliseconds(2));
    expect(peer.statuses).toEqual([100]);
    peer.send(text({ method: 'INVITE' }));
    clock.advance(milliseconds(2));
    expect(peer.statuses).toEqual([100, 100]);
    received[0]!.respond(SipResponse.to(received[0]!.request, 180, { toTag: 'ours' }));
    peer.send(text({ method: 'INVITE' }));
    clock.advance(milliseconds(2));
    expect(peer.statuses).toEqual([100, 100, 180, 180]);
    expect(peer.got[3]!.bytes).toBe(peer.got[2]!.bytes);
    expect(received.length).toBe(1);
  });

  it('sends no 100 when the user answers in time', () => {
    onRequest = (transaction) => transaction.respond(SipResponse.to(transaction.request, 180));
    peer.send(text({ method: 'INVITE' }));
    clock.advance(seconds(5));
    expect(peer.statuses).toEqual([180]);
    expect(clock.pending).toEqual([]);
  });

  it('repeats a refusal at timer G until the ACK, which it absorbs for T4', () => {
    const heard: string[] = [];
    onRequest = (transaction) => {
      transaction.user = { onAck: () => void heard.push('ack'), onTerminated: () => void heard.push('over') };
      transaction.respond(SipResponse.to(transaction.request, 486, { toTag: 'ours' }));
    };
    peer.send(text({ method: 'INVITE' }));
    clock.advance(seconds(12));
    expect(peer.times).toEqual([1, 501, 1_501, 3_501, 7_501, 11_501]);
    for (let i = 0; i < 2; i++) peer.send(text({ method: 'ACK', to: '<sip:1001@192.0.2.1>;tag=ours' }));
    clock.advance(milliseconds(4_900));
    expect([heard, acks.length, peer.got.length, layer.counts.lingering]).toEqual([['ack'], 0, 6, 1]);
    clock.advance(milliseconds(300));
    expect([heard, layer.counts.inviteServer]).toEqual([['ack', 'over'], 0]);
  });

  it('gives up waiting for the ACK at timer H', () => {
    const heard: string[] = [];
    onRequest = (transaction) => {
      transaction.user = {
        onFailure: (error) => void heard.push(error.code),
        onTerminated: () => void heard.push('over'),
      };
      transaction.respond(SipResponse.to(transaction.request, 486));
    };
    peer.send(text({ method: 'INVITE' }));
    clock.advance(seconds(33));
    expect([heard, layer.counts.inviteServer]).toEqual([['TIMEOUT', 'over'], 0]);
  });

  it('repeats nothing over TCP and is over with the ACK', () => {
    onRequest = (transaction) => transaction.respond(SipResponse.to(transaction.request, 486));
    const overTcp: Target = { ...OURS, protocol: 'tcp' };
    peer.send(text({ method: 'INVITE' }), overTcp);
    clock.advance(seconds(10));
    expect(peer.got.length).toBe(1);
    peer.send(text({ method: 'ACK' }), overTcp);
    clock.advance(milliseconds(2));
    expect(layer.counts.inviteServer).toBe(0);
  });

  it('leaves a 2xx to its user, absorbs INVITEs and passes ACKs on (RFC 6026)', () => {
    onRequest = (transaction) =>
      transaction.respond(SipResponse.to(transaction.request, 200, { toTag: 'ours' }));
    peer.send(text({ method: 'INVITE' }));
    clock.advance(seconds(5));
    peer.send(text({ method: 'INVITE' }));
    clock.advance(milliseconds(5));
    expect([peer.statuses, received.length]).toEqual([[200], 1]);
    const [transaction] = received;
    transaction!.respond(SipResponse.to(transaction!.request, 200, { toTag: 'ours' }));
    transaction!.respond(SipResponse.to(transaction!.request, 486));
    peer.send(text({ method: 'ACK' }));
    peer.send(text({ method: 'ACK', branch: 'z9hG4bKtwo' }));
    clock.advance(milliseconds(5));
    expect([peer.statuses, acks.length, transaction!.isCompleted]).toEqual([[200, 200], 2, true]);
    clock.advance(seconds(28));
    expect(layer.counts.inviteServer).toBe(0);
  });

  it('finds the INVITE of a CANCEL while it is unanswered, and answers the CANCEL of an answered one', () => {
    peer.send(text({ method: 'INVITE' }));
    peer.send(text({ method: 'CANCEL' }));
    clock.advance(milliseconds(1));
    const [invite, cancel] = received;
    expect(layer.inviteTransactionOf(cancel!.request)).toBe(invite);
    cancel!.respond(SipResponse.to(cancel!.request, 200));
    invite!.respond(SipResponse.to(invite!.request, 200));
    expect(layer.inviteTransactionOf(cancel!.request)).toBeUndefined();
    peer.send(text({ method: 'INVITE', branch: 'z9hG4bKtwo', callId: 'c2' }));
    clock.advance(milliseconds(2));
    received[2]!.respond(SipResponse.to(received[2]!.request, 200));
    peer.send(text({ method: 'CANCEL', branch: 'z9hG4bKtwo', callId: 'c2' }));
    clock.advance(milliseconds(3));
    expect([received.length, peer.statuses]).toEqual([3, [200, 200, 200, 200]]);
  });
});

describe('non-INVITE server transaction', () => {
  beforeEach(() => startLayer());

  it('absorbs retransmissions while unanswered and repeats the answer afterwards, until timer J', () => {
    peer.send(text({ method: 'OPTIONS' }));
    peer.send(text({ method: 'OPTIONS' }));
    clock.advance(milliseconds(2));
    expect([received.length, peer.got.length]).toEqual([1, 0]);
    received[0]!.respond(SipResponse.to(received[0]!.request, 200));
    received[0]!.respond(SipResponse.to(received[0]!.request, 500));
    peer.send(text({ method: 'OPTIONS' }));
    clock.advance(milliseconds(3));
    expect(peer.statuses).toEqual([200, 200]);
    expect(peer.got[1]!.bytes).toBe(peer.got[0]!.bytes);
    clock.advance(seconds(33));
    expect(layer.counts.nonInviteServer).toBe(0);
  });

  it('sends a 100 only once the client retransmits at T2, never another provisional nor a 408 (RFC 4320)', () => {
    peer.send(text({ method: 'MESSAGE' }));
    clock.advance(milliseconds(3_500));
    received[0]!.respond(SipResponse.to(received[0]!.request, 180));
    received[0]!.respond(SipResponse.to(received[0]!.request, 408));
    expect(peer.got).toEqual([]);
    clock.advance(milliseconds(3));
    expect(peer.statuses).toEqual([100]);
    received[0]!.respond(SipResponse.to(received[0]!.request, 200));
    clock.advance(milliseconds(3));
    expect(peer.statuses).toEqual([100, 200]);
  });

  it('gives up when its user never answers', () => {
    const heard: string[] = [];
    onRequest = (transaction) => {
      transaction.user = { onFailure: (error) => void heard.push(error.code) };
    };
    peer.send(text({ method: 'MESSAGE' }));
    clock.advance(seconds(33));
    received[0]!.respond(SipResponse.to(received[0]!.request, 200));
    clock.advance(milliseconds(3));
    expect([heard, peer.statuses, layer.counts.nonInviteServer]).toEqual([['TIMEOUT'], [100], 0]);
  });

  it('is over at once with its answer over TCP', () => {
    onRequest = (transaction) => transaction.respond(SipResponse.to(transaction.request, 200));
    peer.send(text({ method: 'BYE' }), { ...OURS, protocol: 'tcp' });
    clock.advance(milliseconds(3));
    expect([peer.statuses, layer.counts.nonInviteServer]).toEqual([[200], 0]);
  });

  it('reports once that an answer could not be delivered', async () => {
    const heard: string[] = [];
    peer.send(text({ method: 'INVITE' }));
    clock.advance(milliseconds(1));
    await peer.transport.close();
    received[0]!.user = { onFailure: (error) => void heard.push(error.code) };
    received[0]!.respond(SipResponse.to(received[0]!.request, 486));
    clock.advance(seconds(20));
    expect(heard).toEqual(['SIP_TRANSPORT']);
  });
});

describe('matching', () => {
  beforeEach(() => startLayer());

  it('tells requests with one branch apart by method and sent-by', () => {
    peer.send(text({ method: 'INVITE' }));
    peer.send(text({ method: 'INFO' }));
    peer.send(text({ method: 'INVITE', callId: 'c2' }).replace('192.0.2.2:5060;', '192.0.2.2:5061;'));
    clock.advance(milliseconds(1));
    expect(received.map(({ request: { method } }) => method)).toEqual(['INVITE', 'INFO', 'INVITE']);
  });

  it.each(['', 'z9hG4bK', 'old'])('falls back to RFC 2543 for the branch "%s"', (branch) => {
    onRequest = (transaction) =>
      transaction.request.method === 'INVITE' &&
      transaction.respond(SipResponse.to(transaction.request, 486, { toTag: 'ours' }));
    peer.send(text({ method: 'INVITE', branch }));
    peer.send(text({ method: 'INVITE', branch }));
    peer.send(text({ method: 'INVITE', branch, callId: 'c2' }));
    peer.send(text({ method: 'BYE', branch, sequence: 2, to: '<sip:1001@192.0.2.1>;tag=ours' }));
    clock.advance(milliseconds(2));
    expect(received.length).toBe(3);
    peer.send(text({ method: 'ACK', branch, to: '<sip:1001@192.0.2.1>;tag=other' }));
    clock.advance(milliseconds(2));
    expect(acks.length).toBe(1);
    peer.send(text({ method: 'ACK', branch, to: '<sip:1001@192.0.2.1>;tag=ours' }));
    clock.advance(milliseconds(2));
    expect([acks.length, layer.counts.lingering]).toEqual([1, 1]);
  });

  it('refuses a request that came over a second path with 482 (section 8.2.2.2)', () => {
    peer.send(text({ method: 'INVITE' }));
    peer.send(text({ method: 'INVITE', branch: 'z9hG4bKtwo' }));
    peer.send(text({ method: 'INVITE', branch: 'z9hG4bKthree', sequence: 2 }));
    peer.send(text({ method: 'INVITE', branch: 'z9hG4bKfour', to: '<sip:1001@192.0.2.1>;tag=dialog' }));
    clock.advance(milliseconds(2));
    expect([peer.statuses, received.length]).toEqual([[482], 3]);
    peer.send(text({ method: 'ACK', branch: 'z9hG4bKtwo' }));
    clock.advance(milliseconds(2));
    expect([acks.length, layer.counts.lingering]).toEqual([0, 1]);
  });
});

describe('overload', () => {
  const flood = (count: number, method = 'INVITE') => {
    for (let i = 0; i < count; i++)
      peer.send(text({ method, branch: `z9hG4bK${method}${i}`, callId: `flood${i}` }));
  };

  it('refuses new work with 503 and Retry-After, without a transaction, but lets calls in progress through', async () => {
    await startLayer({ limits: { server: 3, inDialog: 5 }, random: () => 0.5 });
    flood(5);
    clock.advance(milliseconds(2));
    expect([received.length, peer.statuses]).toEqual([3, [503, 503]]);
    expect(peer.got[0]!.message.headers.first('Retry-After')).toBe('6');
    peer.send(text({ method: 'BYE', branch: 'z9hG4bKbye', to: '<sip:1001@192.0.2.1>;tag=x' }));
    peer.send(text({ method: 'CANCEL', branch: 'z9hG4bKINVITE1', callId: 'flood1' }));
    peer.send(text({ method: 'ACK', branch: 'z9hG4bKack' }));
    peer.send(text({ method: 'BYE', branch: 'z9hG4bKbye2', to: '<sip:1001@192.0.2.1>;tag=x' }));
    clock.advance(milliseconds(2));
    expect(received.slice(3).map(({ request: { method } }) => method)).toEqual(['BYE', 'CANCEL']);
    expect([acks.length, layer.counts.shed]).toEqual([1, 3]);
  });

  it('takes new work again once the old is answered, whatever lingers', async () => {
    await startLayer({ limits: { server: 3 } });
    onRequest = (transaction) => transaction.respond(SipResponse.to(transaction.request, 200));
    flood(50);
    clock.advance(milliseconds(2));
    expect([received.length, layer.counts]).toMatchObject([50, { inviteServer: 50, lingering: 50, shed: 0 }]);
  });

  it('bounds what lingers', async () => {
    await startLayer({ limits: { lingering: 10 } });
    onRequest = (transaction) => transaction.respond(SipResponse.to(transaction.request, 200));
    flood(15);
    clock.advance(milliseconds(2));
    expect([received.length, layer.counts.shed]).toEqual([10, 5]);
    clock.advance(seconds(33));
    flood(5);
    clock.advance(milliseconds(2));
    expect(received.length).toBe(15);
  });

  it('refuses a retransmission with the same tag (section 8.2.7)', async () => {
    await startLayer({ limits: { server: 0 } });
    flood(2);
    flood(2);
    clock.advance(milliseconds(2));
    const tags = peer.got.map(({ message }) => message.toTag);
    expect([tags.length, new Set(tags).size, tags[0]]).toEqual([4, 2, tags[2]]);
  });

  it('refuses no more than so many a second', async () => {
    await startLayer({ limits: { server: 0, refusalsPerSecond: 20 } });
    flood(500);
    clock.advance(milliseconds(2));
    expect([peer.got.length, layer.counts.shed]).toEqual([20, 500]);
  });
});

describe('a transaction user that throws', () => {
  beforeEach(() => startLayer());

  it('makes a 500, and is reported', () => {
    onRequest = () => {
      throw new Error('bug');
    };
    peer.send(text({ method: 'OPTIONS' }));
    clock.advance(milliseconds(2));
    expect([peer.statuses, errors.length]).toEqual([[500], 1]);
  });

  it('is reported wherever it happens, and stops nothing', () => {
    const broken = () => {
      throw new Error('bug');
    };
    layer.send(request('OPTIONS'), THEIRS, {
      onResponse: broken,
      onTimeout: broken,
      onTransportError: broken,
    });
    onRequest = (transaction) => {
      transaction.user = { onAck: broken, onFailure: broken, onTerminated: broken };
      transaction.respond(SipResponse.to(transaction.request, 486));
    };
    peer.send(text({ method: 'INVITE' }));
    clock.advance(seconds(40));
    expect(errors.length).toBe(3);
    expect(layer.counts).toMatchObject({ nonInviteClient: 0, inviteServer: 0 });
  });
});

describe('closing', () => {
  it('leaves nothing behind and hears nothing more', async () => {
    await startLayer();
    const report = new Report();
    layer.send(request('INVITE'), THEIRS, report);
    peer.send(text({ method: 'INVITE' }));
    clock.advance(milliseconds(1));
    await layer.close();
    await layer.close();
    clock.advance(seconds(60));
    expect([report.lines, received.length]).toEqual([[], 1]);
  });
});
