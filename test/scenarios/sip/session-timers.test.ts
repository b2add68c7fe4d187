import { afterEach, describe, expect, it } from '@jest/globals';
import { milliseconds, seconds } from '../../../src/base/duration.js';
import type {
  IncomingInvite,
  OutgoingInvite,
  SessionEnd,
  SessionTimerOptions,
} from '../../../src/sip/index.js';
import { WireScene } from './wire-peer.js';

const CONTACT: [string, string] = ['Contact', '<sip:wire@10.0.0.1>'];
const ALLOW_UPDATE: [string, string] = ['Allow', 'INVITE, ACK, BYE, CANCEL, UPDATE'];

let scene: WireScene;
let call: IncomingInvite | OutgoingInvite;
let ends: SessionEnd[];
let offers: (string | undefined)[];
let answers: string[];

async function begin(sessionTimers?: SessionTimerOptions): Promise<void> {
  scene = await WireScene.create(sessionTimers ? { sessionTimers } : {});
  ends = [];
  offers = [];
  answers = [];
  scene.endpoint.onInvite = (incoming) => watch(incoming);
}

afterEach(async () => {
  await scene.close();
  expect(scene.endpoint.counts).toMatchObject({ sessions: 0, requests: 0, faults: 0 });
  expect(scene.clock.pending).toEqual([]);
});

function watch(session: IncomingInvite | OutgoingInvite): void {
  call = session;
  session.onEnd = (end) => ends.push(end);
  session.onAnswer = (answer) => answers.push(answer);
  session.onOffer = (offer) => {
    offers.push(offer);
    return { status: 200, body: 'our answer' };
  };
}

function answerIncoming(extra: string[]): void {
  scene.request('INVITE', { body: 'offer', extra });
  (call as IncomingInvite).accept({ body: 'answer' });
  scene.pass();
  scene.request('ACK', { tag: ourTag() });
}

function ourTag(): string | undefined {
  return scene.peer.responses.at(-1)?.toTag;
}

function header(name: string): string | undefined {
  return scene.peer.responses.at(-1)!.headers.first(name);
}

function place(): void {
  watch(scene.endpoint.invite({ to: 'sip:wire@10.0.0.1', from: 'sip:siren@10.0.0.2', body: 'our offer' }));
  scene.pass();
}

function answerOurs(headers: [string, string][]): void {
  scene.peer.reply(scene.peer.requests('INVITE').at(-1)!, 200, [CONTACT, ...headers], 'their answer');
  scene.pass();
}

function hangUp(): void {
  call.end();
  scene.pass();
  scene.peer.reply(scene.peer.requests('BYE').at(-1)!, 200);
  scene.pass();
}

