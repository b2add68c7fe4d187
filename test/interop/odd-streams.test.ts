import { afterEach, beforeEach, describe, it } from '@jest/globals';
import { DribblingRelay } from '../support/dribbling-relay.js';
import { ANSWERED_CALL, SippScene } from '../support/sipp/sipp-scene.js';
import { ack, bye, invite, pause, receive } from '../support/sipp/story.js';

let scene: SippScene;

beforeEach(async () => {
  scene = await SippScene.start();
});

afterEach(async () => {
  await scene.close();
});

describe('A stream', () => {
  it.each([
    ['one octet at a time', 1],
    ['seven octets at a time', 7],
    ['several messages at once', 0],
  ] as const)('that arrives %s carries a call', async (how, octets) => {
    scene.proves(`TCP, ${how}`);
    const relay = await DribblingRelay.start(scene.siren.sipPort, octets);
    try {
      await scene.play([...ANSWERED_CALL, bye(), receive(200)], { to: relay.address, transport: 'tcp' });
      await scene.expectOneCall();
    } finally {
      await relay.close();
    }
  });
});

describe('An INVITE with much in it', () => {
  const many = Array.from({ length: 100 }, (_, index) => `X-Filling-${index}: ${'x'.repeat(100)}`);

  it('is taken over TCP: a hundred headers and eleven kilobytes', async () => {
    scene.proves('Large headers by TCP');
    await scene.play(
      [
        invite({ headers: many }),
        receive(100, 'optional'),
        receive(200),
        ack(),
        pause(200),
        bye(),
        receive(200),
      ],
      { transport: 'tcp' },
    );
    await scene.expectOneCall();
  });

  it('is taken over UDP in fragments', async () => {
    scene.proves('Large headers by UDP, in fragments');
    await scene.play([
      invite({ headers: many.slice(0, 60) }),
      receive(100, 'optional'),
      receive(200),
      ack(),
      pause(200),
      bye(),
      receive(200),
    ]);
    await scene.expectOneCall();
  });
});
