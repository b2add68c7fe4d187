import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestPbx } from '../support/asterisk/test-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';
import { toneLevel } from '../support/tone-level.js';
import { until } from '../support/until.js';

describe.each(everyAsterisk())('%s', (_name, source) => {
  let pbx: TestPbx;
  let siren: TestDevice;

  beforeAll(async () => {
    pbx = await TestPbx.start(source);
  }, 30_000);

  afterAll(async () => {
    await pbx.close();
  });

  beforeEach(async () => {
    siren = await TestDevice.start({ accounts: [pbx.account()] });
    await siren.event('account.registration', (event) => event.state === 'registered');
  }, 30_000);

  afterEach(async () => {
    await pbx.hangUp();
    await siren.close();
  });

  describe('calls the siren', () => {
    it('and the profile of the extension shows within 200 ms of the 200 OK, until the BYE', async () => {
      recordInterop({ ...pbx.peer, feature: 'Call to the extension of a registered siren' });
      pbx.call('1001', 'brief');
      const active = await siren.event('call.state', (event) => event.state === 'Active');
      expect(active.event.localUri).toBe('sip:1001@pbx.example.com');
      const shown = siren.device.output
        .recording()
        .find((picture) => picture.light?.profile === 'Evacuation');
      expect(shown).toBeDefined();
      expect(shown!.at - active.at).toBeLessThan(200);

      const idle = await siren.event('call.state', (event) => event.state === 'Idle');
      const last = siren.device.output.recording().at(-1);
      expect(last?.light).toBeUndefined();
      expect(last!.at - idle.at).toBeLessThan(200);
      expect(siren.device.siren.status()).toEqual({ light: [], siren: [] });
      const reasons = siren.events('call.stateChange').map((event) => event.reason);
      expect(reasons).toEqual(['AcceptedByDevice', 'Terminated']);
    });

    it('directly, without registration, and the request-URI says which profile', async () => {
      recordInterop({ ...pbx.peer, feature: 'Direct call without registration' });
      await pbx.asterisk.command(`dialplan set global SIREN_ADDRESS ${siren.sipAddress}`);
      pbx.call('81002', 'stay');
      const active = await siren.event('call.state', (event) => event.state === 'Active');
      expect(active.event).toMatchObject({
        account: 'peer-to-peer',
        localUri: `sip:1002@${siren.sipAddress}`,
      });
      const running = siren.device.siren.status().light.find((activity) => activity.running);
      expect(running?.profile).toBe('Doorbell');
    });

    it('and gives up while it rings: nothing sounds', async () => {
      recordInterop({ ...pbx.peer, feature: 'The PBX gives up while the siren rings' });
      await siren.device.config.update('accounts', (accounts) =>
        accounts.map((one) => ({ ...one, answerAutomatically: false })),
      );
      await until('the account to be registered again', () =>
        siren.device.calls.registrationOf('pbx' as never).state === 'registered' ? true : undefined,
      );
      pbx.call('1001', 'stay');
      await siren.event('call.state', (event) => event.state === 'Ringing');
      await pbx.hangUp();
      const end = await siren.event('call.stateChange');
      expect(end.event.reason).toBe('NoAnswer');
      expect(siren.events('activity')).toEqual([]);
    });

    it('and sees it hang up', async () => {
      recordInterop({ ...pbx.peer, feature: 'The siren hangs up' });
      pbx.call('1001', 'stay');
      const active = await siren.event('call.state', (event) => event.state === 'Active');
      siren.device.calls.end(active.event.callId);
      await siren.event('call.state', (event) => event.state === 'Idle');
      await pbx.isQuiet();
      expect(siren.device.siren.status()).toEqual({ light: [], siren: [] });
    });
  });

  describe('is called by the siren', () => {
    it('and the recording over there holds its tone', async () => {
      recordInterop({ ...pbx.peer, feature: 'Call from the siren, its tone recorded' });
      await siren.device.calls.place({ account: 'pbx' as never, to: pbx.address('910') });
      await siren.event('call.state', (event) => event.state === 'Active');
      await siren.event('call.state', (event) => event.state === 'Idle');
      const { samples, sampleRate } = await pbx.recording('siren.wav');
      const levels = [587.33, 880].map((hertz) => toneLevel(samples, sampleRate, hertz));
      for (const level of levels) expect(level).toBeGreaterThan(0.05);
    });

    it('and sees it hang up', async () => {
      const callId = await siren.device.calls.place({ account: 'pbx' as never, to: pbx.address('900') });
      await siren.event('call.state', (event) => event.state === 'Active');
      siren.device.calls.end(callId);
      await siren.event('call.state', (event) => event.state === 'Idle');
      await pbx.isQuiet();
      expect(siren.events('call.stateChange').map((event) => event.reason)).toEqual([
        'Initiated',
        'AcceptedByRemote',
        'Terminated',
      ]);
    });

    it.each([
      ['busy', '486', 'Busy', '486'],
      ['no such extension', '404', 'Failed', '404'],
      ['unavailable', '480', 'NoAnswer', '480'],
      ['refused', '403', 'Failed', '403'],
      ['no circuit', '503', 'Failed', '503'],
    ] as const)('and says why nobody takes it: %s', async (what, number, reason, status) => {
      recordInterop({ ...pbx.peer, feature: `Nobody takes the call: ${what}` });
      await siren.device.calls.place({ account: 'pbx' as never, to: pbx.address(number) });
      await siren.event('call.state', (event) => event.state === 'Idle');
      expect(siren.events('call.stateChange').map((event) => event.reason)).toEqual(['Initiated', reason]);
      expect(siren.events('call.stateChange').at(-1)?.detail).toContain(status);
    });

    it('and drops its side when nobody answers in time', async () => {
      recordInterop({ ...pbx.peer, feature: 'The siren gives up when nobody answers' });
      await siren.device.config.update('sip', (sip) => ({ ...sip, callingTimeoutSeconds: 1 }));
      await siren.device.calls.place({ account: 'pbx' as never, to: pbx.address('180') });
      await siren.event('call.state', (event) => event.state === 'Idle');
      expect(siren.events('call.stateChange').at(-1)?.reason).toBe('NoAnswer');
      await pbx.isQuiet();
    });
  });
});
