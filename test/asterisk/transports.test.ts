import { describe, expect, it } from '@jest/globals';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { testAuthority } from '../support/certificates.js';
import { recordInterop } from '../support/interop-record.js';
import type { TestDevice } from '../support/test-device.js';
import { toneLevel } from '../support/tone-level.js';

describe.each(everyAsterisk())('%s', (_name, source) => {
  const pbx = startedPbx(source);

  describe.each(['udp', 'tcp', 'tls'] as const)('by %s', (transport) => {
    async function register(): Promise<TestDevice> {
      const { certificate } = await testAuthority();
      const siren = await pbx().startSiren({
        accounts: [pbx().account({ transport })],
        authorities: [certificate],
      });
      await siren.event('account.registration', (event) => event.state === 'registered');
      return siren;
    }

    it('has the siren registered, calls it, and hangs up', async () => {
      recordInterop({ ...pbx().peer, feature: `Registration and a call by ${transport.toUpperCase()}` });
      const device = await register();
      pbx().call('1001', 'brief');
      const active = await device.event('call.state', (event) => event.state === 'Active');
      expect(device.device.calls.list()[0]).toMatchObject({ transport });
      expect(active.event.localUri).toBe('sip:1001@pbx.example.com');
      expect(device.device.siren.status().light[0]).toMatchObject({ profile: 'Evacuation', running: true });
      await device.event('call.state', (event) => event.state === 'Idle');
      expect(device.device.siren.status()).toEqual({ light: [], siren: [] });
    });

    it('is called by the siren, and hears its tone', async () => {
      recordInterop({ ...pbx().peer, feature: `A call from the siren by ${transport.toUpperCase()}` });
      const device = await register();
      await device.device.calls.place({ account: 'pbx' as never, to: pbx().address('910') });
      await device.event('call.state', (event) => event.state === 'Idle');
      const { samples, sampleRate } = await pbx().recording('siren.wav');
      expect(toneLevel(samples, sampleRate, 880)).toBeGreaterThan(0.05);
    });
  });
});
