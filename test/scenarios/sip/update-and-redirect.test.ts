import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { milliseconds, seconds } from '../../../src/base/duration.js';
import { DigestClient } from '../../../src/sip/auth/index.js';
import type { IncomingInvite, OutgoingInvite, OutgoingInviteOptions } from '../../../src/sip/index.js';
import { SessionNotes, type EitherInvite } from './session-notes.js';
import { WireScene } from './wire-peer.js';

const CONTACT: [string, string] = ['Contact', '<sip:wire@10.0.0.1>'];

let scene: WireScene;
let call: EitherInvite;
let ends: SessionNotes['ends'];
let answers: SessionNotes['answers'];
let notes: SessionNotes;

beforeEach(async () => {
  scene = await WireScene.create();
  notes = new SessionNotes();
  ({ ends, answers } = notes);
  scene.endpoint.onInvite = watch;
});

afterEach(async () => {
  await scene.close();
  expect(scene.endpoint.counts).toMatchObject({ sessions: 0, requests: 0, faults: 0 });
  expect(scene.clock.pending).toEqual([]);
});

function watch(session: IncomingInvite | OutgoingInvite): void {
  call = notes.watch(session);
}

function place(options: Partial<OutgoingInviteOptions> = {}): void {
  watch(
    scene.endpoint.invite({
      to: 'sip:wire@10.0.0.1',
      from: 'sip:siren@10.0.0.2',
      body: 'our offer',
      ...options,
    }),
  );
  scene.pass();
}

function invite() {
  return scene.peer.requests('INVITE').at(-1)!;
}

function hangUp(): void {
  call.end();
  scene.pass();
  scene.peer.reply(scene.peer.requests('BYE').at(-1)!, 200);
  scene.pass();
}

function ourTag(): string | undefined {
  return scene.peer.responses.at(-1)?.toTag;
}

