import { afterEach, describe, expect, it } from '@jest/globals';
import { milliseconds, minutes, seconds } from '../../../src/base/duration.js';
import type { IncomingInvite, OutgoingInvite, ReliableProvisionalMode } from '../../../src/sip/index.js';
import type { SipResponse } from '../../../src/sip/message/index.js';
import { SessionNotes, type EitherInvite } from './session-notes.js';
import { WireScene } from './wire-peer.js';

const CONTACT: [string, string] = ['Contact', '<sip:wire@10.0.0.1>'];
const REQUIRED = ['Require: 100rel'];
const SUPPORTED = ['Supported: 100rel'];

let scene: WireScene;
let call: EitherInvite;
let ends: SessionNotes['ends'];
let offers: SessionNotes['offers'];
let answers: SessionNotes['answers'];
let notes: SessionNotes;

async function begin(reliableProvisional: ReliableProvisionalMode = 'supported'): Promise<void> {
  scene = await WireScene.create({ reliableProvisional });
  notes = new SessionNotes();
  ({ ends, offers, answers } = notes);
  scene.endpoint.onInvite = watch;
}

afterEach(async () => {
  await scene.close();
  expect(scene.endpoint.counts).toMatchObject({ sessions: 0, requests: 0, faults: 0 });
  expect(scene.clock.pending).toEqual([]);
});

function watch(session: IncomingInvite | OutgoingInvite): void {
  call = notes.watch(session);
}

function last(): SipResponse {
  return scene.peer.responses.at(-1)!;
}

function rseq(response = last()): number {
  return Number(response.headers.first('RSeq'));
}

function prack(number: number, sequence: number, body?: string): void {
  scene.request('PRACK', {
    tag: last().toTag,
    sequence,
    extra: [`RAck: ${number} 1 INVITE`],
    ...(body === undefined ? {} : { body }),
  });
}

function acknowledge(): void {
  scene.request('ACK', { tag: last().toTag });
}

function bye(sequence: number): void {
  scene.request('BYE', { tag: last().toTag, sequence });
}

