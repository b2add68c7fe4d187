import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { Sipp, type SippOptions, type SippTrace } from '../support/sipp/sipp.js';
import {
  ack,
  ackRefusal,
  bye,
  answer,
  cancel,
  description,
  expectRequest,
  invite,
  pause,
  receive,
  type Story,
} from '../support/sipp/story.js';
import { TestDevice } from '../support/test-device.js';

let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start();
});

afterEach(async () => {
  await siren.close();
});

function play(story: Story, more: Partial<SippOptions> = {}): Promise<SippTrace> {
  return Sipp.run({ to: siren.sipAddress, extension: '1001', story, ...more });
}

function proves(feature: string): void {
  recordInterop({ peer: 'sipp', version: programVersion('sipp'), feature });
}

/** Makes every call ring until somebody answers it. */
async function ringOnly(): Promise<void> {
  await siren.device.config.update('accounts', (accounts) =>
    accounts.map((one) => ({ ...one, answerAutomatically: false })),
  );
}

function reasons(): string[] {
  return siren.events('call.stateChange').map((event) => event.reason);
}

describe('The ACK', () => {
  it('comes late: the 200 is sent again until then, and the alarm sounds all the time', async () => {
    proves('Late ACK');
    const trace = await play([
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
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
    expect(siren.events('activity').map((event) => event.change)).not.toContain('interrupted');
  });

  it('never comes: the 200 is sent again for 32 seconds, then the siren hangs up', async () => {
    proves('Lost ACK');
    const trace = await play(
      [invite(), receive(100, 'optional'), receive(200), expectRequest('BYE'), answer('200 OK')],
      { patience: { message: 40, run: 45 } },
    );
    expect(trace.statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(10);
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(siren.device.siren.status()).toEqual({ light: [], siren: [] });
  }, 60_000);

  it('never comes, but a BYE does: the call is over', async () => {
    proves('BYE without ACK');
    await play([invite(), receive(100, 'optional'), receive(200), bye(), receive(200), pause(1_200)]);
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });
});

describe('A CANCEL', () => {
  it('comes before anything has been heard of the INVITE', async () => {
    proves('CANCEL before 100');
    await ringOnly();
    await play([invite(), cancel(), receive(200), receive(487), ackRefusal()], { lenient: true });
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(reasons()).toEqual(['NoAnswer']);
    expect(siren.events('activity')).toEqual([]);
  });

  it('comes after the 200: it is taken note of, and the call goes on until the BYE', async () => {
    proves('CANCEL after 200');
    await play([
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
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });

  it('is of an INVITE that nobody knows: 481, and the call goes on', async () => {
    proves('CANCEL of an unknown INVITE');
    await play([
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
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });
});

describe('A BYE', () => {
  it('comes twice: the second one finds no call', async () => {
    proves('Second BYE');
    await play([
      invite(),
      receive(100, 'optional'),
      receive(200),
      ack(),
      bye(2),
      receive(200),
      bye(3),
      receive(481),
    ]);
    expect(reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });

  it('is repeated, because its answer was lost: it is answered again', async () => {
    proves('Repeated BYE');
    const trace = await play(
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
    expect(reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });

  it('comes before the 200, while it rings: the INVITE ends with 487', async () => {
    proves('BYE while it rings');
    await ringOnly();
    await play([
      invite(),
      receive(100, 'optional'),
      receive(180),
      bye(),
      receive(200),
      receive(487),
      ackRefusal(),
    ]);
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(reasons()).toEqual(['NoAnswer']);
  });

  it('comes from somebody who guesses the tags wrong: 481, and the alarm goes on', async () => {
    proves('Foreign BYE');
    await play([
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
    expect(reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });
});

describe('An INVITE', () => {
  it('is sent ten times over: one call', async () => {
    proves('Retransmission storm');
    await ringOnly();
    const storm = Array.from({ length: 10 }, () => invite());
    const trace = await play(
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
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(siren.events('call.state').filter((event) => event.state === 'Ringing')).toHaveLength(1);
    expect(reasons()).toEqual(['NoAnswer']);
  });

  it('arrives a second time by another way, as a fork would: 482', async () => {
    proves('Merged request');
    await ringOnly();
    await play([
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
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(reasons()).toEqual(['NoAnswer']);
  });

  it('requires what nobody knows: 420 names it', async () => {
    proves('Unknown Require');
    await play([
      invite({ headers: ['Require: nonsense', 'Require: 100rel, humbug'] }),
      receive(100, 'optional'),
      receive(420, { matching: 'Unsupported:.*nonsense.*humbug' }),
      ackRefusal(),
    ]);
    expect(siren.events('call.state')).toEqual([]);
  });

  it('brings no offer: the siren offers, and the ACK answers', async () => {
    proves('Late offer');
    const trace = await play([
      invite({ body: '' }),
      receive(100, 'optional'),
      receive(200, { matching: 'm=audio' }),
      ack(1, { body: description() }),
      pause(300),
      bye(),
      receive(200),
    ]);
    expect(trace.statuses).toContain(200);
    expect(reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });

  it('comes through a proxy that kept its Route: it is taken, the route being ours', async () => {
    proves('Route to the siren itself');
    await play([
      invite({ headers: ['Route: <sip:[remote_ip]:[remote_port];lr>'] }),
      receive(100, 'optional'),
      receive(200),
      ack(),
      bye(),
      receive(200),
    ]);
    expect(reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
  });
});
