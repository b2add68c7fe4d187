import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OURS, text, TransactionScene } from '../../../test/support/transaction-scene.js';
import { milliseconds, seconds } from '../../base/duration.js';
import { SipResponse } from '../message/index.js';
import type { Target } from '../transport/flow.js';

let scene: TransactionScene;

beforeEach(() => {
  scene = new TransactionScene();
});

afterEach(() => scene.close());

describe('INVITE server transaction', () => {
  beforeEach(() => scene.start());

  it('answers 100 by itself when the user is silent for 200 ms, and retransmissions with the same bytes', () => {
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(milliseconds(200));
    expect(scene.peer.got).toEqual([]);
    scene.clock.advance(milliseconds(2));
    expect(scene.peer.statuses).toEqual([100]);
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(milliseconds(2));
    expect(scene.peer.statuses).toEqual([100, 100]);
    scene.received[0]!.respond(SipResponse.to(scene.received[0]!.request, 180, { toTag: 'ours' }));
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(milliseconds(2));
    expect(scene.peer.statuses).toEqual([100, 100, 180, 180]);
    expect(scene.peer.got[3]!.bytes).toBe(scene.peer.got[2]!.bytes);
    expect(scene.received.length).toBe(1);
  });

  it('sends no 100 when the user answers in time', () => {
    scene.onRequest = (transaction) => transaction.respond(SipResponse.to(transaction.request, 180));
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(seconds(5));
    expect(scene.peer.statuses).toEqual([180]);
    expect(scene.clock.pending).toEqual([]);
  });

  it('repeats a refusal at timer G until the ACK, which it absorbs for T4', () => {
    const heard: string[] = [];
    scene.onRequest = (transaction) => {
      transaction.user = { onAck: () => void heard.push('ack'), onTerminated: () => void heard.push('over') };
      transaction.respond(SipResponse.to(transaction.request, 486, { toTag: 'ours' }));
    };
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(seconds(12));
    expect(scene.peer.times).toEqual([1, 501, 1_501, 3_501, 7_501, 11_501]);
    for (let i = 0; i < 2; i++) scene.peer.send(text({ method: 'ACK', to: '<sip:1001@192.0.2.1>;tag=ours' }));
    scene.clock.advance(milliseconds(4_900));
    expect([heard, scene.acks.length, scene.peer.got.length, scene.layer.counts.lingering]).toEqual([
      ['ack'],
      0,
      6,
      1,
    ]);
    scene.clock.advance(milliseconds(300));
    expect([heard, scene.layer.counts.inviteServer]).toEqual([['ack', 'over'], 0]);
  });

  it('gives up waiting for the ACK at timer H', () => {
    const heard: string[] = [];
    scene.onRequest = (transaction) => {
      transaction.user = {
        onFailure: (error) => void heard.push(error.code),
        onTerminated: () => void heard.push('over'),
      };
      transaction.respond(SipResponse.to(transaction.request, 486));
    };
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(seconds(33));
    expect([heard, scene.layer.counts.inviteServer]).toEqual([['TIMEOUT', 'over'], 0]);
  });

  it('repeats nothing over TCP and is over with the ACK', () => {
    scene.onRequest = (transaction) => transaction.respond(SipResponse.to(transaction.request, 486));
    const overTcp: Target = { ...OURS, protocol: 'tcp' };
    scene.peer.send(text({ method: 'INVITE' }), overTcp);
    scene.clock.advance(seconds(10));
    expect(scene.peer.got.length).toBe(1);
    scene.peer.send(text({ method: 'ACK' }), overTcp);
    scene.clock.advance(milliseconds(2));
    expect(scene.layer.counts.inviteServer).toBe(0);
  });

  it('leaves a 2xx to its user, absorbs INVITEs and passes ACKs on (RFC 6026)', () => {
    scene.onRequest = (transaction) =>
      transaction.respond(SipResponse.to(transaction.request, 200, { toTag: 'ours' }));
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(seconds(5));
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(milliseconds(5));
    expect([scene.peer.statuses, scene.received.length]).toEqual([[200], 1]);
    const [transaction] = scene.received;
    transaction!.respond(SipResponse.to(transaction!.request, 200, { toTag: 'ours' }));
    transaction!.respond(SipResponse.to(transaction!.request, 486));
    scene.peer.send(text({ method: 'ACK' }));
    scene.peer.send(text({ method: 'ACK', branch: 'z9hG4bKtwo' }));
    scene.clock.advance(milliseconds(5));
    expect([scene.peer.statuses, scene.acks.length, transaction!.isCompleted]).toEqual([[200, 200], 2, true]);
    scene.clock.advance(seconds(28));
    expect(scene.layer.counts.inviteServer).toBe(0);
  });

  it('finds the INVITE of a CANCEL while it is unanswered, and answers the CANCEL of an answered one', () => {
    scene.peer.send(text({ method: 'INVITE' }));
    scene.peer.send(text({ method: 'CANCEL' }));
    scene.clock.advance(milliseconds(1));
    const [invite, cancel] = scene.received;
    expect(scene.layer.inviteTransactionOf(cancel!.request)).toBe(invite);
    cancel!.respond(SipResponse.to(cancel!.request, 200));
    invite!.respond(SipResponse.to(invite!.request, 200));
    expect(scene.layer.inviteTransactionOf(cancel!.request)).toBeUndefined();
    scene.peer.send(text({ method: 'INVITE', branch: 'z9hG4bKtwo', callId: 'c2' }));
    scene.clock.advance(milliseconds(2));
    scene.received[2]!.respond(SipResponse.to(scene.received[2]!.request, 200, { toTag: 'ours' }));
    scene.peer.send(text({ method: 'CANCEL', branch: 'z9hG4bKtwo', callId: 'c2' }));
    scene.clock.advance(milliseconds(3));
    expect([scene.received.length, scene.peer.statuses]).toEqual([3, [200, 200, 200, 200]]);
    // RFC 3261 section 9.2: both have the same tag.
    const tags = scene.peer.got.slice(-2).map(({ message }) => message.toTag);
    expect(tags).toEqual(['ours', 'ours']);
  });
});

