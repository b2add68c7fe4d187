import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { minutes, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { MediaEngine } from '../media/media-engine.js';
import type { MediaSession } from '../media/media-session.js';
import { accountSchema } from './account.js';
import { NO_CERTIFICATES, toSignalingAccount } from './signaling-account.js';
import type { CallEnd, OutgoingCallOptions, SignalingCall } from './signaling.js';
import { TestCall } from './test-call.js';
import type { TestCallReport } from './test-call-report.js';
import { wordsOfMedia, wordsOfRefusal } from './test-call-words.js';

const PBX = accountSchema.parse({
  id: 'pbx',
  mode: 'registered',
  userId: 'siren',
  password: 'secret',
  registrar: 'pbx.example.com',
  transport: 'tcp',
});

const ANSWER = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 0',
  '',
].join('\r\n');

let clock: FakeClock;
let engine: MediaEngine;

beforeEach(() => {
  clock = new FakeClock();
  engine = new MediaEngine({
    clock,
    log: silentLog,
    address: '127.0.0.1',
    firstPort: 31_000,
    maxSessions: 2,
  });
});

afterEach(async () => {
  await engine.close();
  expect(clock.pending).toEqual([]);
});

/** A test call whose signaling is told by the test: `placed` is what the engine was given. */
async function start(account = PBX) {
  const media: MediaSession = await engine.createSession({
    advertisedAddress: '127.0.0.1',
    codecs: ['PCMU'],
  });
  const ended: (string | undefined)[] = [];
  let placed: OutgoingCallOptions | undefined;
  const call: SignalingCall = {
    end: (reason) => void ended.push(reason),
    renegotiate: () => Promise.resolve(),
    sendInfoKey: () => Promise.resolve(),
    isAlive: () => Promise.resolve(true),
  };
  const report = new TestCall({
    clock,
    signaling: {
      placeCall: (options) => {
        placed = options;
        return call;
      },
    },
    media,
    account: toSignalingAccount(account, NO_CERTIFICATES),
    from: 'sip:siren@pbx.example.com',
    to: 'sip:900@pbx.example.com',
    seconds: 3,
    timeoutSeconds: 20,
  }).run();
  if (placed === undefined) throw new Error('no call was placed');
  return { report, ended, placed };
}

const lastOf = (report: TestCallReport) => report.steps.at(-1);