describe('An UPDATE of ours', () => {
  function update() {
    return scene.peer.requests('UPDATE').at(-1)!;
  }

  it('changes a call before it is answered, once the first offer has its answer', async () => {
    place();
    await expect(call.update('too early')).rejects.toMatchObject({ code: 'SIP_STATE' });
    scene.peer.reply(invite(), 183, [CONTACT, ['Require', '100rel'], ['RSeq', '1']], 'early answer');
    scene.pass();
    scene.peer.reply(scene.peer.requests('PRACK')[0]!, 200);
    const changed = call.update('changed');
    scene.pass();
    expect([update().body.toString(), update().cseq.sequence]).toEqual(['changed', 3]);
    scene.peer.reply(update(), 200, [CONTACT], 'changed answer');
    scene.pass();
    expect([(await changed).status, answers]).toEqual([200, ['early answer', 'changed answer']]);
    scene.peer.reply(invite(), 200, [CONTACT]);
    scene.pass();
    expect([call.state, answers.length]).toEqual(['confirmed', 2]);
    hangUp();
  });

  it('that meets one of the peer is sent again after a while, and the answer to the second holds', async () => {
    place();
    scene.peer.reply(invite(), 200, [CONTACT], 'answer');
    scene.pass();
    const changed = call.update('changed');
    scene.pass();
    scene.request('UPDATE', {
      tag: call.request.fromTag,
      callId: call.callId,
      body: 'theirs',
      sequence: 9,
    });
    expect(scene.peer.statuses.at(-1)).toBe(491);
    scene.peer.reply(update(), 491);
    scene.pass();
    scene.pass(seconds(5));
    expect(scene.peer.requests('UPDATE')).not.toHaveLength(1);
    scene.peer.reply(update(), 200, [CONTACT], 'changed answer');
    scene.pass();
    expect([(await changed).status, answers.at(-1)]).toEqual([200, 'changed answer']);
    hangUp();
  });

  it('that comes while the peer still waits for an answer of its own is sent again when it says', async () => {
    place();
    scene.peer.reply(invite(), 200, [CONTACT], 'answer');
    scene.pass();
    const changed = call.update('changed');
    scene.pass();
    scene.peer.reply(update(), 500, [['Retry-After', '3']]);
    scene.pass(seconds(2));
    expect(scene.peer.requests('UPDATE')).toHaveLength(1);
    scene.pass(milliseconds(1_100));
    expect(scene.peer.requests('UPDATE')).toHaveLength(2);
    scene.peer.reply(update(), 500, [['Retry-After', '3']]);
    scene.pass();
    expect((await changed).status).toBe(500);
    expect([call.state, ends]).toEqual(['confirmed', []]);
    const refreshed = call.update();
    scene.pass();
    expect(update().body.length).toBe(0);
    scene.peer.reply(update(), 200);
    scene.pass();
    expect((await refreshed).status).toBe(200);
    hangUp();
  });

  it('keeps the re-INVITE of the peer away, and waits for an offer of its', async () => {
    place();
    scene.peer.reply(invite(), 200, [CONTACT], 'answer');
    scene.pass();
    const details = { tag: call.request.fromTag, callId: call.callId };
    const changed = call.update('changed');
    scene.pass();
    scene.request('INVITE', { ...details, body: 'theirs', sequence: 9 });
    scene.request('ACK', { ...details, sequence: 9 });
    expect(scene.peer.statuses).toEqual([491]);
    scene.peer.reply(update(), 200, [CONTACT], 'changed answer');
    scene.pass();
    await changed;
    let answer: (value: { status: number; body: string }) => void = () => undefined;
    call.onOffer = () => new Promise((resolve) => (answer = resolve));
    scene.request('UPDATE', { ...details, body: 'theirs', sequence: 10 });
    await expect(call.reinvite('ours')).rejects.toMatchObject({ code: 'SIP_STATE' });
    await expect(call.update('ours')).rejects.toMatchObject({ code: 'SIP_STATE' });
    scene.request('UPDATE', { ...details, body: 'theirs again', sequence: 11 });
    expect(scene.peer.statuses.at(-1)).toBe(500);
    answer({ status: 200, body: 'our answer' });
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    scene.pass();
    expect(scene.peer.responses.at(-1)!.body.toString()).toBe('our answer');
    hangUp();
  });

  it('is refused while another of ours is under way, and once the call is over', async () => {
    place();
    scene.peer.reply(invite(), 200, [CONTACT], 'answer');
    scene.pass();
    const first = call.update('one');
    await expect(call.update('two')).rejects.toMatchObject({ code: 'SIP_STATE' });
    await expect(call.reinvite('three')).rejects.toMatchObject({ code: 'SIP_STATE' });
    hangUp();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(call.update()).rejects.toMatchObject({ code: 'SIP_STATE' });
    scene.peer.reply(update(), 481);
    scene.pass();
  });
});

describe('An UPDATE of the peer', () => {
  it('with an offer comes back later while its first offer has no answer, and changes the call afterwards', () => {
    scene.request('INVITE', { body: 'offer', extra: ['Require: 100rel'] });
    call.progress(180);
    scene.pass();
    scene.request('UPDATE', { tag: ourTag(), sequence: 2, body: 'changed' });
    const refusal = scene.peer.responses.at(-1)!;
    expect([refusal.status, refusal.headers.has('Retry-After')]).toEqual([500, true]);
    const rseq = scene.peer.responses[0]!.headers.first('RSeq')!;
    scene.request('PRACK', { tag: ourTag(), sequence: 3, extra: [`RAck: ${rseq} 1 INVITE`] });
    call.progress(183, { body: 'answer' });
    scene.pass();
    const next = scene.peer.responses.at(-1)!.headers.first('RSeq')!;
    scene.request('PRACK', { tag: ourTag(), sequence: 4, extra: [`RAck: ${next} 1 INVITE`] });
    scene.request('UPDATE', { tag: ourTag(), sequence: 5, body: 'changed' });
    expect(scene.peer.responses.at(-1)!.body.toString()).toBe('answer to changed');
    call.end();
    scene.pass();
    scene.request('ACK', { tag: ourTag(), branch: 'z9hG4bK-INVITE-1-call-1' });
  });

  it('before the callee has offered anything gets 491', () => {
    scene.request('INVITE');
    scene.request('UPDATE', { tag: 'x', sequence: 2, body: 'offer' });
    expect(scene.peer.statuses).toEqual([481]);
    call.progress(180);
    scene.pass();
    scene.request('UPDATE', { tag: ourTag(), sequence: 3, body: 'offer' });
    expect(scene.peer.statuses.at(-1)).toBe(491);
    call.end();
    scene.pass();
    scene.request('ACK', { tag: ourTag(), branch: 'z9hG4bK-INVITE-1-call-1' });
  });
});

