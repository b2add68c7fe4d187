import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { THEIRS, Report, request, text, TransactionScene } from '../../../test/support/transaction-scene.js';
import { milliseconds, seconds } from '../../base/duration.js';
import { SipResponse } from '../message/index.js';
import { OPEN_GATE, type Entry, type ProvenDeed, type SourceGate } from '../transport/source-gate.js';

let scene: TransactionScene;

beforeEach(() => {
  scene = new TransactionScene();
});

afterEach(() => scene.close());

describe('matching', () => {
  beforeEach(() => scene.start());

  it('tells requests with one branch apart by method and sent-by', () => {
    scene.peer.send(text({ method: 'INVITE' }));
    scene.peer.send(text({ method: 'INFO' }));
    scene.peer.send(text({ method: 'INVITE', callId: 'c2' }).replace('192.0.2.2:5060;', '192.0.2.2:5061;'));
    scene.clock.advance(milliseconds(1));
    expect(scene.received.map(({ request: { method } }) => method)).toEqual(['INVITE', 'INFO', 'INVITE']);
  });

  it.each(['', 'z9hG4bK', 'old'])('falls back to RFC 2543 for the branch "%s"', (branch) => {
    scene.onRequest = (transaction) =>
      transaction.request.method === 'INVITE' &&
      transaction.respond(SipResponse.to(transaction.request, 486, { toTag: 'ours' }));
    scene.peer.send(text({ method: 'INVITE', branch }));
    scene.peer.send(text({ method: 'INVITE', branch }));
    scene.peer.send(text({ method: 'INVITE', branch, callId: 'c2' }));
    scene.peer.send(text({ method: 'BYE', branch, sequence: 2, to: '<sip:1001@192.0.2.1>;tag=ours' }));
    scene.clock.advance(milliseconds(2));
    expect(scene.received.length).toBe(3);
    scene.peer.send(text({ method: 'ACK', branch, to: '<sip:1001@192.0.2.1>;tag=other' }));
    scene.clock.advance(milliseconds(2));
    expect(scene.acks.length).toBe(1);
    scene.peer.send(text({ method: 'ACK', branch, to: '<sip:1001@192.0.2.1>;tag=ours' }));
    scene.clock.advance(milliseconds(2));
    expect([scene.acks.length, scene.layer.counts.lingering]).toEqual([1, 1]);
  });

  it('refuses a request that came over a second path with 482 (section 8.2.2.2)', () => {
    scene.peer.send(text({ method: 'INVITE' }));
    scene.peer.send(text({ method: 'INVITE', branch: 'z9hG4bKtwo' }));
    scene.peer.send(text({ method: 'INVITE', branch: 'z9hG4bKthree', sequence: 2 }));
    scene.peer.send(text({ method: 'INVITE', branch: 'z9hG4bKfour', to: '<sip:1001@192.0.2.1>;tag=dialog' }));
    scene.clock.advance(milliseconds(2));
    expect([scene.peer.statuses, scene.received.length]).toEqual([[482], 3]);
    scene.peer.send(text({ method: 'ACK', branch: 'z9hG4bKtwo' }));
    scene.clock.advance(milliseconds(2));
    expect([scene.acks.length, scene.layer.counts.lingering]).toEqual([0, 1]);
  });
});

describe('overload', () => {
  const flood = (count: number, method = 'INVITE') => {
    for (let i = 0; i < count; i++)
      scene.peer.send(text({ method, branch: `z9hG4bK${method}${i}`, callId: `flood${i}` }));
  };

  it('refuses new work with 503 and Retry-After, without a transaction, but lets calls in progress through', async () => {
    await scene.start({ limits: { server: 3, inDialog: 5 }, random: () => 0.5 });
    flood(5);
    scene.clock.advance(milliseconds(2));
    expect([scene.received.length, scene.peer.statuses]).toEqual([3, [503, 503]]);
    expect(scene.peer.got[0]!.message.headers.first('Retry-After')).toBe('6');
    scene.peer.send(text({ method: 'BYE', branch: 'z9hG4bKbye', to: '<sip:1001@192.0.2.1>;tag=x' }));
    scene.peer.send(text({ method: 'CANCEL', branch: 'z9hG4bKINVITE1', callId: 'flood1' }));
    scene.peer.send(text({ method: 'ACK', branch: 'z9hG4bKack' }));
    scene.peer.send(text({ method: 'BYE', branch: 'z9hG4bKbye2', to: '<sip:1001@192.0.2.1>;tag=x' }));
    scene.clock.advance(milliseconds(2));
    expect(scene.received.slice(3).map(({ request: { method } }) => method)).toEqual(['BYE', 'CANCEL']);
    expect([scene.acks.length, scene.layer.counts.shed]).toEqual([1, 3]);
  });

  it('takes new work again once the old is answered, whatever lingers', async () => {
    await scene.start({ limits: { server: 3 } });
    scene.onRequest = (transaction) => transaction.respond(SipResponse.to(transaction.request, 200));
    flood(50);
    scene.clock.advance(milliseconds(2));
    expect([scene.received.length, scene.layer.counts]).toMatchObject([
      50,
      { inviteServer: 50, lingering: 50, shed: 0 },
    ]);
  });

  it('bounds what lingers', async () => {
    await scene.start({ limits: { lingering: 10 } });
    scene.onRequest = (transaction) => transaction.respond(SipResponse.to(transaction.request, 200));
    flood(15);
    scene.clock.advance(milliseconds(2));
    expect([scene.received.length, scene.layer.counts.shed]).toEqual([10, 5]);
    scene.clock.advance(seconds(33));
    flood(5);
    scene.clock.advance(milliseconds(2));
    expect(scene.received.length).toBe(15);
  });

  it('refuses a retransmission with the same tag (section 8.2.7)', async () => {
    await scene.start({ limits: { server: 0 } });
    flood(2);
    flood(2);
    scene.clock.advance(milliseconds(2));
    const tags = scene.peer.got.map(({ message }) => message.toTag);
    expect([tags.length, new Set(tags).size, tags[0]]).toEqual([4, 2, tags[2]]);
  });

  it('refuses no more than so many a second', async () => {
    await scene.start({ limits: { server: 0, refusalsPerSecond: 20 } });
    flood(500);
    scene.clock.advance(milliseconds(2));
    expect([scene.peer.got.length, scene.layer.counts.shed]).toEqual([20, 500]);
  });
});