describe('A call that comes in with a session timer', () => {
  it('is refreshed by us at half its time by UPDATE, again and again, and nobody above hears of it', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600', 'Allow: INVITE, UPDATE']);
    expect([header('Session-Expires'), header('Require')]).toEqual(['600;refresher=uas', 'timer']);
    for (const round of [1, 2, 3]) {
      scene.pass(seconds(299));
      expect(scene.peer.requests('UPDATE')).toHaveLength(round - 1);
      scene.pass(seconds(1));
      const update = scene.peer.requests('UPDATE').at(-1)!;
      expect(update.headers.first('Session-Expires')).toBe('600;refresher=uac');
      expect([update.body.length, update.headers.has('Contact')]).toEqual([0, true]);
      scene.peer.reply(update, 200, [CONTACT, ['Session-Expires', '600;refresher=uac']]);
      scene.pass();
    }
    expect([ends, offers, answers]).toEqual([[], [], []]);
    hangUp();
  });

  it('whose peer takes no UPDATE is refreshed by a re-INVITE with the same description', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600', 'Allow: INVITE, ACK, BYE']);
    scene.pass(seconds(301));
    const [reinvite] = scene.peer.requests('INVITE');
    expect(reinvite!.body.toString()).toBe('answer');
    expect(scene.peer.requests('UPDATE')).toEqual([]);
    scene.peer.reply(reinvite!, 200, [CONTACT, ['Session-Expires', '600;refresher=uac']], 'offer');
    scene.pass();
    expect(scene.peer.requests('ACK')).toHaveLength(1);
    expect(answers).toEqual([]);
    hangUp();
  });

  it('that names UPDATE in Allow and refuses it is refreshed by re-INVITE from then on', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600', 'Allow: UPDATE']);
    scene.pass(seconds(301));
    scene.peer.reply(scene.peer.requests('UPDATE')[0]!, 501);
    scene.pass();
    expect(scene.peer.requests('INVITE')).toHaveLength(1);
    scene.peer.reply(scene.peer.requests('INVITE')[0]!, 200, [CONTACT], 'changed');
    scene.pass();
    expect(answers).toEqual(['changed']);
    hangUp();
  });

  it('whose caller does not refresh is refreshed by us, and ended only when nobody answers until it expires', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600;refresher=uac']);
    expect(header('Session-Expires')).toBe('600;refresher=uac');
    scene.pass(seconds(500));
    scene.request('UPDATE', {
      tag: ourTag(),
      sequence: 2,
      extra: ['Supported: timer', 'Session-Expires: 600;refresher=uac'],
    });
    expect([scene.peer.statuses.at(-1), header('Session-Expires')]).toEqual([200, '600;refresher=uac']);
    scene.pass(seconds(567));
    expect(scene.peer.requests('INVITE')).toEqual([]);
    scene.pass(seconds(2));
    scene.peer.reply(
      scene.peer.requests('INVITE')[0]!,
      200,
      [CONTACT, ['Session-Expires', '600;refresher=uas']],
      'offer',
    );
    scene.pass(seconds(560));
    expect(ends).toEqual([]);
    scene.pass(seconds(45));
    expect(ends).toMatchObject([{ by: 'failure' }]);
    scene.peer.reply(scene.peer.requests('BYE')[0]!, 200);
    scene.pass();
  });

  it('whose caller refuses the refresh that it owed is there, and its call goes on', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 90;refresher=uac', 'Allow: UPDATE']);
    for (const status of [403, 422, 500]) {
      scene.pass(seconds(62));
      scene.peer.reply(scene.peer.requests('UPDATE').at(-1)!, status);
      scene.pass();
    }
    expect(ends).toEqual([]);
    hangUp();
  });

  it('refreshed by re-INVITE is asked for its answer, and runs on', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600;refresher=uac']);
    scene.pass(seconds(300));
    scene.request('INVITE', {
      tag: ourTag(),
      sequence: 2,
      body: 'offer',
      extra: ['Supported: timer', 'Session-Expires: 600;refresher=uac'],
    });
    scene.request('ACK', { tag: ourTag(), sequence: 2 });
    expect([offers, header('Session-Expires')]).toEqual([['offer'], '600;refresher=uac']);
    scene.pass(seconds(560));
    expect(ends).toEqual([]);
    hangUp();
  });

  it('that asks for too short a session is refused with the shortest that we take', async () => {
    await begin({ minimum: seconds(300) });
    let calls = 0;
    scene.endpoint.onInvite = () => (calls += 1);
    scene.request('INVITE', { body: 'offer', extra: ['Supported: timer', 'Session-Expires: 120'] });
    expect([scene.peer.statuses, header('Min-SE')]).toEqual([[422], '300']);
    scene.request('ACK', { tag: ourTag() });
    expect(calls).toBe(0);
  });

  it('goes on when a refresh is refused by a peer that is there', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600', 'Allow: UPDATE']);
    for (const status of [500, 488, 403]) {
      scene.pass(seconds(301));
      scene.peer.reply(scene.peer.requests('UPDATE').at(-1)!, status);
      scene.pass();
    }
    expect(ends).toEqual([]);
    hangUp();
  });

  it('ends when a refresh is answered 481', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600', 'Allow: UPDATE']);
    scene.pass(seconds(301));
    scene.peer.reply(scene.peer.requests('UPDATE')[0]!, 481);
    scene.pass();
    expect(ends).toMatchObject([{ by: 'failure', status: 481 }]);
    scene.peer.reply(scene.peer.requests('BYE')[0]!, 200);
    scene.pass();
  });

  it('outlasts a network that is away while it is refreshed', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600', 'Allow: UPDATE']);
    scene.pass(seconds(301));
    scene.peer.reply(scene.peer.requests('UPDATE')[0]!, 408);
    scene.pass(seconds(50));
    expect(ends).toEqual([]);
    scene.pass(seconds(3));
    scene.peer.reply(scene.peer.requests('UPDATE').at(-1)!, 200, [CONTACT]);
    scene.pass(seconds(900));
    expect(ends).toEqual([]);
    hangUp();
  });

  it('ends when nobody answers a refresh until it has expired', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600', 'Allow: UPDATE']);
    scene.pass(seconds(595));
    expect(ends).toEqual([]);
    scene.pass(seconds(40));
    expect(ends).toHaveLength(1);
    expect(scene.peer.requests('BYE').length).toBeGreaterThan(0);
    scene.pass(seconds(33));
  });

  it('waits with its refresh while an offer is open', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600', 'Allow: INVITE']);
    scene.pass(seconds(299));
    const changed = call.reinvite('new offer');
    scene.pass(seconds(5));
    expect(scene.peer.requests('INVITE').every((request) => request.body.toString() === 'new offer')).toBe(
      true,
    );
    scene.peer.reply(
      scene.peer.requests('INVITE')[0]!,
      200,
      [CONTACT, ['Session-Expires', '600;refresher=uac']],
      'new answer',
    );
    scene.pass();
    expect((await changed).status).toBe(200);
    expect(answers).toEqual(['new answer']);
    scene.pass(seconds(290));
    expect(scene.peer.requests('INVITE').at(-1)!.body.toString()).toBe('new offer');
    hangUp();
  });

  it('changed by us while it is refreshed is changed right after', async () => {
    await begin();
    answerIncoming(['Supported: timer', 'Session-Expires: 600', 'Allow: INVITE']);
    scene.pass(milliseconds(300_020));
    const changed = call.reinvite('new offer');
    const [refresh] = scene.peer.requests('INVITE');
    expect(refresh!.body.toString()).toBe('answer');
    scene.peer.reply(refresh!, 200, [CONTACT, ['Session-Expires', '600;refresher=uac']], 'offer');
    scene.pass();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    scene.pass();
    const second = scene.peer.requests('INVITE').at(-1)!;
    expect(second.body.toString()).toBe('new offer');
    scene.peer.reply(second, 200, [CONTACT], 'new answer');
    scene.pass();
    expect((await changed).status).toBe(200);
    hangUp();
  });

  it('by a caller without timers has none, unless they are required: then we refresh', async () => {
    await begin();
    answerIncoming([]);
    expect(header('Session-Expires')).toBeUndefined();
    hangUp();
    await scene.close();
    await begin({ mode: 'required', interval: seconds(200) });
    answerIncoming([]);
    expect([header('Session-Expires'), header('Require')]).toEqual(['200;refresher=uas', undefined]);
    scene.pass(seconds(100));
    expect(scene.peer.requests('INVITE')).toHaveLength(1);
    scene.peer.reply(scene.peer.requests('INVITE')[0]!, 200, [CONTACT], 'offer');
    scene.pass();
    scene.pass(seconds(100));
    expect(scene.peer.requests('INVITE')).toHaveLength(2);
    scene.peer.reply(scene.peer.requests('INVITE')[1]!, 200, [CONTACT], 'offer');
    scene.pass();
    hangUp();
  });

  it('has none where they are off', async () => {
    await begin({ mode: 'off' });
    answerIncoming(['Supported: timer', 'Session-Expires: 600;refresher=uac']);
    expect([header('Session-Expires'), header('Supported')]).toEqual([undefined, '100rel']);
    scene.pass(seconds(1_000));
    expect(ends).toEqual([]);
    hangUp();
  });
});

