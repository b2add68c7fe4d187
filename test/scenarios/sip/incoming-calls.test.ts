import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { milliseconds, seconds } from '../../../src/base/duration.js';
import type { IncomingInvite, SessionEnd } from '../../../src/sip/index.js';
import { WireScene } from './wire-peer.js';

let scene: WireScene;
let calls: IncomingInvite[];
let ends: SessionEnd[];

beforeEach(async () => {
  scene = await WireScene.create({ limits: { sessions: 3 } });
  calls = [];
  ends = [];
  scene.endpoint.onInvite = (call) => {
    calls.push(call);
    call.onEnd = (end) => ends.push(end);
  };
});

afterEach(async () => {
  await scene.close();
  expect(scene.endpoint.counts).toMatchObject({ sessions: 0, requests: 0, faults: 0 });
  expect(scene.clock.pending).toEqual([]);
});

/** The call that came in last. */
function call(): IncomingInvite {
  return calls.at(-1)!;
}

/** Our tag in the last response. */
function ourTag(): string | undefined {
  return scene.peer.responses.at(-1)?.toTag;
}

function confirm(): void {
  scene.request('INVITE', { body: 'offer' });
  call().accept({ body: 'answer' });
  scene.pass();
  scene.request('ACK', { tag: ourTag() });
}