describe('A call that is redirected', () => {
  function redirect(contacts: string, status = 302): void {
    scene.peer.reply(invite(), status, [['Contact', contacts]]);
    scene.pass();
  }

  function called(): string[] {
    return scene.peer.requests('INVITE').map(({ uri }) => uri.toString());
  }

  it('goes to the best contact first, then to the next, each with the next CSeq and the same Call-ID', () => {
    place();
    const told: string[] = [];
    call.onRedirect = (uri) => told.push(uri.toString());
    redirect(
      '<sip:second@10.0.0.1>;q=0.5, <sip:first@10.0.0.1>;q=0.9, <tel:+46123>, <sip:none@10.0.0.1>;q=0',
      300,
    );
    expect([call.state, call.remoteUri.toString()]).toEqual(['inviting', 'sip:wire@10.0.0.1']);
    scene.peer.reply(invite(), 486);
    scene.pass();
    scene.peer.reply(invite(), 180);
    scene.pass();
    expect(call.state).toBe('early');
    scene.peer.reply(invite(), 200, [CONTACT], 'answer');
    scene.pass();
    expect(called()).toEqual(['sip:wire@10.0.0.1', 'sip:first@10.0.0.1', 'sip:second@10.0.0.1']);
    expect(told).toEqual(['sip:first@10.0.0.1', 'sip:second@10.0.0.1']);
    const invites = scene.peer.requests('INVITE');
    expect(invites.map(({ cseq }) => cseq.sequence)).toEqual([1, 2, 3]);
    expect(new Set(invites.map(({ callId }) => callId)).size).toBe(1);
    expect(new Set(invites.map(({ topVia }) => topVia.branch)).size).toBe(3);
    expect([scene.peer.requests('ACK').at(-1)!.cseq.sequence, answers, ends]).toEqual([3, ['answer'], []]);
    hangUp();
  });

  it('in a circle ends with the response that made it', () => {
    place();
    redirect('<sip:a@10.0.0.1>');
    redirect('<sip:wire@10.0.0.1>, <sip:b@10.0.0.1>');
    redirect('<sip:A@10.0.0.1>, <sip:a@10.0.0.1>');
    redirect('<sip:b@10.0.0.1>, <sip:wire@10.0.0.1>');
    expect(called()).toEqual(['sip:wire@10.0.0.1', 'sip:a@10.0.0.1', 'sip:b@10.0.0.1', 'sip:A@10.0.0.1']);
    expect(ends).toMatchObject([{ by: 'failure', status: 302 }]);
  });

  it('on and on ends after five', () => {
    place();
    for (let hop = 1; hop <= 6; hop += 1) redirect(`<sip:hop${hop}@10.0.0.1>`);
    expect(called()).toHaveLength(6);
    expect(ends).toMatchObject([{ status: 302 }]);
  });

  it('elsewhere is tried no further after a 6xx, nor after it was given up', () => {
    place();
    redirect('<sip:a@10.0.0.1>, <sip:b@10.0.0.1>');
    scene.peer.reply(invite(), 603);
    scene.pass();
    expect([called().length, ends]).toMatchObject([2, [{ status: 603 }]]);
    place();
    scene.peer.reply(invite(), 180);
    scene.pass();
    call.end();
    scene.pass();
    redirect('<sip:c@10.0.0.1>');
    expect(called()).toHaveLength(3);
    scene.peer.reply(scene.peer.requests('CANCEL')[0]!, 200);
    scene.pass();
  });

  it('after ringing is cancelled only once the new address has answered provisionally', () => {
    place();
    scene.peer.reply(invite(), 180);
    redirect('<sip:a@10.0.0.1>');
    call.end();
    scene.pass();
    expect(scene.peer.requests('CANCEL')).toEqual([]);
    scene.peer.reply(invite(), 180);
    scene.pass();
    expect(scene.peer.requests('CANCEL')[0]!.uri.toString()).toBe('sip:a@10.0.0.1');
    scene.peer.reply(scene.peer.requests('CANCEL')[0]!, 200);
    scene.peer.reply(invite(), 487);
    scene.pass();
  });

  it('takes neither credentials nor the headers of the contact along', () => {
    const credentials = new DigestClient({
      credentials: { username: 'siren', password: 'secret' },
      scope: { hosts: ['10.0.0.7'] },
    });
    place({ credentials, headers: [['Authorization', 'Digest username="siren"']] });
    redirect('<sip:a@10.0.0.1;method=BYE?Subject=hello>');
    expect([invite().headers.has('Authorization'), invite().headers.has('Subject')]).toEqual([false, false]);
    expect(invite().uri.toString()).toBe('sip:a@10.0.0.1');
    scene.peer.reply(invite(), 401, [['WWW-Authenticate', 'Digest realm="evil", nonce="1"']]);
    scene.pass();
    expect(ends).toMatchObject([{ status: 401 }]);
  });
});

