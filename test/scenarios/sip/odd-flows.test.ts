import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { milliseconds, seconds } from '../../../src/base/duration.js';
import type { IncomingInvite, SessionEnd } from '../../../src/sip/index.js';
import { WireScene } from './wire-peer.js';

let scene: WireScene;
let call: IncomingInvite;
let ends: SessionEnd[];
let answers: string[];

beforeEach(async () => {
  scene = await WireScene.create();
  ends = [];
  answers = [];
  scene.endpoint.onInvite = (incoming) => {
    call = incoming;
    incoming.onEnd = (end) => ends.push(end);
    incoming.onAnswer = (answer) => answers.push(answer);
    incoming.onOffer = (offer) => ({ status: 200, body: offer === undefined ? 'our offer' : 'our answer' });
  };
});

afterEach(async () => {
  await scene.close();
  expect(scene.endpoint.counts).toMatchObject({ sessions: 0, requests: 0, faults: 0 });
  expect(scene.clock.pending).toEqual([]);
});

function ourTag(): string | undefined {
  return scene.peer.responses.at(-1)?.toTag;
}

function establish(body: string | null = 'offer'): string {
  scene.request('INVITE', body === null ? {} : { body });
  call.accept({ body: body === null ? 'our offer' : 'answer' });
  scene.pass();
  const tag = ourTag()!;
  scene.request('ACK', { tag, ...(body === null ? { body: 'their answer' } : {}) });
  return tag;
}

describe('A peer that does odd things', () => {
  it('and loses its ACK, but talks on, has confirmed the call by its next INVITE', () => {
    scene.request('INVITE', { body: 'offer' });
    call.accept({ body: 'answer' });
    scene.pass();
    const tag = ourTag()!;
    scene.request('INVITE', { tag, sequence: 2, body: 'second offer' });
    expect(call.state).toBe('confirmed');
    scene.request('ACK', { tag, sequence: 2 });
    scene.pass(seconds(40));
    expect([call.state, ends]).toEqual(['confirmed', []]);
    scene.request('BYE', { tag, sequence: 3 });
  });

  it('and never acknowledges is hung up', () => {
    scene.request('INVITE', { body: 'offer' });
    call.accept({ body: 'answer' });
    scene.pass(seconds(33));
    expect(ends).toMatchObject([{ by: 'timeout', method: 'BYE' }]);
    scene.peer.reply(scene.peer.requests('BYE')[0]!, 200);
    scene.pass();
  });

  it('and acknowledges our offer without an answer keeps its call', () => {
    scene.request('INVITE');
    call.accept({ body: 'our offer' });
    scene.pass();
    const tag = ourTag()!;
    scene.request('ACK', { tag });
    expect([call.state, answers]).toEqual(['confirmed', []]);
    scene.request('INVITE', { tag, sequence: 2, body: 'offer' });
    expect(scene.peer.responses.at(-1)!.body.toString()).toBe('our answer');
    scene.request('ACK', { tag, sequence: 2 });
    scene.request('BYE', { tag, sequence: 3 });
    expect(ends).toHaveLength(1);
  });

  it('and cancels what was answered already changes nothing', () => {
    const tag = establish();
    scene.request('CANCEL', { branch: 'z9hG4bK-INVITE-1-call-1' });
    expect([scene.peer.statuses.at(-1), call.state]).toEqual([200, 'confirmed']);
    scene.request('BYE', { tag, sequence: 2 });
  });

  it('and says BYE twice hears 200 and 481', () => {
    const tag = establish();
    scene.request('BYE', { tag, sequence: 2 });
    scene.request('BYE', { tag, sequence: 2 });
    scene.request('BYE', { tag, sequence: 3 });
    expect(scene.peer.statuses.slice(-3)).toEqual([200, 200, 481]);
    expect(ends).toHaveLength(1);
  });

  it('and counts CSeq backwards is refused, and its call goes on', () => {
    const tag = establish();
    scene.request('INFO', { tag, sequence: 10 });
    scene.request('INFO', { tag, sequence: 9 });
    scene.request('INVITE', { tag, sequence: 5, body: 'offer' });
    expect(scene.peer.statuses.slice(-3)).toEqual([200, 500, 500]);
    scene.request('ACK', { tag, sequence: 5 });
    expect([call.state, ends]).toEqual(['confirmed', []]);
    scene.request('BYE', { tag, sequence: 11 });
  });

  it('and says BYE with an older CSeq is not hung up by it', () => {
    const tag = establish();
    scene.request('INFO', { tag, sequence: 10 });
    scene.request('BYE', { tag, sequence: 9 });
    expect([scene.peer.statuses.at(-1), call.state]).toEqual([500, 'confirmed']);
    scene.request('BYE', { tag, sequence: 11 });
    expect(ends).toHaveLength(1);
  });

  it('and re-INVITEs without a description is given our offer', () => {
    const tag = establish();
    scene.request('INVITE', { tag, sequence: 2 });
    expect(scene.peer.responses.at(-1)!.body.toString()).toBe('our offer');
    scene.request('INVITE', { tag, sequence: 3 });
    expect(scene.peer.statuses.at(-1)).toBe(491);
    scene.request('ACK', { tag, sequence: 3 });
    scene.request('ACK', { tag, sequence: 2, body: 'their answer' });
    expect(answers).toEqual(['their answer']);
    scene.request('BYE', { tag, sequence: 4 });
  });

  it('and re-INVITEs before it was answered comes back later', () => {
    scene.request('INVITE', { body: 'offer' });
    call.progress(180);
    scene.pass();
    const tag = ourTag()!;
    scene.request('INVITE', { tag, sequence: 2, body: 'offer' });
    const refusal = scene.peer.responses.at(-1)!;
    expect([refusal.status, refusal.headers.has('Retry-After')]).toEqual([500, true]);
    scene.request('ACK', { tag, sequence: 2 });
    call.accept({ body: 'answer' });
    scene.pass();
    expect(scene.peer.statuses.at(-1)).toBe(200);
    scene.request('ACK', { tag });
    scene.request('BYE', { tag, sequence: 3 });
  });

  it('and re-INVITEs while we do, both get 491 and neither loses the call', async () => {
    const tag = establish();
    const changed = call.reinvite('ours');
    scene.pass();
    scene.request('INVITE', { tag, sequence: 2, body: 'theirs' });
    expect(scene.peer.statuses.at(-1)).toBe(491);
    scene.request('ACK', { tag, sequence: 2 });
    scene.peer.reply(scene.peer.requests('INVITE')[0]!, 491);
    scene.pass();
    scene.pass(milliseconds(2_100));
    const again = scene.peer.requests('INVITE').at(-1)!;
    expect(again.cseq.sequence).toBe(2);
    scene.peer.reply(again, 200, [['Contact', '<sip:wire@10.0.0.1>']], 'answer to ours');
    scene.pass();
    expect([(await changed).status, answers]).toEqual([200, ['answer to ours']]);
    scene.request('BYE', { tag, sequence: 3 });
  });

  it('and says BYE while its re-INVITE waits gets 487 for that one', () => {
    const tag = establish();
    let answer: (value: { status: number }) => void = () => undefined;
    call.onOffer = () => new Promise((resolve) => (answer = resolve));
    scene.request('INVITE', { tag, sequence: 2, body: 'offer' });
    scene.request('BYE', { tag, sequence: 3 });
    expect(scene.peer.statuses.slice(-2).sort()).toEqual([200, 487]);
    answer({ status: 200 });
    scene.request('ACK', { tag, sequence: 2, branch: 'z9hG4bK-INVITE-2-call-1' });
    expect(ends).toHaveLength(1);
  });
});