describe('A call that comes in', () => {
  it('rings, is accepted with the answer and a Contact that leads to us, confirmed by the ACK, and ends with the BYE', () => {
    scene.request('INVITE', { body: 'offer', extra: ['Record-Route: <sip:10.0.0.9;lr>, <sip:10.0.0.8;lr>'] });
    expect([call().state, call().offer]).toEqual(['inviting', 'offer']);
    call().progress(180);
    expect(call().state).toBe('early');
    call().accept({ body: 'answer' });
    scene.pass();
    expect(scene.peer.statuses).toEqual([180, 200]);
    const success = scene.peer.responses[1]!;
    expect(success.headers.first('Contact')).toBe('<sip:1001@10.0.0.2:5060>');
    expect(success.headers.values('Record-Route')).toEqual(['<sip:10.0.0.9;lr>', '<sip:10.0.0.8;lr>']);
    expect(success.body.toString()).toBe('answer');
    expect(success.toTag).toBe(scene.peer.responses[0]!.toTag);
    scene.request('ACK', { tag: ourTag() });
    expect(call().state).toBe('confirmed');
    scene.request('BYE', {
      tag: ourTag(),
      sequence: 2,
      extra: ['Reason: Q.850;cause=16;text="Normal; clearing"'],
    });
    expect(scene.peer.statuses.at(-1)).toBe(200);
    expect(ends).toEqual([{ by: 'remote', method: 'BYE', reason: 'Normal; clearing' }]);
  });

  it('is taken and ended although headers that it does not hang on are malformed', () => {
    scene.request('INVITE', { body: 'offer', extra: ['Accept: "?', 'Reason: ;'] });
    call().accept({ body: 'answer' });
    scene.pass();
    scene.request('ACK', { tag: ourTag() });
    scene.request('BYE', { tag: ourTag(), sequence: 2, extra: ['Reason: SIP;cause=200;text="no end'] });
    expect(scene.peer.statuses).toEqual([200, 200]);
    expect(ends).toEqual([{ by: 'remote', method: 'BYE' }]);
  });

  it('gets its 200 again after T1, doubling up to T2, until the ACK comes', () => {
    scene.request('INVITE', { body: 'offer' });
    call().accept({ body: 'answer' });
    scene.pass(seconds(8));
    expect(scene.peer.statuses).toEqual([200, 200, 200, 200, 200]);
    scene.request('ACK', { tag: ourTag() });
    scene.pass(seconds(30));
    expect(scene.peer.statuses).toHaveLength(5);
  });

  it('is hung up and reported as a timeout when no ACK comes for 64*T1', () => {
    scene.request('INVITE', { body: 'offer' });
    call().accept({ body: 'answer' });
    scene.pass(seconds(31.9));
    expect(ends).toEqual([]);
    scene.pass(seconds(0.2));
    expect(ends).toEqual([{ by: 'timeout', method: 'BYE', reason: 'No ACK came.' }]);
    scene.pass();
    const [bye] = scene.peer.requests('BYE');
    expect(bye?.toTag).toBe('wire');
    scene.peer.reply(bye!, 200);
  });

  it('hung up by us before its ACK gets the BYE only after the ACK', () => {
    scene.request('INVITE', { body: 'offer' });
    call().accept({ body: 'answer' });
    call().end();
    scene.pass();
    expect([ends.length, call().state, scene.peer.requests('BYE')]).toEqual([1, 'terminated', []]);
    scene.request('ACK', { tag: ourTag() });
    expect(scene.peer.requests('BYE')).toHaveLength(1);
    scene.peer.reply(scene.peer.requests('BYE')[0]!, 200);
  });

  it('that is cancelled while it rings gets 487, its CANCEL 200, and is reported once', () => {
    scene.request('INVITE', { body: 'offer' });
    call().progress(180);
    scene.request('CANCEL', {
      branch: 'z9hG4bK-INVITE-1-call-1',
      extra: ['Reason: SIP;cause=200;text="Elsewhere"'],
    });
    expect(scene.peer.statuses).toEqual([180, 200, 487]);
    expect(ends).toEqual([{ by: 'remote', method: 'CANCEL', status: 200, reason: 'Elsewhere' }]);
    call().accept({ body: 'too late' });
    scene.pass();
    expect(scene.peer.statuses.filter((status) => status === 200)).toHaveLength(1);
    scene.request('ACK', { tag: ourTag(), branch: 'z9hG4bK-INVITE-1-call-1' });
  });

  it('is refused with what the handler says, Retry-After and all', () => {
    scene.request('INVITE', { body: 'offer' });
    call().reject(486, { reason: 'On fire', headers: [['Retry-After', '60']] });
    scene.pass();
    const refusal = scene.peer.responses.at(-1)!;
    expect([refusal.status, refusal.reason, refusal.headers.first('Retry-After')]).toEqual([
      486,
      'On fire',
      '60',
    ]);
    expect(ends).toEqual([{ by: 'local', status: 486, reason: 'On fire' }]);
    scene.request('ACK', { tag: ourTag(), branch: 'z9hG4bK-INVITE-1-call-1' });
  });

  it('without an offer gets ours in the 200, and the answer is taken from the ACK', () => {
    const answers: string[] = [];
    scene.request('INVITE');
    expect(call().offer).toBeUndefined();
    call().onAnswer = (answer) => answers.push(answer);
    call().accept({ body: 'our offer' });
    scene.pass();
    scene.request('ACK', { tag: ourTag(), body: 'their answer' });
    expect(answers).toEqual(['their answer']);
  });

  it('that rings for minutes has its 180 repeated every minute, so that no proxy gives up', () => {
    scene.request('INVITE', { body: 'offer' });
    call().progress(180);
    scene.pass(seconds(125));
    expect(scene.peer.statuses).toEqual([180, 180, 180]);
    call().reject(480);
    scene.pass();
    scene.request('ACK', { tag: ourTag(), branch: 'z9hG4bK-INVITE-1-call-1' });
  });

  it('that is not answered before its Expires gets 487', () => {
    scene.request('INVITE', { body: 'offer', extra: ['Expires: 20'] });
    scene.pass(seconds(21));
    expect(scene.peer.statuses).toContain(487);
    expect(ends).toEqual([{ by: 'timeout', status: 487, reason: 'The INVITE expired.' }]);
    scene.request('ACK', { tag: ourTag(), branch: 'z9hG4bK-INVITE-1-call-1' });
  });

  it('hung up by us goes to the remote target through the route set, loose routers first', () => {
    scene.request('INVITE', {
      body: 'offer',
      extra: ['Record-Route: <sip:10.0.0.1;lr>'],
      contact: '<sip:deep@192.0.2.9>',
    });
    call().accept({ body: 'answer' });
    scene.pass();
    scene.request('ACK', { tag: ourTag() });
    call().end({ reason: { protocol: 'SIP', cause: 200, text: 'Siren "off"' } });
    scene.pass();
    const bye = scene.peer.requests('BYE')[0]!;
    expect(bye.uri.toString()).toBe('sip:deep@192.0.2.9');
    expect(bye.headers.values('Route')).toEqual(['<sip:10.0.0.1;lr>']);
    expect(bye.headers.first('Reason')).toBe('SIP;cause=200;text="Siren \\"off\\""');
    expect(ends).toEqual([{ by: 'local', method: 'BYE' }]);
    scene.peer.reply(bye, 200);
  });

  it('hung up by us through a strict router puts the router into the request-URI and the target last', () => {
    scene.request('INVITE', {
      body: 'offer',
      extra: ['Record-Route: <sip:10.0.0.1>'],
      contact: '<sip:deep@192.0.2.9>',
    });
    call().accept({ body: 'answer' });
    scene.pass();
    scene.request('ACK', { tag: ourTag() });
    call().end();
    scene.pass();
    const bye = scene.peer.requests('BYE')[0]!;
    expect(bye.uri.toString()).toBe('sip:10.0.0.1');
    expect(bye.headers.values('Route')).toEqual(['<sip:deep@192.0.2.9>']);
    scene.peer.reply(bye, 200);
  });

  it('whose Contact leads nowhere is hung up through the address that its INVITE came from', () => {
    scene.request('INVITE', { body: 'offer', contact: '<sip:wire@192.168.77.1>' });
    call().accept({ body: 'answer' });
    scene.pass();
    scene.request('ACK', { tag: ourTag() });
    call().end();
    scene.pass(milliseconds(100));
    expect(scene.peer.requests('BYE')).toHaveLength(1);
    scene.peer.reply(scene.peer.requests('BYE')[0]!, 200);
  });

  it('of a peer of RFC 2543 without Contact and From tag is taken and hung up all the same', () => {
    scene.peer.send(
      'INVITE sip:1001@10.0.0.2 SIP/2.0',
      'Via: SIP/2.0/UDP 10.0.0.1',
      'From: <sip:old@10.0.0.1>',
      'To: <sip:1001@10.0.0.2>',
      'Call-ID: old-1',
      'CSeq: 1 INVITE',
      'Content-Type: application/sdp',
      '',
      'offer',
    );
    scene.pass();
    call().accept({ body: 'answer' });
    scene.pass();
    scene.peer.send(
      'ACK sip:1001@10.0.0.2 SIP/2.0',
      'Via: SIP/2.0/UDP 10.0.0.1',
      'From: <sip:old@10.0.0.1>',
      `To: <sip:1001@10.0.0.2>;tag=${ourTag()}`,
      'Call-ID: old-1',
      'CSeq: 1 ACK',
    );
    scene.pass();
    expect(call().state).toBe('confirmed');
    call().end();
    scene.pass();
    scene.peer.reply(scene.peer.requests('BYE')[0]!, 200);
  });

  it('beyond the limit of sessions gets 503 with Retry-After while calls in progress go on', () => {
    confirm();
    scene.request('INVITE', { callId: 'call-2' });
    scene.request('INVITE', { callId: 'call-3' });
    scene.request('INVITE', { callId: 'call-4' });
    const refusal = scene.peer.responses.at(-1)!;
    expect([refusal.status, calls.length, scene.endpoint.counts.refused]).toEqual([503, 3, 1]);
    expect(Number(refusal.headers.first('Retry-After'))).toBeGreaterThanOrEqual(1);
    const tag = calls[0]!.id;
    scene.request('INFO', { tag, sequence: 2 });
    expect(scene.peer.statuses.at(-1)).toBe(200);
  });

  it('whose handler throws gets 500 and is reported as a fault, not thrown', async () => {
    const broken = await WireScene.create();
    broken.endpoint.onInvite = () => {
      throw new Error('broken handler');
    };
    broken.request('INVITE', { body: 'offer' });
    expect(broken.peer.statuses).toEqual([500]);
    expect(broken.endpoint.counts).toMatchObject({ sessions: 0, faults: 1 });
    await broken.close();
  });
});