describe('Somebody who would take over a call', () => {
  function established(): string {
    scene.request('INVITE', { body: 'offer' });
    call.accept({ body: 'answer' });
    scene.pass();
    const tag = ourTag()!;
    scene.request('ACK', { tag });
    return tag;
  }

  function replace(value: string, extra: string[] = []): number {
    let calls = 0;
    scene.endpoint.onInvite = (incoming) => {
      calls += 1;
      incoming.reject(500);
    };
    const callId = `thief-${scene.peer.received.length}`;
    scene.request('INVITE', {
      callId,
      fromTag: 'thief',
      body: 'offer',
      extra: [`Replaces: ${value}`, ...extra],
    });
    scene.request('ACK', { callId, fromTag: 'thief', branch: `z9hG4bK-INVITE-1-${callId}` });
    expect(calls).toBe(0);
    return scene.peer.statuses.at(-1)!;
  }

  it('by an INVITE with Replaces is declined, and the call runs on', () => {
    const tag = established();
    expect(replace(`call-1;to-tag=${tag};from-tag=wire`)).toBe(603);
    expect(replace(`call-1;to-tag=${tag};from-tag=other`)).toBe(481);
    expect(replace(`call-2;from-tag=wire;to-tag=${tag}`)).toBe(481);
    expect(replace('call-1;to-tag=guess;from-tag=wire;early-only')).toBe(481);
    expect(replace('call-1')).toBe(400);
    expect(replace(`call-1;to-tag=${tag};from-tag=wire`, ['Require: replaces'])).toBe(420);
    expect(replace(`call-1;to-tag=${tag};from-tag=wire`, ['Replaces: a;to-tag=b;from-tag=c'])).toBe(400);
    scene.request('INVITE', {
      tag,
      sequence: 2,
      body: 'offer',
      extra: [`Replaces: call-1;to-tag=${tag};from-tag=wire`],
    });
    expect(scene.peer.statuses.at(-1)).toBe(400);
    scene.request('ACK', { tag, sequence: 2 });
    expect([call.state, ends]).toEqual(['confirmed', []]);
    hangUp();
  });

  it.each([
    ['REFER', 603],
    ['NOTIFY', 481],
    ['SUBSCRIBE', 489],
    ['PRACK', 481],
  ])('by %s within it gets %i, and nothing is sent anywhere', (method, status) => {
    const tag = established();
    scene.request(method, {
      tag,
      sequence: 2,
      extra: ['Refer-To: <sip:elsewhere@10.0.0.9>', 'Event: refer', 'RAck: 1 1 INVITE'],
    });
    scene.pass(seconds(2));
    expect(scene.peer.statuses.at(-1)).toBe(status);
    expect(scene.peer.received.filter(({ kind }) => kind === 'request')).toEqual([]);
    expect(call.state).toBe('confirmed');
    hangUp();
  });
});
