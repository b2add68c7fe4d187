import { describe, expect, it } from '@jest/globals';
import type { CallStatus } from '../../src/calls/call-status.js';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { testAuthority } from '../support/certificates.js';
import { recordInterop } from '../support/interop-record.js';
import type { TestDevice } from '../support/test-device.js';
import { toneLevel } from '../support/tone-level.js';

type MediaEncryption = 'none' | 'bestEffort' | 'mandatory';

/** One of the tones that a siren plays to the other side of a call. */
const TONE = 880;

describe.each(everyAsterisk())('%s', (_name, source) => {
  const pbx = startedPbx(source);

  async function register(mediaEncryption: MediaEncryption, userId = 'siren'): Promise<TestDevice> {
    const { certificate } = await testAuthority();
    const account = pbx().account({ userId, transport: 'tls', mediaEncryption });
    const siren = await pbx().startSiren({ accounts: [account], authorities: [certificate] });
    await siren.event('account.registration', (event) => event.state === 'registered');
    return siren;
  }

  /** The call that is over. */
  function lastCall(device: TestDevice): CallStatus {
    const [call] = device.device.calls.history();
    if (call === undefined) throw new Error('There was no call.');
    return call;
  }

  it.each([
    ['sdes', 'bestEffort', 'AES_CM_128_HMAC_SHA1_80'],
    ['sdes-32', 'mandatory', 'AES_CM_128_HMAC_SHA1_32'],
  ] as const)('calls by way of %s a siren set to %s, and every key arrives', async (way, policy, suite) => {
    recordInterop({ ...pbx().peer, feature: `Keys by RTP under SRTP ${suite}` });
    const device = await register(policy);
    pbx().callBy(way, 'dtmf');
    await device.event('call.state', (event) => event.state === 'Idle');
    expect(device.events('call.dtmf').map((event) => event.digit)).toEqual(Array.from('0123456789ABCD*#'));
    expect(lastCall(device).media).toMatchObject({ encryption: suite, forged: 0, replayed: 0 });
  });

  it.each([
    ['sdes', 'mandatory', 'AES_CM_128_HMAC_SHA1_80'],
    ['sdes-32', 'bestEffort', 'AES_CM_128_HMAC_SHA1_32'],
    ['sdes-optimistic', 'bestEffort', 'AES_CM_128_HMAC_SHA1_80'],
  ] as const)('calls by way of %s a siren set to %s, and hears its tone', async (way, policy, suite) => {
    recordInterop({ ...pbx().peer, feature: `SRTP ${suite}, call to the siren` });
    const device = await register(policy);
    pbx().callBy(way, 'record');
    await device.event('call.state', (event) => event.state === 'Idle');
    const { samples, sampleRate } = await pbx().recording('heard.wav16');
    expect(toneLevel(samples, sampleRate, TONE)).toBeGreaterThan(0.05);
    expect(lastCall(device).media).toMatchObject({ encryption: suite, forged: 0, replayed: 0 });
  });

  it.each([
    ['sdes-optimistic', 'none'],
    ['ulaw', 'bestEffort'],
  ] as const)('calls by way of %s a siren set to %s in the clear', async (way, policy) => {
    const device = await register(policy);
    pbx().callBy(way, 'stay');
    await device.event('call.state', (event) => event.state === 'Active');
    expect(device.device.calls.list()[0]).toMatchObject({ media: { codec: 'PCMU' } });
    expect(device.device.calls.list()[0]?.encryption).toBeUndefined();
  });

  it.each([
    ['sdes', 'none', /media encryption is off for this account/],
    ['ulaw', 'mandatory', /must have it encrypted/],
  ] as const)('is told why not by way of %s when the siren is set to %s', async (way, policy, reason) => {
    const device = await register(policy);
    pbx().callBy(way, 'brief');
    await device.event('call.stateChange', (event) => event.reason === 'Failed');
    expect(lastCall(device).detail).toMatch(reason);
    expect(device.device.siren.status()).toEqual({ light: [], siren: [] });
  });

  it.each(['mandatory', 'bestEffort'] as const)(
    'that insists on SRTP is called by the siren set to %s, and hears its tone',
    async (policy) => {
      recordInterop({ ...pbx().peer, feature: 'SRTP AES_CM_128_HMAC_SHA1_80, call from the siren' });
      const device = await register(policy, 'siren-secure');
      await device.device.calls.place({ account: 'pbx' as never, to: pbx().address('910') });
      await device.event('call.state', (event) => event.state === 'Active');
      expect(device.device.calls.list()[0]).toMatchObject({ encryption: 'AES_CM_128_HMAC_SHA1_80' });
      await device.event('call.state', (event) => event.state === 'Idle');
      const { samples, sampleRate } = await pbx().recording('siren.wav');
      expect(toneLevel(samples, sampleRate, TONE)).toBeGreaterThan(0.05);
      expect(lastCall(device).media).toMatchObject({ forged: 0 });
    },
  );

  it('without SRTP is called in the clear by the siren set to best effort', async () => {
    const device = await register('bestEffort');
    await device.device.calls.place({ account: 'pbx' as never, to: pbx().address('910') });
    await device.event('call.state', (event) => event.state === 'Idle');
    const { samples, sampleRate } = await pbx().recording('siren.wav');
    expect(toneLevel(samples, sampleRate, TONE)).toBeGreaterThan(0.05);
    expect(lastCall(device).encryption).toBeUndefined();
  });

  it('without SRTP is not called by the siren set to mandatory, which says why', async () => {
    const device = await register('mandatory');
    await device.device.calls.place({ account: 'pbx' as never, to: pbx().address('910') });
    await device.event('call.stateChange', (event) => event.reason === 'Failed');
    expect(lastCall(device).detail).toMatch(/488|Not Acceptable/);
  });
});