describe('Within a confirmed call', () => {
  it('a re-INVITE with an offer is answered and moves the remote target', () => {
    confirm();
    call().onOffer = (offer) => ({ status: 200, body: `answer to ${offer ?? 'nothing'}` });
    scene.request('INVITE', { tag: ourTag(), sequence: 2, body: 'hold', contact: '<sip:moved@10.0.0.1>' });
    expect(scene.peer.responses.at(-1)!.body.toString()).toBe('answer to hold');
    scene.request('ACK', { tag: ourTag(), sequence: 2 });
    expect(call().remoteTarget?.toString()).toBe('sip:moved@10.0.0.1');
    expect([ends, call().state]).toEqual([[], 'confirmed']);
  });

  it('a re-INVITE without an offer gets ours, and its ACK brings the answer', () => {
    const answers: string[] = [];
    confirm();
    call().onOffer = (offer) => ({ status: 200, body: offer ?? 'our offer' });
    call().onAnswer = (answer) => answers.push(answer);
    scene.request('INVITE', { tag: ourTag(), sequence: 2 });
    expect(scene.peer.responses.at(-1)!.body.toString()).toBe('our offer');
    scene.request('ACK', { tag: ourTag(), sequence: 2, body: 'their answer' });
    expect(answers).toEqual(['their answer']);
  });

  it('a re-INVITE whose offer is refused gets 488 and leaves the call as it was', () => {
    confirm();
    scene.request('INVITE', { tag: ourTag(), sequence: 2, body: 'video' });
    expect([scene.peer.statuses.at(-1), call().state]).toEqual([488, 'confirmed']);
    scene.request('ACK', { tag: ourTag(), sequence: 2, branch: 'z9hG4bK-INVITE-2-call-1' });
  });

  it('a second re-INVITE while the first is unanswered gets 500 with Retry-After, and a BYE ends both', () => {
    confirm();
    call().onOffer = () => new Promise(() => undefined);
    const tag = ourTag();
    scene.request('INVITE', { tag, sequence: 2, body: 'one' });
    scene.request('INVITE', { tag, sequence: 3, body: 'two' });
    const refusal = scene.peer.responses.at(-1)!;
    expect([refusal.status, refusal.headers.has('Retry-After')]).toEqual([500, true]);
    scene.request('ACK', { tag, sequence: 3, branch: 'z9hG4bK-INVITE-3-call-1' });
    scene.request('BYE', { tag, sequence: 4 });
    expect(scene.peer.statuses.slice(-2)).toEqual([200, 487]);
    scene.request('ACK', { tag, sequence: 2, branch: 'z9hG4bK-INVITE-2-call-1' });
  });

  it('a re-INVITE that meets ours gets 491, and ours is repeated once after its own 491', async () => {
    confirm();
    const tag = ourTag();
    const done = call().reinvite('our offer');
    scene.pass();
    const [ours] = scene.peer.requests('INVITE');
    scene.request('INVITE', { tag, sequence: 2, body: 'theirs' });
    expect(scene.peer.statuses.at(-1)).toBe(491);
    scene.request('ACK', { tag, sequence: 2, branch: 'z9hG4bK-INVITE-2-call-1' });
    scene.peer.reply(ours!, 491);
    scene.pass(seconds(2.1));
    const again = scene.peer.requests('INVITE').at(-1)!;
    expect(again.cseq.sequence).toBeGreaterThan(ours!.cseq.sequence);
    scene.peer.reply(again, 200, [['Contact', '<sip:wire@10.0.0.1>']], 'their answer');
    scene.pass();
    expect((await done).status).toBe(200);
    expect(scene.peer.requests('ACK').at(-1)?.cseq.sequence).toBe(again.cseq.sequence);
  });

  it('a request that is older than the last one gets 500', () => {
    confirm();
    scene.request('INFO', { tag: ourTag(), sequence: 9 });
    scene.request('INFO', { tag: ourTag(), sequence: 5 });
    expect(scene.peer.statuses.slice(-2)).toEqual([200, 500]);
  });

  it.each([
    ['OPTIONS', 200],
    ['INFO', 200],
    ['UPDATE', 200],
    ['NOTIFY', 481],
    ['REFER', 603],
    ['SUBSCRIBE', 489],
    ['PUBLISH', 405],
    ['DANCE', 501],
  ])('%s gets %i by default', (method, status) => {
    confirm();
    scene.request(method, { tag: ourTag(), sequence: 2 });
    expect(scene.peer.statuses.at(-1)).toBe(status);
  });

  it('a request of ours that the peer answers with 481 ends the call', async () => {
    confirm();
    const sent = call().info('Signal=1', 'application/dtmf-relay');
    scene.pass();
    scene.peer.reply(scene.peer.requests('INFO')[0]!, 481);
    scene.pass();
    expect((await sent).status).toBe(481);
    expect(ends).toMatchObject([{ by: 'failure', status: 481 }]);
    scene.peer.reply(scene.peer.requests('BYE')[0]!, 481);
  });

  it('a challenge to our BYE is not answered, since nobody said whose it may be', () => {
    confirm();
    call().end();
    scene.pass();
    scene.peer.reply(scene.peer.requests('BYE')[0]!, 401, [
      ['WWW-Authenticate', 'Digest realm="x", nonce="y"'],
    ]);
    scene.pass(seconds(40));
    expect(scene.peer.requests('BYE')).toHaveLength(1);
  });
});