describe('A provisional response of ours', () => {
  it('is reliable where the caller insists, repeated from T1 on until its PRACK', async () => {
    await begin();
    scene.request('INVITE', { body: 'offer', extra: REQUIRED });
    call.progress(180);
    scene.pass();
    expect(last().headers.first('Require')).toBe('100rel');
    expect([last().headers.has('Contact'), rseq() > 0]).toEqual([true, true]);
    scene.pass(milliseconds(3_600));
    expect(scene.peer.statuses).toEqual([180, 180, 180, 180]);
    prack(rseq(), 2);
    scene.pass(seconds(30));
    expect(scene.peer.statuses).toEqual([180, 180, 180, 180, 200]);
    call.accept({ body: 'answer' });
    scene.pass();
    expect(last().body.toString()).toBe('answer');
    acknowledge();
    bye(3);
    expect(ends).toMatchObject([{ by: 'remote' }]);
  });

  it('is not, where the caller only could and it says no more than ringing', async () => {
    await begin();
    scene.request('INVITE', { body: 'offer', extra: SUPPORTED });
    call.progress(180);
    scene.pass();
    expect(last().headers.has('RSeq')).toBe(false);
    call.reject(486);
    scene.pass();
    acknowledge();
  });

  it('that answers the offer holds back the 200 until its PRACK, which then has no description', async () => {
    await begin();
    scene.request('INVITE', { body: 'offer', extra: SUPPORTED });
    call.progress(183, { body: 'answer' });
    call.accept({ body: 'answer' });
    scene.pass();
    expect([scene.peer.statuses, call.state]).toEqual([[183], 'early']);
    prack(rseq(), 2);
    expect(scene.peer.statuses).toEqual([183, 200, 200]);
    const [, , success] = scene.peer.responses;
    expect([success!.cseq.method, success!.body.length]).toEqual(['INVITE', 0]);
    acknowledge();
    expect(call.state).toBe('confirmed');
    bye(3);
  });

  it('come in order, each after the PRACK of the one before', async () => {
    await begin();
    scene.request('INVITE', { body: 'offer', extra: REQUIRED });
    call.progress(183, { body: 'answer' });
    call.progress(180);
    call.progress(182);
    scene.pass();
    expect(scene.peer.statuses).toEqual([183]);
    const first = rseq();
    prack(first, 2);
    prack(first + 1, 3);
    prack(first + 2, 4);
    expect(scene.peer.statuses).toEqual([183, 200, 180, 200, 182, 200]);
    call.accept({ body: 'answer' });
    scene.pass();
    acknowledge();
    bye(5);
  });

  it('ends the call with 504 when no PRACK comes within 64*T1', async () => {
    await begin();
    scene.request('INVITE', { body: 'offer', extra: REQUIRED });
    call.progress(180);
    scene.pass(seconds(33));
    expect(scene.peer.statuses.filter((status) => status === 180)).toHaveLength(7);
    expect(ends).toEqual([
      { by: 'timeout', status: 504, reason: 'The caller did not acknowledge a reliable response.' },
    ]);
    expect(last().status).toBe(504);
    acknowledge();
  });

  it('gets 481 for a PRACK that fits nothing, 400 for one that cannot be read', async () => {
    await begin();
    scene.request('INVITE', { body: 'offer', extra: REQUIRED });
    call.progress(180);
    scene.pass();
    const number = rseq();
    prack(number + 1, 2);
    scene.request('PRACK', { tag: last().toTag, sequence: 3 });
    prack(number, 4);
    prack(number, 5);
    expect(scene.peer.statuses).toEqual([180, 481, 400, 200, 481]);
    call.end();
    scene.pass();
    acknowledge();
  });

  it('takes its PRACK even after the call was answered', async () => {
    await begin();
    scene.request('INVITE', { body: 'offer', extra: REQUIRED });
    call.progress(180);
    call.accept({ body: 'answer' });
    scene.pass();
    const [ringing] = scene.peer.responses;
    acknowledge();
    prack(rseq(ringing), 2);
    scene.pass(seconds(2));
    expect(scene.peer.statuses).toEqual([180, 200, 200]);
    bye(3);
  });

  it('carries our offer where the caller has none, and the PRACK its answer', async () => {
    await begin();
    scene.request('INVITE', { extra: REQUIRED });
    call.progress(183, { body: 'our offer' });
    scene.pass();
    prack(rseq(), 2, 'their answer');
    expect([answers, offers]).toEqual([['their answer'], []]);
    call.accept({ body: 'our offer' });
    scene.pass();
    expect(last().body.length).toBe(0);
    acknowledge();
    expect(answers).toEqual(['their answer']);
    bye(3);
  });

  it('may get another offer with its PRACK', async () => {
    await begin();
    scene.request('INVITE', { body: 'offer', extra: REQUIRED });
    call.progress(183, { body: 'answer' });
    scene.pass();
    prack(rseq(), 2, 'second offer');
    expect([offers, last().body.toString()]).toEqual([['second offer'], 'answer to second offer']);
    call.accept({ body: 'answer' });
    scene.pass();
    acknowledge();
    bye(3);
  });

  it('is given up when the caller cancels', async () => {
    await begin();
    scene.request('INVITE', { body: 'offer', extra: REQUIRED });
    call.progress(183, { body: 'answer' });
    call.accept({ body: 'answer' });
    scene.pass();
    scene.request('CANCEL', { branch: 'z9hG4bK-INVITE-1-call-1' });
    expect(scene.peer.statuses).toEqual([183, 200, 487]);
    scene.request('ACK', { tag: last().toTag, branch: 'z9hG4bK-INVITE-1-call-1' });
    scene.pass(seconds(5));
    expect([scene.peer.statuses.length, ends]).toEqual([3, [{ by: 'remote', method: 'CANCEL' }]]);
  });

  it('is renewed each minute, reliably', async () => {
    await begin();
    scene.request('INVITE', { body: 'offer', extra: REQUIRED });
    call.progress(183, { body: 'answer' });
    scene.pass();
    const first = rseq();
    prack(first, 2);
    scene.pass(minutes(1));
    expect([last().status, rseq(), last().body.length]).toEqual([183, first + 1, 0]);
    prack(first + 1, 3);
    call.end();
    scene.pass();
    acknowledge();
  });

  it.each([
    ['off', REQUIRED, 420],
    ['required', [], 421],
  ] as const)('%s, with %j in the INVITE: %i', async (mode, extra, status) => {
    await begin(mode);
    scene.request('INVITE', { body: 'offer', extra });
    const name = status === 420 ? 'Unsupported' : 'Require';
    expect([last().status, last().headers.first(name)]).toEqual([status, '100rel']);
    acknowledge();
  });

  it('required, is reliable for whoever can, whatever it says', async () => {
    await begin('required');
    scene.request('INVITE', { body: 'offer', extra: SUPPORTED });
    call.progress(180);
    scene.pass();
    prack(rseq(), 2);
    call.end();
    scene.pass();
    acknowledge();
  });
});

