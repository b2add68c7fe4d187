import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SippScene } from '../support/sipp/sipp-scene.js';
import {
  ack,
  ackRefusal,
  answer,
  bye,
  cancel,
  description,
  expectRequest,
  invite,
  pause,
  receive,
} from '../support/sipp/story.js';

let scene: SippScene;

beforeEach(async () => {
  scene = await SippScene.start();
});

afterEach(async () => {
  await scene.close();
});

describe('The ACK', () => {
  it('comes late: the 200 is sent again until then, and the alarm sounds all the time', async () => {
    scene.proves('Late ACK');
    const trace = await scene.play([
      invite(),
      receive(100, 'optional'),
      receive(200),
      pause(1_800),
      ack(),
      pause(300),
      bye(),
      receive(200),
    ]);
    expect(trace.statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(4);
    await scene.siren.event('call.state', (event) => event.state === 'Idle');
    expect(scene.reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
    expect(scene.siren.events('activity').map((event) => event.change)).not.toContain('interrupted');
  });

  it('never comes: the 200 is sent again for 32 seconds, then the siren hangs up', async () => {
    scene.proves('Lost ACK');
    // A peer without RTP would be asked meanwhile whether it is still there, which this story has no place for.
    await scene.siren.device.config.update('sip', (sip) => ({ ...sip, rtpSilenceSeconds: 0 }));
    const trace = await scene.play(
      [invite(), receive(100, 'optional'), receive(200), expectRequest('BYE'), answer('200 OK')],
      { patience: { message: 40, run: 45 } },
    );
    expect(trace.statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(10);
    await scene.siren.event('call.state', (event) => event.state === 'Idle');
    expect(scene.siren.device.siren.status()).toEqual({ light: [], siren: [] });
  }, 60_000);

  it('never comes, but a BYE does: the call is over', async () => {
    scene.proves('BYE without ACK');
    await scene.play([invite(), receive(100, 'optional'), receive(200), bye(), receive(200), pause(1_200)]);
    await scene.siren.event('call.state', (event) => event.state === 'Idle');
    expect(scene.reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });
});

describe('A CANCEL', () => {
  it('comes before anything has been heard of the INVITE', async () => {
    scene.proves('CANCEL before 100');
    await scene.ringFor();
    await scene.play([invite(), cancel(), receive(200), receive(487), ackRefusal()], { lenient: true });
    await scene.siren.event('call.state', (event) => event.state === 'Idle');
    expect(scene.reasons()).toEqual(['NoAnswer']);
    expect(scene.siren.events('activity')).toEqual([]);
  });

  it('comes after the 200: it is taken note of, and the call goes on until the BYE', async () => {
    scene.proves('CANCEL after 200');
    await scene.play([
      invite(),
      receive(100, 'optional'),
      receive(200),
      cancel(),
      receive(200, { matching: 'CSeq: 1 CANCEL', isOfDialog: false }),
      ack(),
      pause(200),
      bye(),
      receive(200),
    ]);
    await scene.siren.event('call.state', (event) => event.state === 'Idle');
    expect(scene.reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });

  it('is of an INVITE that nobody knows: 481, and the call goes on', async () => {
    scene.proves('CANCEL of an unknown INVITE');
    await scene.play([
      invite(),
      receive(100, 'optional'),
      receive(200),
      ack(),
      cancel({ transaction: 'never-sent' }),
      receive(481),
      pause(100),
      bye(),
      receive(200),
    ]);
    await scene.siren.event('call.state', (event) => event.state === 'Idle');
    expect(scene.reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });
});

describe('A BYE', () => {
  it('comes twice: the second one finds no call', async () => {
    scene.proves('Second BYE');
    await scene.play([
      invite(),
      receive(100, 'optional'),
      receive(200),
      ack(),
      bye(2),
      receive(200),
      bye(3),
      receive(481),
    ]);
    expect(scene.reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });

  it('is repeated, because its answer was lost: it is answered again', async () => {
    scene.proves('Repeated BYE');
    const trace = await scene.play(
      [
        invite(),
        receive(100, 'optional'),
        receive(200),
        ack(),
        bye(),
        receive(200),
        bye(),
        bye(),
        pause(300),
      ],
      { lenient: true },
    );
    expect(trace.statuses).not.toContain(481);
    expect(trace.received.filter((message) => message.includes('CSeq: 2 BYE')).length).toBeGreaterThanOrEqual(
      3,
    );
    expect(scene.reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });

  it('comes before the 200, while it rings: the INVITE ends with 487', async () => {
    scene.proves('BYE while it rings');
    await scene.ringFor();
    await scene.play([
      invite(),
      receive(100, 'optional'),
      receive(180),
      bye(),
      receive(200),
      receive(487),
      ackRefusal(),
    ]);
    await scene.siren.event('call.state', (event) => event.state === 'Idle');
    expect(scene.reasons()).toEqual(['NoAnswer']);
  });

  it('comes from somebody who guesses the tags wrong: 481, and the alarm goes on', async () => {
    scene.proves('Foreign BYE');
    await scene.play([
      invite(),
      receive(100, 'optional'),
      receive(200),
      ack(),
      bye(2, { tag: 'guessed' }),
      receive(481),
      pause(200),
      bye(3),
      receive(200),
    ]);
    expect(scene.reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });
});

describe('An INVITE', () => {
  it('is sent ten times over: one call', async () => {
    scene.proves('Retransmission storm');
    await scene.ringFor();
    const storm = Array.from({ length: 10 }, () => invite());
    const trace = await scene.play(
      [
        ...storm,
        pause(300),
        cancel(),
        receive(200),
        receive(487),
        ackRefusal(),
        ...storm,
        ackRefusal(),
        pause(300),
      ],
      { lenient: true },
    );
    expect(new Set(trace.statuses)).toEqual(new Set([180, 200, 487]));
    await scene.siren.event('call.state', (event) => event.state === 'Idle');
    expect(scene.siren.events('call.state').filter((event) => event.state === 'Ringing')).toHaveLength(1);
    expect(scene.reasons()).toEqual(['NoAnswer']);
  });

  it('arrives a second time by another way, as a fork would: 482', async () => {
    scene.proves('Merged request');
    await scene.ringFor();
    await scene.play([
      invite(),
      receive(100, 'optional'),
      receive(180),
      invite({ transaction: 'other-way' }),
      receive(100, 'optional'),
      receive(482),
      ackRefusal({ transaction: 'other-way' }),
      cancel(),
      receive(200),
      receive(487),
      ackRefusal(),
    ]);
    await scene.siren.event('call.state', (event) => event.state === 'Idle');
    expect(scene.reasons()).toEqual(['NoAnswer']);
  });

  it('requires what nobody knows: 420 names it', async () => {
    scene.proves('Unknown Require');
    await scene.play([
      invite({ headers: ['Require: nonsense', 'Require: 100rel, humbug'] }),
      receive(100, 'optional'),
      receive(420, { matching: 'Unsupported:.*nonsense.*humbug' }),
      ackRefusal(),
    ]);
    expect(scene.siren.events('call.state')).toEqual([]);
  });

  it('brings no offer: the siren offers, and the ACK answers', async () => {
    scene.proves('Late offer');
    const trace = await scene.play([
      invite({ body: '' }),
      receive(100, 'optional'),
      receive(200, { matching: 'm=audio' }),
      ack(1, { body: description() }),
      pause(300),
      bye(),
      receive(200),
    ]);
    expect(trace.statuses).toContain(200);
    expect(scene.reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });

  it('comes through a proxy that kept its Route: it is taken, the route being ours', async () => {
    scene.proves('Route to the siren itself');
    await scene.play([
      invite({ headers: ['Route: <sip:[remote_ip]:[remote_port];lr>'] }),
      receive(100, 'optional'),
      receive(200),
      ack(),
      bye(),
      receive(200),
    ]);
    expect(scene.reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });
});
