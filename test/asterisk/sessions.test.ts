import { describe, expect, it } from '@jest/globals';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import type { TestDevice, TestDeviceOptions } from '../support/test-device.js';

describe.each(everyAsterisk())('%s', (_name, source) => {
  const pbx = startedPbx(source);

  async function register(
    account: Record<string, unknown>,
    sip: TestDeviceOptions['sip'] = {},
  ): Promise<TestDevice> {
    await pbx().logSip();
    const siren = await pbx().startSiren({ accounts: [account], sip });
    await siren.event('account.registration', (event) => event.state === 'registered');
    return siren;
  }

  const reasonsOf = (device: TestDevice) => device.events('call.stateChange').map((event) => event.reason);

  it.each([
    ['requires session timers', 'timers'],
    ['refreshes sessions whatever the siren says', 'timers-always'],
  ] as const)('%s: the siren agrees on them', async (_what, way) => {
    recordInterop({ ...pbx().peer, feature: `Session timers (${way}), call to the siren` });
    const device = await register(pbx().account());
    pbx().callBy(way, 'brief');
    await device.event('call.state', (event) => event.state === 'Idle');
    expect(reasonsOf(device)).toEqual(['AcceptedByDevice', 'Terminated']);
    expect(
      pbx()
        .messagesWith(/^SIP\/2\.0 200 /, /^CSeq: \d+ INVITE/m)
        .join('\n'),
    ).toMatch(/^(?:Session-Expires|x): 90;refresher=ua[cs]\r?$/m);
  });

  it('requires reliable provisional responses of a siren that rings first', async () => {
    recordInterop({ ...pbx().peer, feature: 'Reliable provisional responses required, call to the siren' });
    const device = await register(pbx().account({ answerAfterSeconds: 1 }));
    pbx().callBy('100rel', 'brief');
    await device.event('call.state', (event) => event.state === 'Ringing');
    await device.event('call.state', (event) => event.state === 'Idle');
    expect(reasonsOf(device)).toEqual(['AcceptedByDevice', 'Terminated']);
    expect(pbx().messagesWith(/^SIP\/2\.0 180 /, /^RSeq: \d+/m)).not.toEqual([]);
    expect(pbx().messagesWith(/^PRACK /, /^RAck: \d+ \d+ INVITE/m)).not.toEqual([]);
  });

  it('requires timers and reliable provisional responses of calls that the siren places', async () => {
    recordInterop({ ...pbx().peer, feature: 'Session timers and 100rel required, call from the siren' });
    const device = await register(pbx().account({ userId: 'strict' }));
    await device.device.calls.place({ account: 'pbx' as never, to: pbx().address('183') });
    await device.event('call.state', (event) => event.state === 'Idle');
    expect(reasonsOf(device)).toEqual(['Initiated', 'AcceptedByRemote', 'Terminated']);
    expect(pbx().messagesWith(/^PRACK /, /^RAck: \d+ \d+ INVITE/m)).not.toEqual([]);
    expect(pbx().messagesWith(/^SIP\/2\.0 200 /, /^(?:Session-Expires|x): \d+;refresher=/m)).not.toEqual([]);
  });

  it('is called by a siren that requires timers and reliable provisional responses itself', async () => {
    recordInterop({ ...pbx().peer, feature: 'The siren requires session timers and 100rel' });
    const device = await register(pbx().account(), {
      sessionTimers: 'required',
      reliableProvisional: 'required',
    });
    await device.device.calls.place({ account: 'pbx' as never, to: pbx().address('183') });
    await device.event('call.state', (event) => event.state === 'Idle');
    expect(reasonsOf(device)).toEqual(['Initiated', 'AcceptedByRemote', 'Terminated']);
    expect(pbx().messagesWith(/^INVITE /, /^Require: .*(?:timer|100rel)/m)).not.toEqual([]);
  });

  it('plays a tone before it answers', async () => {
    recordInterop({ ...pbx().peer, feature: 'Early media' });
    const device = await register(pbx().account());
    await device.device.calls.place({ account: 'pbx' as never, to: pbx().address('183') });
    await device.event('call.state', (event) => event.state === 'Active');
    // Half of the second before the answer is more than any audio that follows it could be by now.
    expect(device.device.calls.list()[0]?.media?.received).toBeGreaterThan(25);
    await device.event('call.state', (event) => event.state === 'Idle');
  });

  it('plays a tone, and then is busy', async () => {
    recordInterop({ ...pbx().peer, feature: 'Early media, then busy' });
    const device = await register(pbx().account());
    await device.device.calls.place({ account: 'pbx' as never, to: pbx().address('184') });
    await device.event('call.state', (event) => event.state === 'Idle');
    expect(reasonsOf(device)).toEqual(['Initiated', 'Busy']);
  });
});
