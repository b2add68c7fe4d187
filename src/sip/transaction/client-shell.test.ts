import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { THEIRS, toTcp, Report, request, TransactionScene } from '../../../test/support/transaction-scene.js';
import { milliseconds, seconds } from '../../base/duration.js';
import type { SipRequest } from '../message/index.js';
import { cancelOf, SipResponse } from '../message/index.js';
import { TransactionLayer } from './transaction-layer.js';

let scene: TransactionScene;

beforeEach(() => {
  scene = new TransactionScene();
});

afterEach(() => scene.close());

describe('INVITE client transaction', () => {
  beforeEach(() => scene.start());

  it('is sent again at timer A and given up at timer B', () => {
    const report = new Report();
    scene.layer.send(request('INVITE'), THEIRS, report);
    scene.clock.advance(milliseconds(31_999));
    expect(report.lines).toEqual([]);
    scene.clock.advance(milliseconds(1));
    expect(report.lines).toEqual(['timeout']);
    expect(scene.peer.times).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(new Set(scene.peer.got.map(({ bytes }) => bytes)).size).toBe(1);
    expect(scene.layer.counts.inviteClient).toBe(0);
  });

  it('is sent once over TCP, and given up at timer B', () => {
    const report = new Report();
    scene.layer.send(request('INVITE'), toTcp, report);
    scene.clock.advance(seconds(32));
    expect([scene.peer.got.length, report.lines]).toEqual([1, ['timeout']]);
  });

  it('stops sending at a provisional response and then waits without end', () => {
    const report = new Report();
    scene.peer.onMessage = (message, flow) =>
      message.kind === 'request' && scene.peer.answer(message, flow, 180);
    scene.layer.send(request('INVITE'), THEIRS, report);
    scene.clock.advance(seconds(600));
    expect([scene.peer.got.length, report.lines]).toEqual([1, ['180']]);
    expect(scene.clock.pending).toEqual([]);
  });

  it('acknowledges a refusal, each time it comes, until timer D', () => {
    const report = new Report();
    scene.layer.send(request('INVITE'), THEIRS, report);
    scene.clock.advance(milliseconds(1));
    const { message: invite, flow } = scene.peer.got[0]!;
    for (let i = 0; i < 3; i++) scene.peer.answer(invite as SipRequest, flow, 486);
    scene.clock.advance(milliseconds(5));
    const sent = scene.peer.got.map(({ message }) => message as SipRequest);
    expect(sent.map(({ method }) => method)).toEqual(['INVITE', 'ACK', 'ACK', 'ACK']);
    const [, ack] = sent;
    expect(ack!.topVia.branch).toBe(invite.topVia.branch);
    expect(ack!.toTag).toBe('theirs');
    expect(ack!.headers.first('CSeq')).toBe('1 ACK');
    expect(report.lines).toEqual(['486']);
    scene.clock.advance(seconds(31));
    expect(scene.layer.counts.inviteClient).toBe(1);
    scene.clock.advance(seconds(2));
    expect(scene.layer.counts.inviteClient).toBe(0);
  });

  it('is over with the ACK of a refusal over TCP', () => {
    const report = new Report();
    scene.peer.onMessage = (message, flow) =>
      message.kind === 'request' && message.method === 'INVITE' && scene.peer.answer(message, flow, 404);
    scene.layer.send(request('INVITE'), toTcp, report);
    scene.clock.advance(milliseconds(5));
    expect(scene.peer.got.map(({ message }) => (message as SipRequest).method)).toEqual(['INVITE', 'ACK']);
    expect([report.lines, scene.layer.counts.inviteClient]).toEqual([['404'], 0]);
  });

  it('reports every 2xx, also of forks, until timer M; later ones are stray', () => {
    const report = new Report();
    scene.layer.send(request('INVITE'), THEIRS, report);
    scene.clock.advance(milliseconds(1));
    const { message: invite, flow } = scene.peer.got[0]!;
    scene.peer.answer(invite as SipRequest, flow, 200, 'one');
    scene.peer.answer(invite as SipRequest, flow, 200, 'two');
    scene.clock.advance(seconds(33));
    expect(report.lines).toEqual(['200', '200']);
    scene.peer.answer(invite as SipRequest, flow, 200, 'three');
    scene.clock.advance(milliseconds(1));
    expect([report.lines.length, scene.stray.length, scene.layer.counts.inviteClient]).toEqual([2, 1, 0]);
  });

  it('reports that nobody listens there', () => {
    const report = new Report();
    scene.layer.send(request('INVITE'), { ...THEIRS, address: '192.0.2.99' }, report);
    scene.clock.advance(milliseconds(1));
    expect([report.lines, scene.layer.counts.inviteClient]).toEqual([['SIP_TRANSPORT'], 0]);
  });

  it('ends 64*T1 after its CANCEL when no final response comes', () => {
    const report = new Report();
    const cancelled = new Report();
    scene.peer.onMessage = (message, flow) =>
      message.kind === 'request' && scene.peer.answer(message, flow, message.method === 'CANCEL' ? 200 : 180);
    const transaction = scene.layer.send(request('INVITE'), THEIRS, report);
    scene.clock.advance(milliseconds(2));
    scene.layer.send(cancelOf(transaction.request), THEIRS, cancelled);
    scene.clock.advance(milliseconds(2));
    const [invite, cancel] = scene.peer.got.map(({ message }) => message as SipRequest);
    expect(cancel!.topVia.branch).toBe(invite!.topVia.branch);
    expect(cancelled.lines).toEqual(['200']);
    scene.clock.advance(seconds(33));
    expect([report.lines, scene.layer.counts.inviteClient]).toEqual([['180', 'timeout'], 0]);
  });

  it('says nothing more once it is abandoned', () => {
    const report = new Report();
    scene.layer.send(request('INVITE'), THEIRS, report).abandon();
    expect(scene.layer.counts.inviteClient).toBe(0);
    scene.clock.advance(seconds(60));
    expect([report.lines, scene.peer.got.length]).toEqual([[], 1]);
  });
});