describe('A reliable provisional response to a call of ours', () => {
  function place(body: string | null = 'offer'): void {
    watch(
      scene.endpoint.invite({
        to: 'sip:wire@10.0.0.1',
        from: 'sip:siren@10.0.0.2',
        ...(body === null ? {} : { body }),
      }),
    );
    scene.pass();
  }

  function invite() {
    return scene.peer.requests('INVITE').at(-1)!;
  }

  function reliably(number: number, body = '', status = 183): void {
    scene.peer.reply(invite(), status, [CONTACT, ['Require', '100rel'], ['RSeq', String(number)]], body);
    scene.pass();
  }

  function pracks(): (string | undefined)[] {
    return scene.peer.requests('PRACK').map(({ headers }) => headers.first('RAck'));
  }

  function answerPracks(): void {
    for (const request of scene.peer.requests('PRACK')) scene.peer.reply(request, 200);
    scene.pass();
  }

  function hangUp(): void {
    call.end();
    scene.pass();
    scene.peer.reply(scene.peer.requests('BYE').at(-1)!, 200);
    scene.pass();
  }

  it('is acknowledged, brings the answer, and the 200 needs none', async () => {
    await begin();
    place();
    const progress: number[] = [];
    call.onProgress = ({ status }) => progress.push(status);
    reliably(10, 'answer');
    reliably(10, 'answer');
    reliably(11, '', 180);
    expect(pracks()).toEqual(['10 1 INVITE', '11 1 INVITE']);
    expect(scene.peer.requests('PRACK').map(({ cseq }) => cseq.sequence)).toEqual([2, 3]);
    expect([answers, progress]).toEqual([['answer'], [183, 180]]);
    answerPracks();
    scene.peer.reply(invite(), 200, [CONTACT]);
    scene.pass();
    expect([answers, call.state, scene.peer.requests('ACK').length]).toEqual([['answer'], 'confirmed', 1]);
    hangUp();
    expect(scene.peer.requests('BYE')[0]!.cseq.sequence).toBe(4);
  });

  it('that comes before its predecessor waits for it', async () => {
    await begin();
    place();
    reliably(10);
    reliably(12);
    reliably(11);
    reliably(12);
    expect(pracks()).toEqual(['10 1 INVITE', '11 1 INVITE', '12 1 INVITE']);
    answerPracks();
    scene.peer.reply(invite(), 486);
    scene.pass();
    expect(ends).toMatchObject([{ status: 486 }]);
  });

  it('that offers is answered by the PRACK where we offered nothing', async () => {
    await begin();
    place(null);
    reliably(1, 'their offer');
    expect(scene.peer.requests('PRACK')[0]!.body.toString()).toBe('answer to their offer');
    answerPracks();
    scene.peer.reply(invite(), 200, [CONTACT], 'their offer');
    scene.pass();
    expect([offers, scene.peer.requests('ACK')[0]!.body.length]).toEqual([['their offer'], 0]);
    hangUp();
  });

  it('that offers what cannot be taken is acknowledged, and the call cancelled', async () => {
    await begin();
    place(null);
    call.onOffer = () => ({ status: 488 });
    reliably(1, 'video');
    expect([pracks().length, scene.peer.requests('CANCEL').length]).toEqual([1, 1]);
    answerPracks();
    scene.peer.reply(scene.peer.requests('CANCEL')[0]!, 200);
    scene.peer.reply(invite(), 487);
    scene.pass();
  });

  it('of each branch of a fork is acknowledged on its own, and the answer of the one that wins holds', async () => {
    await begin();
    place();
    const as = (tag: string, number: number, body: string) => {
      scene.peer.replyAs(
        tag,
        invite(),
        183,
        [CONTACT, ['Require', '100rel'], ['RSeq', String(number)], ['Content-Type', 'application/sdp']],
        body,
      );
      scene.pass();
    };
    as('one', 5, 'answer of one');
    as('two', 70, 'answer of two');
    as('one', 6, '');
    expect(
      scene.peer.requests('PRACK').map(({ toTag, headers }) => `${toTag} ${headers.first('RAck')}`),
    ).toEqual(['one 5 1 INVITE', 'two 70 1 INVITE', 'one 6 1 INVITE']);
    expect(scene.peer.requests('PRACK').map(({ cseq }) => cseq.sequence)).toEqual([2, 2, 3]);
    answerPracks();
    scene.peer.replyAs('one', invite(), 200, [CONTACT]);
    scene.pass();
    expect(answers).toEqual(['answer of one', 'answer of two', 'answer of one']);
    scene.peer.replyAs('two', invite(), 200, [CONTACT]);
    scene.pass();
    expect(scene.peer.requests('BYE').map(({ toTag }) => toTag)).toEqual(['two']);
    scene.peer.reply(scene.peer.requests('BYE')[0]!, 200);
    scene.pass();
    hangUp();
  });

  it('whose PRACK is refused or not answered costs the call nothing', async () => {
    await begin();
    place();
    reliably(1);
    scene.peer.reply(scene.peer.requests('PRACK')[0]!, 481);
    reliably(2);
    scene.pass(seconds(40));
    scene.peer.reply(invite(), 200, [CONTACT], 'answer');
    scene.pass();
    expect([call.state, ends]).toEqual(['confirmed', []]);
    hangUp();
  });

  it('is asked for in the INVITE, or insisted on', async () => {
    await begin('required');
    place();
    expect([invite().headers.first('Supported'), invite().headers.first('Require')]).toEqual([
      'timer, 100rel',
      '100rel',
    ]);
    scene.peer.reply(invite(), 420, [['Unsupported', '100rel']]);
    scene.pass();
    expect(ends).toMatchObject([{ status: 420 }]);
  });
});