describe('A call that we place with a session timer', () => {
  it('asks for it, and is refreshed by whom the answer names', async () => {
    await begin({ interval: seconds(900), minimum: seconds(120) });
    place();
    const { headers } = scene.peer.requests('INVITE')[0]!;
    expect([headers.first('Supported'), headers.first('Session-Expires'), headers.first('Min-SE')]).toEqual([
      'timer, 100rel',
      '900',
      '120',
    ]);
    answerOurs([['Session-Expires', '400;refresher=uac'], ALLOW_UPDATE]);
    scene.pass(seconds(200));
    expect(scene.peer.requests('UPDATE')).toHaveLength(1);
    scene.peer.reply(scene.peer.requests('UPDATE')[0]!, 200, [['Session-Expires', '400;refresher=uas']]);
    scene.pass(seconds(360));
    expect([scene.peer.requests('UPDATE').length, ends]).toEqual([1, []]);
    scene.pass(seconds(10));
    expect(scene.peer.requests('UPDATE').length).toBeGreaterThan(1);
    expect(ends).toEqual([]);
    scene.peer.reply(scene.peer.requests('UPDATE').at(-1)!, 200, [['Session-Expires', '400;refresher=uac']]);
    scene.pass();
    hangUp();
  });

  it('offers a longer one after 422, three times at most', async () => {
    await begin();
    place();
    for (const [attempt, minimum] of [2_000, 3_000, 4_000, 5_000].entries()) {
      const invite = scene.peer.requests('INVITE').at(-1)!;
      expect(invite.cseq.sequence).toBe(attempt + 1);
      scene.peer.reply(invite, 422, [['Min-SE', String(minimum)]]);
      scene.pass();
    }
    expect(scene.peer.requests('INVITE').map(({ headers }) => headers.first('Session-Expires'))).toEqual([
      '1800',
      '2000',
      '3000',
      '4000',
    ]);
    expect(ends).toMatchObject([{ by: 'failure', status: 422 }]);
  });

  it('has none where the peer knows none', async () => {
    await begin();
    place();
    answerOurs([]);
    scene.pass(seconds(4_000));
    expect([ends, scene.peer.requests('INVITE').length]).toEqual([[], 1]);
    hangUp();
  });

  it('keeps its refresh apart from the re-INVITE of the peer that meets it', async () => {
    await begin();
    place();
    answerOurs([['Session-Expires', '400;refresher=uac']]);
    scene.pass(milliseconds(199_975));
    scene.pass(milliseconds(20));
    const [, refresh] = scene.peer.requests('INVITE');
    expect(refresh!.body.toString()).toBe('our offer');
    scene.request('INVITE', {
      tag: call.request.fromTag,
      callId: call.callId,
      body: 'hold',
      sequence: 7,
    });
    expect(scene.peer.statuses.at(-1)).toBe(491);
    scene.peer.reply(refresh!, 491);
    scene.pass();
    scene.pass(seconds(5));
    const again = scene.peer.requests('INVITE').at(-1)!;
    expect([again.body.toString(), again.cseq.sequence]).toEqual(['our offer', 3]);
    scene.peer.reply(again, 200, [CONTACT, ['Session-Expires', '400;refresher=uac']], 'their answer');
    scene.pass();
    expect([ends, answers]).toEqual([[], ['their answer']]);
    hangUp();
  });
});
