import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { milliseconds, minutes, seconds } from '../../../src/base/duration.js';
import { DigestClient } from '../../../src/sip/auth/index.js';
import type { OutgoingInvite, OutgoingInviteOptions, SessionEnd } from '../../../src/sip/index.js';
import type { DnsPort } from '../../../src/sip/resolver/dns-port.js';
import { WirePeer, WireScene } from './wire-peer.js';

const CONTACT: [string, string][] = [['Contact', '<sip:wire@10.0.0.1>']];

/** Two addresses behind one name. */
const dns: DnsPort = {
  naptr: () => Promise.resolve([]),
  srv: () => Promise.resolve([]),
  a: () =>
    Promise.resolve([
      { address: '10.0.0.1', ttl: 60 },
      { address: '10.0.0.3', ttl: 60 },
    ]),
  aaaa: () => Promise.resolve([]),
};

let scene: WireScene;
let ends: SessionEnd[];

beforeEach(async () => {
  scene = await WireScene.create({ dns });
  ends = [];
});

afterEach(async () => {
  await scene.close();
  expect(scene.endpoint.counts).toMatchObject({ sessions: 0, requests: 0, faults: 0 });
  expect(scene.clock.pending).toEqual([]);
});

function place(options: Partial<OutgoingInviteOptions> = {}): OutgoingInvite {
  const call = scene.endpoint.invite({
    to: 'sip:wire@10.0.0.1',
    from: { uri: 'sip:siren@example.com', displayName: 'Siren' },
    body: 'offer',
    ...options,
  });
  call.onEnd = (end) => ends.push(end);
  scene.pass();
  return call;
}

/** The INVITE that came last. */
function invite() {
  return scene.peer.requests('INVITE').at(-1)!;
}

function hungUp(): void {
  const bye = scene.peer.requests('BYE').at(-1)!;
  scene.peer.reply(bye, 200);
  scene.pass();
}