describe('non-INVITE server transaction', () => {
  beforeEach(() => scene.start());

  it('absorbs retransmissions while unanswered and repeats the answer afterwards, until timer J', () => {
    scene.peer.send(text({ method: 'OPTIONS' }));
    scene.peer.send(text({ method: 'OPTIONS' }));
    scene.clock.advance(milliseconds(2));
    expect([scene.received.length, scene.peer.got.length]).toEqual([1, 0]);
    scene.received[0]!.respond(SipResponse.to(scene.received[0]!.request, 200));
    scene.received[0]!.respond(SipResponse.to(scene.received[0]!.request, 500));
    scene.peer.send(text({ method: 'OPTIONS' }));
    scene.clock.advance(milliseconds(3));
    expect(scene.peer.statuses).toEqual([200, 200]);
    expect(scene.peer.got[1]!.bytes).toBe(scene.peer.got[0]!.bytes);
    scene.clock.advance(seconds(33));
    expect(scene.layer.counts.nonInviteServer).toBe(0);
  });

  it('sends a 100 only once the client retransmits at T2, never another provisional nor a 408 (RFC 4320)', () => {
    scene.peer.send(text({ method: 'MESSAGE' }));
    scene.clock.advance(milliseconds(3_500));
    scene.received[0]!.respond(SipResponse.to(scene.received[0]!.request, 180));
    scene.received[0]!.respond(SipResponse.to(scene.received[0]!.request, 408));
    expect(scene.peer.got).toEqual([]);
    scene.clock.advance(milliseconds(3));
    expect(scene.peer.statuses).toEqual([100]);
    scene.received[0]!.respond(SipResponse.to(scene.received[0]!.request, 200));
    scene.clock.advance(milliseconds(3));
    expect(scene.peer.statuses).toEqual([100, 200]);
  });

  it('gives up when its user never answers', () => {
    const heard: string[] = [];
    scene.onRequest = (transaction) => {
      transaction.user = { onFailure: (error) => void heard.push(error.code) };
    };
    scene.peer.send(text({ method: 'MESSAGE' }));
    scene.clock.advance(seconds(33));
    scene.received[0]!.respond(SipResponse.to(scene.received[0]!.request, 200));
    scene.clock.advance(milliseconds(3));
    expect([heard, scene.peer.statuses, scene.layer.counts.nonInviteServer]).toEqual([['TIMEOUT'], [100], 0]);
  });

  it('is over at once with its answer over TCP', () => {
    scene.onRequest = (transaction) => transaction.respond(SipResponse.to(transaction.request, 200));
    scene.peer.send(text({ method: 'BYE' }), { ...OURS, protocol: 'tcp' });
    scene.clock.advance(milliseconds(3));
    expect([scene.peer.statuses, scene.layer.counts.nonInviteServer]).toEqual([[200], 0]);
  });

  it('reports once that an answer could not be delivered', async () => {
    const heard: string[] = [];
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(milliseconds(1));
    await scene.peer.transport.close();
    scene.received[0]!.user = { onFailure: (error) => void heard.push(error.code) };
    scene.received[0]!.respond(SipResponse.to(scene.received[0]!.request, 486));
    scene.clock.advance(seconds(20));
    expect(heard).toEqual(['SIP_TRANSPORT']);
  });
});