describe('a transaction user that throws', () => {
  beforeEach(() => scene.start());

  it('makes a 500, and is reported', () => {
    scene.onRequest = () => {
      throw new Error('bug');
    };
    scene.peer.send(text({ method: 'OPTIONS' }));
    scene.clock.advance(milliseconds(2));
    expect([scene.peer.statuses, scene.errors.length]).toEqual([[500], 1]);
  });

  it('is reported wherever it happens, and stops nothing', () => {
    const broken = () => {
      throw new Error('bug');
    };
    scene.layer.send(request('OPTIONS'), THEIRS, {
      onResponse: broken,
      onTimeout: broken,
      onTransportError: broken,
    });
    scene.onRequest = (transaction) => {
      transaction.user = { onAck: broken, onFailure: broken, onTerminated: broken };
      transaction.respond(SipResponse.to(transaction.request, 486));
    };
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(seconds(40));
    expect(scene.errors.length).toBe(3);
    expect(scene.layer.counts).toMatchObject({ nonInviteClient: 0, inviteServer: 0 });
  });
});

describe('closing', () => {
  it('leaves nothing behind and hears nothing more', async () => {
    await scene.start();
    const report = new Report();
    scene.layer.send(request('INVITE'), THEIRS, report);
    scene.peer.send(text({ method: 'INVITE' }));
    scene.clock.advance(milliseconds(1));
    await scene.layer.close();
    await scene.layer.close();
    scene.clock.advance(seconds(60));
    expect([report.lines, scene.received.length]).toEqual([[], 1]);
  });
});

describe('a gate', () => {
  let entry: Entry;
  let deeds: ProvenDeed[];

  async function start(changes: Partial<SourceGate> = {}): Promise<void> {
    entry = 'admit';
    deeds = [];
    const gate: SourceGate = {
      ...OPEN_GATE,
      admitsRequest: () => entry,
      note: (_address, deed) => void deeds.push(deed),
      ...changes,
    };
    await scene.start({ gate, limits: { server: 4 }, random: () => 0 });
  }

  const send = (method: string, branch: string, to?: string) => {
    scene.peer.send(text({ method, branch: `z9hG4bK${branch}`, callId: branch, ...(to && { to }) }));
    scene.clock.advance(milliseconds(2));
  };

  it('keeps new requests out, but nothing of a call that there is', async () => {
    await start();
    send('INVITE', 'ringing');
    entry = 'ignore';
    send('INVITE', 'ignored');
    scene.dialogs.add('dialog');
    send('BYE', 'bye', '<sip:1001@192.0.2.1>;tag=dialog');
    send('BYE', 'other', '<sip:1001@192.0.2.1>;tag=guessed');
    send('CANCEL', 'ringing');
    send('CANCEL', 'nothing');
    expect(scene.received.map(({ request: { method } }) => method)).toEqual(['INVITE', 'BYE', 'CANCEL']);
    expect(scene.peer.statuses).toEqual([]);
    expect(scene.layer.counts.turnedAway).toBe(3);
  });

  it('refuses an INVITE by UDP so that its ACK proves who sent it, and other requests not at all', async () => {
    await start();
    entry = 'refuse';
    send('OPTIONS', 'options');
    send('INVITE', 'invite');
    expect([scene.peer.statuses, scene.layer.counts.inviteServer]).toEqual([[503], 0]);
    const { toTag } = scene.peer.got[0]!.message;
    send('ACK', 'invite', '<sip:1001@192.0.2.1>;tag=over-0000000000000000');
    scene.peer.send(text({ method: 'ACK', callId: 'other', to: `<sip:1001@192.0.2.1>;tag=${toTag}` }));
    scene.clock.advance(milliseconds(2));
    expect(deeds).toEqual([]);
    send('ACK', 'invite', `<sip:1001@192.0.2.1>;tag=${toTag}`);
    expect(deeds).toEqual(['overflow']);
  });

  it('hears of a refusal once it is certain that its sender got it', async () => {
    await start();
    scene.onRequest = (transaction) =>
      transaction.respond(SipResponse.to(transaction.request, 404, { toTag: 'ours' }));
    send('OPTIONS', 'options');
    send('INVITE', 'invite');
    send('ACK', 'invite', '<sip:1001@192.0.2.1>;tag=guessed');
    expect(deeds).toEqual([]);
    send('INVITE', 'second');
    send('ACK', 'second', '<sip:1001@192.0.2.1>;tag=ours');
    send('ACK', 'second', '<sip:1001@192.0.2.1>;tag=ours');
    expect(deeds).toEqual(['refused']);
  });

  it('keeps the last quarter of the places for those who are known', async () => {
    let isKnown = false;
    await start({ isKnown: () => isKnown });
    for (const branch of ['one', 'two', 'three', 'four']) send('INVITE', branch);
    expect([scene.received.length, scene.peer.statuses]).toEqual([3, [503]]);
    isKnown = true;
    send('INVITE', 'five');
    expect(scene.received).toHaveLength(4);
  });
});
