import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Sipp } from '../support/sipp/sipp.js';
import { ANSWERED_CALL, SippScene } from '../support/sipp/sipp-scene.js';
import {
  ack,
  ackRefusal,
  bye,
  description,
  invite,
  pause,
  receive,
  reinvite,
  request,
} from '../support/sipp/story.js';
import { until } from '../support/until.js';

let scene: SippScene;

beforeEach(async () => {
  scene = await SippScene.start();
});

afterEach(async () => {
  await scene.close();
});

describe('Within a call', () => {
  it('a request whose CSeq runs backwards gets 500, and does nothing', async () => {
    scene.proves('Wrong CSeq');
    // sipp does not take the refusal for the answer to this BYE, so it is looked up afterwards.
    const trace = await scene.play(
      [...ANSWERED_CALL, request('INFO', { cseq: 7 }), receive(200), bye(5), pause(300), bye(8), pause(200)],
      { lenient: true },
    );
    const ends = trace.received.filter((message) => /^CSeq: \d BYE/m.test(message));
    expect(ends.map((message) => message.slice(0, 11))).toEqual(['SIP/2.0 500', 'SIP/2.0 200']);
    await scene.expectOneCall();
  });

  it('a re-INVITE without an offer gets one, and its ACK answers', async () => {
    scene.proves('re-INVITE without SDP');
    await scene.play([
      ...ANSWERED_CALL,
      reinvite(2, { body: '' }),
      receive(100, 'optional'),
      receive(200, { matching: 'm=audio' }),
      ack(2, { body: description({ version: 2 }) }),
      pause(200),
      bye(3),
      receive(200),
    ]);
    await scene.expectOneCall();
  });

  it.each([
    ['a=sendonly', description({ direction: 'sendonly', version: 2 }), 'a=recvonly'],
    ['a=inactive', description({ direction: 'inactive', version: 2 }), 'a=inactive'],
    ['the address 0.0.0.0', description({ address: '0.0.0.0', version: 2 }), 'm=audio'],
  ])('it is held by %s and resumed, and the alarm goes on', async (dialect, hold, answered) => {
    scene.proves(`Hold by ${dialect}, and resume`);
    const call = Sipp.start({
      to: scene.siren.sipAddress,
      extension: '1001',
      story: [
        ...ANSWERED_CALL,
        reinvite(2, { body: hold }),
        receive(100, 'optional'),
        receive(200, { matching: answered }),
        ack(2),
        pause(400),
        reinvite(3, { body: description({ version: 3 }) }),
        receive(100, 'optional'),
        receive(200, { matching: 'a=sendrecv' }),
        ack(3),
        pause(400),
        bye(4),
        receive(200),
      ],
    });
    const isHeld = () => scene.siren.device.calls.list()[0]?.held;
    await until('the call to be held', () => (isHeld() ? true : undefined));
    expect(scene.siren.device.siren.status().light[0]).toMatchObject({
      profile: 'Evacuation',
      running: true,
    });
    await until('the call to be resumed', () => (isHeld() === false ? true : undefined));
    await (await call).finished();
    await scene.expectOneCall();
  });

  it('a re-INVITE moves to another codec', async () => {
    scene.proves('Another codec by re-INVITE');
    const alaw = description({ version: 2 }).replace('RTP/AVP 0 8 101', 'RTP/AVP 8 101');
    await scene.play([
      ...ANSWERED_CALL,
      reinvite(2, { body: alaw }),
      receive(100, 'optional'),
      receive(200, { matching: 'RTP/AVP 8' }),
      ack(2),
      pause(200),
      bye(3),
      receive(200),
    ]);
    await scene.expectOneCall();
  });

  it('a re-INVITE with nothing that the siren has gets 488, and the call goes on as it was', async () => {
    scene.proves('re-INVITE that cannot be met');
    const foreign = description({ version: 2 }).replace(/^m=.*$/m, 'm=audio [media_port] RTP/AVP 18');
    await scene.play([
      ...ANSWERED_CALL,
      reinvite(2, { body: foreign }),
      receive(100, 'optional'),
      receive(488),
      request('ACK', { cseq: 2, transaction: '2-INVITE' }),
      pause(200),
      bye(3),
      receive(200),
    ]);
    await scene.expectOneCall();
  });

  it('an UPDATE is answered, with an offer and without one', async () => {
    scene.proves('UPDATE');
    await scene.play([
      ...ANSWERED_CALL,
      request('UPDATE', { cseq: 2 }),
      receive(200),
      request('UPDATE', { cseq: 3, body: description({ version: 2 }) }),
      receive(200, { matching: 'm=audio' }),
      bye(4),
      receive(200),
    ]);
    await scene.expectOneCall();
  });

  it.each([
    [
      'INFO of an unknown kind',
      request('INFO', { cseq: 2, body: 'x', contentType: 'text/x-nonsense' }),
      [200, 415],
    ],
    [
      'NOTIFY without a subscription',
      request('NOTIFY', { cseq: 2, headers: ['Event: refer', 'Subscription-State: active'] }),
      [481, 489],
    ],
    ['SUBSCRIBE', request('SUBSCRIBE', { cseq: 2, headers: ['Event: nonsense', 'Expires: 60'] }), [489]],
    ['REFER', request('REFER', { cseq: 2, headers: ['Refer-To: <sip:elsewhere@[remote_ip]>'] }), [405, 603]],
    ['a method nobody knows', request('DANCE', { cseq: 2 }), [405, 501]],
  ])('%s is refused without harm', async (what, message, expected) => {
    scene.proves(`Refused within a call: ${what}`);
    const trace = await scene.play([...ANSWERED_CALL, message, pause(300), bye(3), pause(300)], {
      lenient: true,
    });
    const refusal = trace.received.find((one) => /^CSeq: 2 /m.test(one));
    expect(expected).toContain(Number(/^SIP\/2\.0 (\d+)/.exec(refusal ?? '')?.[1]));
    await scene.expectOneCall();
  });
});

