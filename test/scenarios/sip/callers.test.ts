import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { minutes, seconds } from '../../../src/base/duration.js';
import { DigestClient } from '../../../src/sip/auth/index.js';
import type { CallerVerdict, IncomingInvite, RequestStep, SessionEnd } from '../../../src/sip/index.js';
import { parseUri, SipRequest, type SipResponse } from '../../../src/sip/message/index.js';
import { WireScene, type RequestDetails } from './wire-peer.js';

const CONTACT: [string, string][] = [['Contact', '<sip:wire@10.0.0.1>']];

let scene: WireScene;
let calls: IncomingInvite[];
let ends: SessionEnd[];

beforeEach(async () => {
  scene = await WireScene.create();
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

describe('A caller that is ignored', () => {
  it('hears nothing, whatever it sends again, and comes to nobody twice', () => {
    scene.request('INVITE', { body: 'offer' });
    calls[0]!.drop();
    scene.pass(seconds(1));
    scene.request('INVITE', { body: 'offer' });
    scene.request('INVITE', { body: 'offer', branch: 'z9hG4bK-another-way' });
    scene.request('CANCEL', { branch: 'z9hG4bK-INVITE-1-call-1' });
    scene.request('ACK', { branch: 'z9hG4bK-INVITE-1-call-1' });
    scene.pass(seconds(33));
    expect(scene.peer.received).toEqual([]);
    expect([calls.length, ends]).toEqual([1, [{ by: 'local' }]]);
    expect(scene.endpoint.counts.transactions.inviteServer).toBe(0);
  });

  it('cannot be answered any more', () => {
    scene.request('INVITE', { body: 'offer' });
    calls[0]!.drop();
    calls[0]!.progress(180);
    calls[0]!.accept({ body: 'answer' });
    calls[0]!.reject(486);
    scene.pass(seconds(40));
    expect(scene.peer.received).toEqual([]);
  });

  it('whose call was answered is not ignored', () => {
    scene.request('INVITE', { body: 'offer' });
    calls[0]!.reject(486);
    calls[0]!.drop();
    scene.pass();
    scene.request('ACK', { branch: 'z9hG4bK-INVITE-1-call-1', tag: scene.peer.responses[0]!.toTag });
    expect(scene.peer.statuses).toEqual([486]);
  });
});

describe('A caller that must know the password', () => {
  const secret = { realm: 'siren', password: 'right' };
  let verdicts: CallerVerdict[];

  beforeEach(() => {
    verdicts = [];
    scene.endpoint.onInvite = (call) => {
      const verdict = call.authenticate(secret);
      verdicts.push(verdict);
      if (verdict === 'known') call.reject(486);
    };
  });

  /** Sends an INVITE with credentials and acknowledges its refusal. */
  function invite(sequence: number, authorization?: string): SipResponse {
    const details: RequestDetails = {
      sequence,
      body: 'offer',
      ...(authorization === undefined ? {} : { extra: [`Authorization: ${authorization}`] }),
    };
    scene.request('INVITE', details);
    const response = scene.peer.responses.at(-1)!;
    scene.request('ACK', { branch: `z9hG4bK-INVITE-${sequence}-call-1`, tag: response.toTag, sequence });
    return response;
  }

  /** What an honest client makes of a challenge. */
  function answerTo(challenge: SipResponse, password: string): string {
    const client = new DigestClient({
      credentials: { username: 'anybody', password },
      scope: { hosts: ['10.0.0.2'] },
    });
    const request = new SipRequest({
      method: 'INVITE',
      uri: parseUri('sip:1001@10.0.0.2'),
      headers: [
        ['From', '<sip:wire@10.0.0.1>;tag=wire'],
        ['To', '<sip:1001@10.0.0.2>'],
      ],
      body: 'offer',
    });
    const target = { protocol: 'udp', address: '10.0.0.2', port: 5060 } as const;
    return client.answer(challenge, request, target)![0]![1];
  }

  it('is challenged with SHA-256 and MD5, and known by the right answer', () => {
    const challenge = invite(1);
    expect(challenge.status).toBe(401);
    expect(
      challenge.headers.all('WWW-Authenticate').map((line) => /algorithm=([^,]+)/.exec(line)![1]),
    ).toEqual(['SHA-256', 'MD5']);
    expect(invite(2, answerTo(challenge, 'right')).status).toBe(486);
    expect(verdicts).toEqual(['challenged', 'known']);
  });

  it('is told wrong by a wrong answer, and by one that was heard before', () => {
    const challenge = invite(1);
    expect(invite(2, answerTo(challenge, 'guessed')).status).toBe(401);
    const right = answerTo(challenge, 'right');
    invite(3, right);
    expect(invite(4, right).status).toBe(401);
    expect(verdicts).toEqual(['challenged', 'wrong', 'known', 'wrong']);
  });

  it('with an old nonce is challenged again, not told wrong', () => {
    const challenge = invite(1);
    const answer = answerTo(challenge, 'right');
    scene.pass(minutes(6));
    expect(invite(2, answer).headers.first('WWW-Authenticate')).toContain('stale=true');
    expect(
      invite(3, 'Digest realm="siren", username="a", nonce="x", uri="sip:1001@10.0.0.2", response="0"')
        .status,
    ).toBe(401);
    expect(verdicts).toEqual(['challenged', 'challenged', 'challenged']);
  });

  it('whose name is asked for too must give that name', () => {
    scene.endpoint.onInvite = (call) => {
      verdicts.push(call.authenticate({ ...secret, username: 'somebody' }));
    };
    const challenge = invite(1);
    invite(2, answerTo(challenge, 'right'));
    expect(verdicts).toEqual(['challenged', 'wrong']);
  });
});

describe('A peer that is asked whether the call is still there', () => {
  async function ask(answer: (options: SipRequest) => void): Promise<boolean> {
    scene.request('INVITE', { body: 'offer' });
    calls[0]!.accept({ body: 'answer' });
    scene.pass();
    scene.request('ACK', { tag: scene.peer.responses.at(-1)!.toTag });
    const alive = calls[0]!.isAlive();
    scene.pass();
    answer(scene.peer.requests('OPTIONS')[0]!);
    scene.pass();
    const result = await alive;
    expect(calls[0]!.state).toBe('confirmed');
    scene.request('BYE', { tag: scene.peer.responses.at(-1)!.toTag, sequence: 2 });
    return result;
  }

  it.each([
    [200, true],
    [405, true],
    [500, true],
    [481, false],
  ])('and says %i is taken for alive: %s', async (status, alive) => {
    expect(await ask((options) => scene.peer.reply(options, status))).toBe(alive);
  });

  it('and says nothing is neither, and the session stays as it is', async () => {
    await expect(ask(() => scene.pass(seconds(33)))).rejects.toMatchObject({ code: 'TIMEOUT' });
    scene.request('BYE', { tag: scene.peer.responses.at(-1)!.toTag, sequence: 2 });
  });

  it('and for whom somebody on the way says 408 may be there', async () => {
    await expect(ask((options) => scene.peer.reply(options, 408))).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(calls[0]!.state).toBe('confirmed');
    scene.request('BYE', { tag: scene.peer.responses.at(-1)!.toTag, sequence: 2 });
  });

  it('is not asked once the call is over', async () => {
    scene.request('INVITE', { body: 'offer' });
    calls[0]!.reject(486);
    scene.pass();
    scene.request('ACK', { branch: 'z9hG4bK-INVITE-1-call-1', tag: scene.peer.responses[0]!.toTag });
    expect(await calls[0]!.isAlive()).toBe(false);
    expect(scene.peer.requests('OPTIONS')).toEqual([]);
  });
});

describe('The steps of a call that we place', () => {
  function place(to: string): RequestStep[] {
    const steps: RequestStep[] = [];
    const call = scene.endpoint.invite({
      to,
      from: 'sip:siren@10.0.0.2',
      body: 'offer',
      onStep: (step) => steps.push(step),
    });
    call.onEnd = (end) => ends.push(end);
    scene.pass();
    return steps;
  }

  it('are addresses, sending and responses over UDP', () => {
    const steps = place('sip:wire@10.0.0.1');
    const [invite] = scene.peer.requests('INVITE');
    scene.peer.reply(invite!, 180);
    scene.peer.reply(invite!, 486);
    scene.pass();
    expect(steps).toEqual([
      { step: 'resolved', targets: ['udp 10.0.0.1:5060'] },
      { step: 'sent', method: 'INVITE', remote: 'udp 10.0.0.1:5060', attempt: 1 },
      { step: 'response', method: 'INVITE', status: 180, reason: 'Ringing' },
      { step: 'response', method: 'INVITE', status: 486, reason: 'Busy Here' },
    ]);
  });

  it('are told with the connection over TCP', () => {
    const steps = place('sip:wire@10.0.0.1;transport=tcp');
    const [invite] = scene.peer.requests('INVITE');
    scene.peer.reply(invite!, 200, CONTACT, 'answer');
    scene.pass();
    expect(steps.map(({ step }) => step)).toEqual(['resolved', 'connected', 'sent', 'response']);
    expect(steps[1]).toEqual({ step: 'connected', protocol: 'tcp', remote: '10.0.0.1:5060' });
  });

  it('end where nothing listens', () => {
    const steps = place('sip:wire@10.0.0.77');
    expect(steps.map(({ step }) => step)).toEqual(['resolved', 'sent']);
    expect(ends[0]!.by).toBe('failure');
  });
});