describe('a test call', () => {
  it('tells each step with the time that it took', async () => {
    const { report, ended, placed } = await start();
    const step = placed.onStep!;
    clock.advance(seconds(0.05));
    step({ step: 'resolved', targets: ['tcp 192.0.2.7:5060'] });
    clock.advance(seconds(0.1));
    step({ step: 'connected', protocol: 'tcp', remote: '192.0.2.7:5060' });
    step({ step: 'sent', method: 'INVITE', remote: 'tcp 192.0.2.7:5060', attempt: 1 });
    step({ step: 'response', method: 'INVITE', status: 401, reason: 'Unauthorized' });
    step({ step: 'sent', method: 'INVITE', remote: 'tcp 192.0.2.7:5060', attempt: 2 });
    step({ step: 'response', method: 'INVITE', status: 100, reason: 'Trying' });
    clock.advance(seconds(1));
    placed.user.onProgress(180, 'Ringing', undefined);
    clock.advance(seconds(2));
    placed.user.onAnswer(ANSWER);
    placed.user.onEstablished();
    clock.advance(seconds(3));
    expect(ended).toEqual(['the test is over']);
    clock.advance(seconds(0.2));
    placed.user.onEnd({ by: 'local' });
    expect((await report).steps.map(({ step: name, ok, milliseconds }) => [name, ok, milliseconds])).toEqual([
      ['resolve', true, 50],
      ['connect', true, 100],
      ['invite', true, 0],
      ['provisional', true, 1_000],
      ['answer', true, 2_000],
      // Nobody sends anything in this test.
      ['media', false, 3_000],
      ['hangUp', true, 200],
    ]);
    expect((await report).summary).toContain('no audio came back in 3 s');
  });

  it('ends in time although the other side confirms nothing, or nothing happens at all', async () => {
    const silent = await start();
    silent.placed.user.onAnswer(ANSWER);
    silent.placed.user.onEstablished();
    clock.advance(seconds(8));
    expect(lastOf(await silent.report)).toMatchObject({ step: 'hangUp', ok: false });
    const stuck = await start();
    clock.advance(minutes(1));
    expect(await stuck.report).toMatchObject({ ok: false });
    expect(stuck.ended).toHaveLength(1);
  });

  it('puts a failure down to the step that did not come', async () => {
    const fail = async (
      end: CallEnd,
      ...steps: Parameters<NonNullable<OutgoingCallOptions['onStep']>>[0][]
    ) => {
      const { report, placed } = await start();
      for (const step of steps) placed.onStep?.(step);
      placed.user.onEnd(end);
      return lastOf(await report);
    };
    const resolved = { step: 'resolved', targets: ['tcp 192.0.2.7:5060'] } as const;
    const connected = { step: 'connected', protocol: 'tcp', remote: '192.0.2.7:5060' } as const;
    const ringing = { step: 'response', method: 'INVITE', status: 180, reason: 'Ringing' } as const;
    expect(await fail({ by: 'failure', reason: 'no such name' })).toMatchObject({
      step: 'resolve',
      detail: 'no such name',
    });
    expect(await fail({ by: 'failure', reason: 'refused' }, resolved)).toMatchObject({ step: 'connect' });
    expect(await fail({ by: 'failure', reason: 'the certificate is of another' }, resolved)).toMatchObject({
      step: 'tls',
    });
    expect(await fail({ by: 'timeout' }, resolved, connected)).toMatchObject({
      step: 'invite',
      detail: expect.stringContaining('192.0.2.7:5060'),
    });
    expect(
      await fail({ by: 'failure', status: 486, reason: 'Busy Here' }, resolved, connected, ringing),
    ).toMatchObject({
      step: 'answer',
      detail: '486 Busy Here: the other side is busy',
    });
  });

  it('tells that the other side hung up first', async () => {
    const { report, placed } = await start();
    placed.user.onAnswer(ANSWER);
    placed.user.onEstablished();
    clock.advance(seconds(1.5));
    placed.user.onEnd({ by: 'remote' });
    expect(lastOf(await report)).toMatchObject({
      step: 'hangUp',
      ok: true,
      detail: 'the other side hung up after 1.5 s',
    });
  });

  it('tells of an answer that does not fit, and hangs up', async () => {
    const { report, placed, ended } = await start();
    placed.user.onAnswer(ANSWER.replace('RTP/AVP 0', 'RTP/AVP 9'));
    expect(ended).toHaveLength(1);
    placed.user.onEnd({ by: 'local' });
    expect((await report).steps.find((step) => !step.ok)).toMatchObject({
      step: 'media',
      detail: expect.stringContaining('does not fit'),
    });
  });

  it('tells of a call that could not even be placed', async () => {
    const media = await engine.createSession({ advertisedAddress: '127.0.0.1', codecs: ['PCMU'] });
    const report = await new TestCall({
      clock,
      signaling: {
        placeCall: () => {
          throw new Error('the stack is at its limit');
        },
      },
      media,
      account: toSignalingAccount(PBX, NO_CERTIFICATES),
      from: 'sip:a@b',
      to: 'sip:c@d',
      seconds: 1,
      timeoutSeconds: 1,
    }).run();
    expect(report).toMatchObject({ ok: false, summary: expect.stringContaining('at its limit') });
  });
});

describe('the words of a test call', () => {
  it('say what a status means, and repeat one that nobody knows', () => {
    expect(wordsOfRefusal({ by: 'failure', status: 404, reason: 'Not Found' })).toContain(
      'no such extension',
    );
    expect(wordsOfRefusal({ by: 'failure', status: 499, reason: 'Odd' })).toBe('499 Odd');
    expect(wordsOfRefusal({ by: 'failure', status: 302, reason: 'Moved' })).toContain('points elsewhere');
    expect(wordsOfRefusal({ by: 'timeout' })).toContain('firewalls');
    expect(wordsOfRefusal({ by: 'failure' })).toBe('the call failed');
  });

  it('judge the audio', () => {
    const media = {
      sent: 100,
      octetsSent: 0,
      received: 80,
      octetsReceived: 0,
      lost: 20,
      duplicates: 0,
      ignored: 0,
      jitter: 1.23,
      lossPercent: 20,
      codec: 'G722',
      encryption: 'AES_CM_128_HMAC_SHA1_80',
      levelDecibels: -80,
    } as const;
    const { ok, detail } = wordsOfMedia(media, 2);
    expect(ok).toBe(false);
    expect(detail).toMatch(
      /loss 20\.0 %, jitter 1\.2 ms, silence came back, G722, encrypted with AES_CM_128_HMAC_SHA1_80: so much/,
    );
    expect(wordsOfMedia({ ...media, lost: 1, lossPercent: 1 }, 2).ok).toBe(true);
  });
});