describe('Provisional responses', () => {
  it('are reliable where the caller requires it, and are acknowledged by PRACK', async () => {
    scene.proves('PRACK');
    await scene.ringFor(1);
    await scene.play([
      invite({ headers: ['Require: 100rel'] }),
      receive(100, 'optional'),
      receive(180, { matching: 'Require: 100rel' }),
      request('PRACK', { cseq: 2, headers: ['RAck: [$rseq] 1 INVITE'] }),
      receive(200, { isOfDialog: false }),
      receive(200),
      ack(),
      bye(3),
      receive(200),
    ]);
    await scene.expectOneCall();
  });

  it('are repeated until the PRACK comes, and a PRACK for another one gets 481', async () => {
    scene.proves('Late and wrong PRACK');
    await scene.ringFor(3);
    const trace = await scene.play([
      invite({ headers: ['Require: 100rel'] }),
      receive(100, 'optional'),
      receive(180),
      pause(1_200),
      request('PRACK', { cseq: 2, headers: ['RAck: 99 1 INVITE'] }),
      receive(481),
      request('PRACK', { cseq: 3, headers: ['RAck: [$rseq] 1 INVITE'] }),
      receive(200, { isOfDialog: false }),
      receive(200),
      ack(),
      bye(4),
      receive(200),
    ]);
    expect(trace.statuses.filter((status) => status === 180).length).toBeGreaterThan(1);
    await scene.expectOneCall();
  });
});

describe('Session timers', () => {
  it('that are too short get 422 with the shortest that is taken', async () => {
    scene.proves('Session timer too short');
    await scene.play([
      invite({ headers: ['Supported: timer', 'Session-Expires: 30'] }),
      receive(100, 'optional'),
      receive(422, { matching: 'Min-SE: 90' }),
      ackRefusal(),
      invite({ cseq: 2, headers: ['Supported: timer', 'Session-Expires: 90', 'Min-SE: 90'] }),
      receive(100, 'optional'),
      receive(200, { matching: 'Session-Expires: 90' }),
      ack(2),
      bye(3),
      receive(200),
    ]);
    await scene.expectOneCall();
  });
});