describe('Whatever the layer above does wrong', () => {
  it('a reason with a line break is refused before anything changes, and words of a BYE lose theirs', () => {
    scene.request('INVITE', { body: 'offer' });
    expect(() => call().reject(486, { reason: 'a\r\nEvil: yes' })).toThrow('line break');
    expect(() => call().accept({ body: 'answer', headers: [['X', 'a\r\nEvil: yes']] })).toThrow('line break');
    expect(call().state).toBe('inviting');
    call().accept({ body: 'answer' });
    scene.pass();
    scene.request('ACK', { tag: ourTag() });
    call().end({ reason: { protocol: 'SIP', cause: 200, text: 'a\r\nEvil: yes' } });
    scene.pass();
    const bye = scene.peer.requests('BYE')[0]!;
    expect([bye.headers.first('Reason'), bye.headers.has('Evil')]).toEqual([
      'SIP;cause=200;text="a  Evil: yes"',
      false,
    ]);
    scene.peer.reply(bye, 200);
  });

  it('a handler that throws after it accepted does not leave the call up', async () => {
    const broken = await WireScene.create();
    broken.endpoint.onInvite = (invite) => {
      invite.accept({ body: 'answer' });
      throw new Error('broken handler');
    };
    broken.request('INVITE', { body: 'offer' });
    broken.request('ACK', { tag: broken.peer.responses.at(-1)?.toTag });
    expect(broken.peer.requests('BYE')).toHaveLength(1);
    broken.peer.reply(broken.peer.requests('BYE')[0]!, 200);
    await broken.close();
    expect(broken.clock.pending).toEqual([]);
  });

  it('an answer that cannot be written becomes a 500 to the re-INVITE', async () => {
    const odd = await WireScene.create();
    odd.endpoint.onInvite = (invite) => {
      invite.onOffer = () => Promise.resolve({ status: 200, headers: [['X', 'a\nb']] });
      invite.accept({ body: 'answer' });
    };
    odd.request('INVITE', { body: 'offer' });
    const tag = odd.peer.responses.at(-1)?.toTag;
    odd.request('ACK', { tag });
    odd.request('INVITE', { tag, sequence: 2, body: 'hold' });
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    odd.pass();
    expect(odd.peer.statuses.at(-1)).toBe(500);
    odd.request('ACK', { tag, sequence: 2, branch: 'z9hG4bK-INVITE-2-call-1' });
    odd.request('BYE', { tag, sequence: 3 });
    expect(odd.endpoint.counts).toMatchObject({ sessions: 0, faults: 1 });
    await odd.close();
  });
});
