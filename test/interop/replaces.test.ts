import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SippScene } from '../support/sipp/sipp-scene.js';
import { ack, ackRefusal, bye, invite, pause, receive } from '../support/sipp/story.js';

let scene: SippScene;

beforeEach(async () => {
  scene = await SippScene.start();
});

afterEach(async () => {
  await scene.close();
});

describe('Replaces', () => {
  it('is refused where it names a call that runs: nobody takes an alarm over', async () => {
    scene.proves('Replaces of a running call');
    const trace = await scene.play(
      [
        invite(),
        receive(100, 'optional'),
        receive(200),
        ack(),
        invite({
          tag: 'thief',
          cseq: 1,
          transaction: 'theft',
          headers: ['Replaces: [call_id];to-tag=[$bareTag];from-tag=[pid]s[call_number]'],
          callId: 'thief///[call_id]',
        }),
        pause(300),
        bye(),
        pause(200),
      ],
      { lenient: true },
    );
    expect(trace.statuses).toContain(603);
    await scene.expectOneCall();
  });

  it('of a call that does not exist gets 481', async () => {
    scene.proves('Replaces without a match');
    await scene.play([
      invite({ headers: ['Replaces: nobody@nowhere;to-tag=1;from-tag=2'] }),
      receive(100, 'optional'),
      receive(481),
      ackRefusal(),
    ]);
    expect(scene.siren.events('activity')).toEqual([]);
  });
});
