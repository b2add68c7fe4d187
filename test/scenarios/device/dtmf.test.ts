import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sdpOf } from '../../../src/sip/message/index.js';
import { RtpPeer } from '../../support/rtp-peer.js';
import { TestDevice } from '../../support/test-device.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { WireCall } from '../../support/wire-call.js';

let siren: TestDevice;
let peer: UdpPeer;
let audio: RtpPeer;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
  peer = await UdpPeer.open(siren.sipPort);
  audio = await RtpPeer.open();
});

afterEach(async () => {
  audio.close();
  await peer.close();
  await siren.close();
});

/** Calls an extension that no rule waits for, so that only keys can start anything. */
async function call(): Promise<{
  readonly wire: WireCall;
  readonly press: (key: string, timestamp: number) => Promise<void>;
}> {
  const wire = new WireCall(peer, '1009', { rtpPort: audio.port });
  await wire.invite();
  const answer = await wire.final('INVITE');
  await wire.ack();
  await siren.event('call.state', ({ state }) => state === 'Active');
  const port = Number(/^m=audio (\d+)/m.exec(sdpOf(answer) ?? '')?.[1]);
  let sequence = 1;
  const press = async (key: string, timestamp: number) => {
    for (let repetition = 0; repetition < 3; repetition++) {
      const packet = Buffer.alloc(16);
      packet[0] = 0x80;
      packet[1] = 101 | (repetition === 0 ? 0x80 : 0);
      packet.writeUInt16BE(sequence++, 2);
      packet.writeUInt32BE(timestamp, 4);
      packet.writeUInt32BE(0xabcd, 8);
      packet[12] = '0123456789*#ABCD'.indexOf(key);
      packet[13] = 10;
      packet.writeUInt16BE(160 * (repetition + 1), 14);
      await audio.send(packet, port);
    }
  };
  return { wire, press };
}

const keys = () =>
  siren
    .events('call.dtmf')
    .map(({ digit }) => digit)
    .join('');

describe('A DTMF sequence', () => {
  it('of the settings starts what a rule says, with its last key', async () => {
    expect(
      await siren.api('POST', '/dtmf/sequences', { id: 'alarm', sequence: '42#', description: 'Alarm' }),
    ).toMatchObject({
      status: 201,
    });
    const rule = {
      name: 'Alarm by keys',
      conditions: [{ kind: 'call.dtmf', sequence: 'alarm' }],
      actions: [{ kind: 'siren.profile', profile: 'Intrusion', run: 'start' }],
    };
    expect(await siren.api('POST', '/rules', rule)).toMatchObject({ status: 201 });
    const { wire } = await call();
    await wire.info('4');
    await wire.info('2');
    expect(siren.events('activity')).toEqual([]);
    await wire.info('#');
    expect(siren.events('call.dtmfSequence')).toMatchObject([
      { sequenceId: 'alarm', sequence: '42#', description: 'Alarm' },
    ]);
    expect(siren.device.siren.status().light).toMatchObject([{ profile: 'Intrusion' }]);
    expect(await siren.api('DELETE', '/dtmf/sequences/alarm')).toMatchObject({ status: 409 });
  });

  it('counts a press that comes by RTP and by INFO once, and quick presses of one key each', async () => {
    const { wire, press } = await call();
    await press('1', 1_000);
    await wire.info('1');
    await wire.info('1');
    await press('1', 3_000);
    await press('2', 5_000);
    await siren.until('the last key', () => (keys().endsWith('2') ? true : undefined));
    await wire.info('2');
    expect(keys()).toBe('112');
    expect((await siren.api('GET', '/calls')).body).toMatchObject([{ digits: '112' }]);
  });

  it('waits for keys of a rule that no setting has', async () => {
    const rule = {
      name: 'Stop by keys',
      conditions: [{ kind: 'call.dtmf', digits: '**', localUri: '1009' }],
      actions: [{ kind: 'siren.profile', profile: 'Doorbell', run: 'start' }],
    };
    expect(await siren.api('POST', '/rules', rule)).toMatchObject({ status: 201 });
    const { press } = await call();
    await press('*', 1_000);
    await press('*', 3_000);
    await siren.event('activity', ({ profile }) => profile === 'Doorbell');
  });

  it('is heard only in the ways that the account is set to', async () => {
    const { body } = await siren.api('GET', '/accounts/peer-to-peer');
    await siren.api('PUT', '/accounts/peer-to-peer', {
      ...(body as object),
      dtmf: { rtp: true, info: false, inband: false },
    });
    const { wire, press } = await call();
    expect((await wire.info('5')).status).toBe(200);
    await press('6', 1_000);
    await siren.until('the key', () => (keys() === '' ? undefined : true));
    expect(keys()).toBe('6');
  });

  it('refuses what is there already, names no key, or belongs to nobody', async () => {
    const refusal = async (sequence: object) => (await siren.api('POST', '/dtmf/sequences', sequence)).body;
    await siren.api('POST', '/dtmf/sequences', { sequence: '12' });
    expect(await refusal({ sequence: '12' })).toMatchObject({ errors: [{ path: 'sequence' }] });
    expect(await refusal({ sequence: '12X' })).toMatchObject({ errors: [{ path: 'sequence' }] });
    expect(await refusal({ sequence: '13', accounts: ['nobody'] })).toMatchObject({
      errors: [{ path: 'accounts[0]' }],
    });
    expect(await siren.api('PATCH', '/dtmf', { keyTimeoutSeconds: 0 })).toMatchObject({ status: 422 });
  });
});