/** Lets promises that are fulfilled already go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('A call that we place', () => {
  it('reports ringing, the answer and the confirmation, sends the ACK, and ends with our BYE', () => {
    const heard: string[] = [];
    const call = place();
    call.onProgress = ({ status }) => heard.push(`progress ${status}`);
    call.onAnswer = (answer) => heard.push(`answer ${answer}`);
    call.onAccept = ({ status }) => heard.push(`accept ${status}`);
    call.onConfirm = () => heard.push('confirm');
    expect(invite().headers.first('Contact')).toBe('<sip:siren@10.0.0.2:5060>');
    scene.peer.reply(invite(), 100);
    scene.peer.reply(invite(), 180);
    scene.pass();
    expect(call.state).toBe('early');
    scene.peer.reply(invite(), 200, CONTACT, 'answer');
    scene.pass();
    expect(heard).toEqual(['progress 180', 'accept 200', 'answer answer', 'confirm']);
    expect(scene.peer.requests('ACK')).toHaveLength(1);
    call.end();
    scene.pass();
    expect(ends).toEqual([{ by: 'local', method: 'BYE' }]);
    hungUp();
  });

  it('acknowledges every repetition of the 200', () => {
    const call = place();
    scene.peer.reply(invite(), 200, CONTACT, 'answer');
    scene.peer.reply(invite(), 200, CONTACT, 'answer');
    scene.pass();
    expect(scene.peer.requests('ACK')).toHaveLength(2);
    call.end();
    scene.pass();
    hungUp();
  });

  it('acknowledges and hangs up the second branch of a fork and keeps the first', () => {
    const call = place();
    scene.peer.replyAs('one', invite(), 200, CONTACT);
    scene.peer.replyAs('two', invite(), 200, CONTACT);
    scene.peer.replyAs('two', invite(), 200, CONTACT);
    scene.pass();
    expect(scene.peer.requests('ACK').map(({ toTag }) => toTag)).toEqual(['one', 'two', 'two']);
    expect(scene.peer.requests('BYE').map(({ toTag }) => toTag)).toEqual(['two']);
    expect(call.state).toBe('confirmed');
    hungUp();
    call.end();
    scene.pass();
    hungUp();
  });

  it('without an offer answers the offer of the 200 in its ACK', () => {
    const call = place({ body: undefined as never });
    call.onOffer = (offer) => ({ status: 200, body: `answer to ${offer ?? ''}` });
    scene.peer.reply(invite(), 200, CONTACT, 'their offer');
    scene.pass();
    expect(scene.peer.requests('ACK')[0]!.body.toString()).toBe('answer to their offer');
    call.end();
    scene.pass();
    hungUp();
  });

  it('whose late offer cannot be accepted is acknowledged and hung up', () => {
    const call = place({ body: undefined as never });
    call.onOffer = () => ({ status: 488 });
    scene.peer.reply(invite(), 200, CONTACT, 'video only');
    scene.pass();
    expect([scene.peer.requests('ACK').length, scene.peer.requests('BYE').length]).toEqual([1, 1]);
    expect(ends).toHaveLength(1);
    hungUp();
  });

  it('is cancelled only once a provisional response came, and ends at once for us', () => {
    const call = place();
    call.cancel();
    scene.pass();
    expect([ends, scene.peer.requests('CANCEL')]).toEqual([[{ by: 'local', method: 'CANCEL' }], []]);
    scene.peer.reply(invite(), 180);
    scene.pass();
    const [cancel] = scene.peer.requests('CANCEL');
    expect(cancel!.topVia.branch).toBe(invite().topVia.branch);
    scene.peer.reply(cancel!, 200);
    scene.peer.reply(invite(), 487);
    scene.pass();
    expect(scene.peer.requests('ACK')).toHaveLength(1);
  });

  it('answered while its CANCEL is on the way is acknowledged and hung up', () => {
    const call = place();
    scene.peer.reply(invite(), 180);
    scene.pass();
    call.cancel();
    scene.peer.reply(invite(), 200, CONTACT, 'answer');
    scene.pass();
    expect([scene.peer.requests('ACK').length, scene.peer.requests('BYE').length]).toEqual([1, 1]);
    scene.peer.reply(scene.peer.requests('CANCEL')[0]!, 481);
    hungUp();
    expect(ends).toEqual([{ by: 'local', method: 'CANCEL' }]);
  });

  it('to somebody who never answers a CANCEL is forgotten 64*T1 later', () => {
    const call = place();
    scene.peer.reply(invite(), 180);
    scene.pass();
    call.cancel();
    scene.pass(seconds(33));
    expect(scene.endpoint.counts.sessions).toBe(0);
  });

  it('that rings too long is taken back and ends as a timeout', () => {
    place({ timeout: seconds(20) });
    scene.peer.reply(invite(), 180);
    scene.pass(seconds(21));
    expect(ends).toEqual([{ by: 'timeout', method: 'CANCEL', reason: 'Nobody answered the call.' }]);
    scene.peer.reply(scene.peer.requests('CANCEL')[0]!, 200);
    scene.peer.reply(invite(), 487);
    scene.pass();
  });

  it('that nobody answers at all ends as a timeout after 64*T1', () => {
    place();
    scene.pass(seconds(33));
    expect(ends).toMatchObject([{ by: 'timeout' }]);
  });

  it('that is redirected and follows nobody ends as a failure with the response and its contacts', () => {
    place({ followRedirects: 0 });
    scene.peer.reply(invite(), 302, [['Contact', '<sip:other@example.net>']]);
    scene.pass();
    expect(ends).toMatchObject([{ by: 'failure', status: 302 }]);
    expect(ends[0]!.response!.contacts[0]!.uri.toString()).toBe('sip:other@example.net');
  });

  it('hung up by the peer ends as remote', () => {
    const call = place();
    scene.peer.reply(invite(), 200, CONTACT, 'answer');
    scene.pass();
    scene.request('BYE', { tag: call.id, callId: call.callId, sequence: 1 });
    expect([scene.peer.statuses, ends]).toEqual([[200], [{ by: 'remote', method: 'BYE' }]]);
  });

  it('passes a proxy that is configured, and the route set of the answer from then on', () => {
    const call = place({ to: 'sip:1001@pbx.example.com', proxies: ['sip:10.0.0.1'] });
    expect([invite().uri.toString(), invite().headers.first('Route')]).toEqual([
      'sip:1001@pbx.example.com',
      '<sip:10.0.0.1;lr>',
    ]);
    scene.peer.reply(invite(), 200, [
      ['Record-Route', '<sip:10.0.0.7;lr>, <sip:10.0.0.1;lr>'],
      ['Contact', '<sip:deep@192.0.2.7>'],
    ]);
    scene.pass();
    const [ack] = scene.peer.requests('ACK');
    expect(ack!.headers.values('Route')).toEqual(['<sip:10.0.0.1;lr>', '<sip:10.0.0.7;lr>']);
    expect(ack!.uri.toString()).toBe('sip:deep@192.0.2.7');
    call.end();
    scene.pass();
    hungUp();
  });

  it('answers the challenge of its own server with credentials, in the ACK too', () => {
    const credentials = new DigestClient({
      credentials: { username: 'siren', password: 'secret' },
      scope: { hosts: ['10.0.0.1'] },
    });
    const call = place({ credentials });
    scene.peer.reply(invite(), 401, [
      ['WWW-Authenticate', 'Digest realm="pbx", nonce="abc", qop="auth", algorithm=SHA-256'],
    ]);
    scene.pass();
    expect(invite().cseq.sequence).toBe(2);
    expect(invite().headers.first('Authorization')).toContain('username="siren"');
    scene.peer.reply(invite(), 200, CONTACT, 'answer');
    scene.pass();
    const ack = scene.peer.requests('ACK').at(-1)!;
    expect([ack.cseq.sequence, ack.headers.first('Authorization')]).toEqual([
      2,
      invite().headers.first('Authorization'),
    ]);
    call.end();
    scene.pass();
    hungUp();
  });

  it('does not answer the challenge of a stranger', () => {
    const credentials = new DigestClient({
      credentials: { username: 'siren', password: 'secret' },
      scope: { hosts: ['10.0.0.99'] },
    });
    place({ credentials });
    scene.peer.reply(invite(), 401, [['WWW-Authenticate', 'Digest realm="pbx", nonce="abc"']]);
    scene.pass();
    expect(scene.peer.requests('INVITE')).toHaveLength(1);
    expect(ends).toMatchObject([{ by: 'failure', status: 401 }]);
  });

  it('does not answer a stranger who challenges our BYE, although we have credentials for our server', async () => {
    const credentials = new DigestClient({
      credentials: { username: 'siren', password: 'secret' },
      scope: { hosts: ['10.0.0.1'] },
    });
    const stranger = new WirePeer(scene.network, '10.0.0.66', '10.0.0.2');
    await stranger.start();
    const call = place({ credentials });
    scene.peer.reply(invite(), 200, [['Contact', '<sip:stranger@10.0.0.66>']], 'answer');
    scene.pass();
    call.end();
    scene.pass();
    stranger.reply(stranger.requests('BYE')[0]!, 401, [
      ['WWW-Authenticate', 'Digest realm="pbx", nonce="abc", qop="auth"'],
    ]);
    scene.pass(seconds(40));
    const byes = [...stranger.requests('BYE'), ...scene.peer.requests('BYE')];
    expect(byes.map((bye) => bye.headers.has('Authorization'))).toEqual([false]);
    expect(ends).toMatchObject([{ by: 'local' }]);
    await stranger.close();
  });

  it('goes on to the next address of a name after 503, and tries the well one first next time', async () => {
    const second = new WirePeer(scene.network, '10.0.0.3', '10.0.0.2');
    await second.start();
    place({ to: 'sip:1001@pair.example.com:5060' });
    await settle();
    scene.pass();
    scene.peer.reply(invite(), 503, [['Retry-After', '30']]);
    scene.pass();
    const moved = second.requests('INVITE')[0]!;
    expect(moved.topVia.branch).not.toBe(invite().topVia.branch);
    expect(moved.callId).toBe(invite().callId);
    second.reply(moved, 486);
    scene.pass();
    expect(ends).toMatchObject([{ by: 'failure', status: 486 }]);
    place({ to: 'sip:1001@pair.example.com:5060' });
    await settle();
    scene.pass();
    expect([scene.peer.requests('INVITE').length, second.requests('INVITE').length]).toEqual([1, 2]);
    second.reply(second.requests('INVITE')[1]!, 486);
    scene.pass();
    await second.close();
  });

  it('goes on to the next address of a name when nobody answers, or nobody listens', async () => {
    place({ to: 'sip:1001@pair.example.com:5060' });
    await settle();
    scene.pass(seconds(33));
    expect(ends).toMatchObject([{ by: 'failure' }]);
    expect(scene.peer.requests('INVITE').length).toBeGreaterThan(0);
  });

  it('of more octets than a datagram should have goes over TCP', () => {
    const call = place({ body: 'x'.repeat(1_400) });
    expect(invite().topVia.transport).toBe('tcp');
    expect(invite().headers.first('Contact')).toBe('<sip:siren@10.0.0.2:5060;transport=tcp>');
    scene.peer.reply(invite(), 486);
    scene.pass();
    expect(call.state).toBe('terminated');
  });

  it.each([
    ['tel:+46123', 'only sip: URIs can'],
    ['sips:1001@10.0.0.1', 'no listening point has its protocol'],
    ['sips:1001@10.0.0.1;transport=udp', 'TLS'],
  ])('to %s, where there is no TLS, ends with words that say why', async (to, words) => {
    place({ to });
    await settle();
    expect(ends).toMatchObject([{ by: 'failure', reason: expect.stringContaining(words) }]);
    expect(scene.peer.received).toEqual([]);
  });

  it('is hung up when the endpoint closes, and the endpoint waits for the answer, but not for ever', async () => {
    place();
    scene.peer.reply(invite(), 200, CONTACT, 'answer');
    scene.pass();
    let isClosed = false;
    const closed = scene.endpoint.close().then(() => (isClosed = true));
    scene.pass();
    expect(scene.peer.requests('BYE')).toHaveLength(1);
    await settle();
    expect(isClosed).toBe(false);
    scene.pass(minutes(1));
    await closed;
    expect(scene.clock.pending).toEqual([]);
  });
});

describe('A request outside every dialog', () => {
  it('OPTIONS is answered with what a call would get', () => {
    scene.request('OPTIONS');
    const [answer] = scene.peer.responses;
    expect([answer!.status, answer!.headers.first('Allow'), answer!.headers.first('Accept')]).toEqual([
      200,
      'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK',
      'application/sdp',
    ]);
  });

  it('MESSAGE reaches the handler when its method is named, and is answered later', async () => {
    const talking = await WireScene.create({ methods: ['MESSAGE'] });
    talking.endpoint.onRequest = async (request) => {
      await Promise.resolve();
      request.respond(request.request.body.toString() === 'hello' ? 200 : 400);
    };
    talking.peer.send(
      'MESSAGE sip:1001@10.0.0.2 SIP/2.0',
      'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK-m',
      'Max-Forwards: 70',
      'From: <sip:wire@10.0.0.1>;tag=w',
      'To: <sip:1001@10.0.0.2>',
      'Call-ID: m',
      'CSeq: 1 MESSAGE',
      'Content-Type: text/plain',
      '',
      'hello',
    );
    talking.pass();
    await settle();
    talking.pass();
    expect(talking.peer.statuses).toEqual([200]);
    await talking.close();
  });

  it('OPTIONS of ours resolves with the final response', async () => {
    const answered = scene.endpoint.request({
      method: 'OPTIONS',
      to: 'sip:wire@10.0.0.1',
      from: 'sip:siren@10.0.0.2',
    });
    scene.pass();
    scene.peer.reply(scene.peer.requests('OPTIONS')[0]!, 200);
    scene.pass();
    expect((await answered).status).toBe(200);
  });

  it('OPTIONS of ours that nobody answers rejects with TIMEOUT', async () => {
    const answered = scene.endpoint.request({
      method: 'OPTIONS',
      to: 'sip:wire@10.0.0.1',
      from: 'sip:siren@10.0.0.2',
    });
    scene.pass(seconds(33));
    await expect(answered).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it.each([
    ['BYE', {}, 481],
    ['INFO', { tag: 'unknown' }, 481],
    ['INVITE', { tag: 'unknown' }, 481],
    ['CANCEL', {}, 481],
    ['NOTIFY', {}, 481],
    ['SUBSCRIBE', {}, 489],
    ['REFER', {}, 603],
    ['MESSAGE', {}, 405],
    ['PUBLISH', {}, 405],
    ['REGISTER', {}, 405],
    ['DANCE', {}, 501],
    ['INVITE', { uri: 'tel:+46123' }, 416],
    ['INVITE', { uri: 'sips:1001@10.0.0.2' }, 416],
    ['INVITE', { extra: ['Require: dance, timer, sing'] }, 420],
    ['INVITE', { extra: ['Accept: text/plain'] }, 406],
    ['INVITE', { extra: ['Accept: application/*;q=0.1'] }, 480],
    ['INVITE', { extra: ['Content-Encoding: gzip'], body: 'offer' }, 415],
    [
      'INVITE',
      { extra: ['Content-Disposition: render;handling=optional', 'Content-Encoding: gzip'], body: 'x' },
      480,
    ],
  ])('%s with %j gets %i', (method, details, status) => {
    scene.request(method, details);
    scene.pass(milliseconds(5));
    expect(scene.peer.statuses).toEqual([status]);
    if (status === 420) expect(scene.peer.responses[0]!.headers.first('Unsupported')).toBe('dance, sing');
    if (status === 405) expect(scene.peer.responses[0]!.headers.has('Allow')).toBe(true);
    if (status === 415) expect(scene.peer.responses[0]!.headers.has('Accept')).toBe(true);
  });

  it('an INVITE that comes over two paths gets 482 for the second copy', () => {
    scene.endpoint.onInvite = (call) => call.progress(180);
    scene.request('INVITE', { branch: 'z9hG4bK-path-1' });
    scene.request('INVITE', { branch: 'z9hG4bK-path-2' });
    expect(scene.peer.statuses).toEqual([180, 482]);
  });
});
