import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Baresip } from '../support/baresip.js';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';

let siren: TestDevice;
let phone: Baresip;

beforeEach(async () => {
  [siren, phone] = await Promise.all([TestDevice.start(), Baresip.start()]);
}, 30_000);

afterEach(async () => {
  await phone.close();
  await siren.close();
});

function proves(feature: string): void {
  recordInterop({ peer: 'baresip', version: programVersion('baresip'), feature });
}

describe('baresip calls the siren directly', () => {
  it('and Evacuation runs until it hangs up; its keys and its voice arrive', async () => {
    proves('Direct call by UDP, keys by RTP (RFC 4733)');
    phone.dial(`sip:1001@${siren.sipAddress}`);
    await phone.event('CALL_ESTABLISHED');
    await siren.event('call.state', (event) => event.state === 'Active');
    expect(siren.device.siren.status().light[0]).toMatchObject({ profile: 'Evacuation', running: true });

    phone.press('159#');
    await siren.until('four keys', () => (siren.events('call.dtmf').length >= 4 ? true : undefined));
    expect(siren.events('call.dtmf').map((event) => event.digit)).toEqual(Array.from('159#'));
    expect(siren.device.calls.list()[0]?.media?.received).toBeGreaterThan(0);

    phone.hangUp();
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(siren.device.siren.status().light).toEqual([]);
    await phone.event('CALL_CLOSED');
  });

  it('and sees the call end when the siren hangs up', async () => {
    proves('The siren hangs up');
    phone.dial(`sip:1002@${siren.sipAddress}`);
    const active = await siren.event('call.state', (event) => event.state === 'Active');
    await phone.event('CALL_ESTABLISHED');
    siren.device.calls.end(active.event.callId);
    await phone.event('CALL_CLOSED');
    expect(siren.events('call.stateChange').at(-1)).toMatchObject({ reason: 'Terminated' });
  });
});

describe('baresip has an extension of the siren among its contacts', () => {
  let watcher: Baresip;

  beforeEach(async () => {
    watcher = await Baresip.start(undefined, undefined, `sip:1001@${siren.sipAddress}`);
  }, 30_000);

  afterEach(() => watcher.close());

  it('and shows that it is busy while its alarm is on', async () => {
    proves('Presence of an extension (SUBSCRIBE)');
    await watcher.shows(/Online/);
    siren.device.siren.startProfile('Evacuation', { owner: 'test', cause: 'test' });
    await watcher.shows(/Busy/);
    siren.device.siren.stopProfile('Evacuation', { cause: 'test' });
    await watcher.shows(/Online/);
  });

  it('and writes to it, and gets messages', async () => {
    proves('Messages both ways');
    watcher.write('All clear');
    const { event } = await siren.event('message.received');
    expect(event).toMatchObject({ text: 'All clear', remoteUri: 'sip:guard@127.0.0.1' });
    const to = `sip:guard@${watcher.address}`;
    const sent = await siren.device.calls.sendMessage({ to, text: 'Thank you' });
    expect(sent).toMatchObject({ outcome: 'delivered', status: 200 });
  });
});