describe('non-INVITE client transaction', () => {
  beforeEach(() => scene.start());

  it('is sent again at timer E, up to T2 apart, and given up at timer F', () => {
    const report = new Report();
    scene.layer.send(request('OPTIONS'), THEIRS, report);
    scene.clock.advance(seconds(33));
    expect(scene.peer.times).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(report.lines).toEqual(['timeout']);
  });

  it('is sent every T2 after a provisional response, and still given up at timer F', () => {
    const report = new Report();
    let answered = false;
    scene.peer.onMessage = (message, flow) => {
      if (message.kind === 'request' && !answered) scene.peer.answer(message, flow, 100);
      answered = true;
    };
    scene.layer.send(request('BYE'), THEIRS, report);
    scene.clock.advance(seconds(33));
    expect(scene.peer.times.slice(0, 4)).toEqual([0, 500, 4_500, 8_500]);
    expect(report.lines).toEqual(['100', 'timeout']);
  });

  it('reports the first final response only, and forgets it after timer K', () => {
    const report = new Report();
    scene.layer.send(request('BYE'), THEIRS, report);
    scene.clock.advance(milliseconds(1));
    const { message, flow } = scene.peer.got[0]!;
    scene.peer.answer(message as SipRequest, flow, 200);
    scene.peer.answer(message as SipRequest, flow, 200);
    scene.clock.advance(milliseconds(4_900));
    expect([report.lines, scene.stray.length, scene.layer.counts.nonInviteClient]).toEqual([['200'], 0, 1]);
    scene.clock.advance(milliseconds(200));
    expect(scene.layer.counts.nonInviteClient).toBe(0);
  });

  it('takes a response only where branch and method fit (section 17.1.3)', () => {
    const report = new Report();
    scene.layer.send(request('BYE'), THEIRS, report);
    scene.clock.advance(milliseconds(1));
    const { message, flow } = scene.peer.got[0]!;
    const response = SipResponse.to(message as SipRequest, 200);
    response.headers.set('CSeq', '1 INFO');
    scene.peer.transport.sendResponse(response, flow, () => undefined);
    scene.clock.advance(milliseconds(1));
    expect([report.lines, scene.stray.length]).toEqual([[], 1]);
  });

  it('drops a response with a second Via (section 8.1.3.3)', () => {
    const report = new Report();
    scene.layer.send(request('BYE'), THEIRS, report);
    scene.clock.advance(milliseconds(1));
    const { message, flow } = scene.peer.got[0]!;
    const response = SipResponse.to(message as SipRequest, 200);
    response.headers.append('Via', 'SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKother');
    scene.peer.transport.sendResponse(response, flow, () => undefined);
    scene.clock.advance(milliseconds(1));
    expect([report.lines, scene.stray.length, scene.layer.counts.malformed]).toEqual([[], 0, 1]);
  });

  it('refuses an ACK', () => {
    expect(() => scene.layer.send(request('ACK'), THEIRS, new Report())).toThrow('sendAck');
    scene.layer.sendAck(request('ACK'), THEIRS).resend();
    scene.clock.advance(milliseconds(2));
    expect(scene.peer.got.map(({ message }) => (message as SipRequest).method)).toEqual(['ACK', 'ACK']);
  });

  it('follows T1, T2 and T4 as they are set', async () => {
    await scene.layer.close();
    await scene.start({ timers: { t1: 100, t2: 400, t4: 1_000 } });
    scene.layer.send(request('OPTIONS'), THEIRS, new Report());
    scene.clock.advance(seconds(7));
    expect(scene.peer.times.slice(0, 5)).toEqual([0, 100, 300, 700, 1_100]);
    expect(
      () => new TransactionLayer({ transport: scene.peer.transport, clock: scene.clock, timers: { t1: 0 } }),
    ).toThrow('T1');
  });
});
