import { describe, expect, it } from '@jest/globals';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import type { TestDevice } from '../support/test-device.js';
import { toneLevel } from '../support/tone-level.js';

/** The tones that a siren plays to the other side of a call. */
const TONES = [587.33, 880];

/** Name in Asterisk, name in SDP and in the settings. */
const CODECS = [
  ['ulaw', 'PCMU'],
  ['alaw', 'PCMA'],
  ['g722', 'G722'],
  ['opus', 'opus'],
  ['slin16', 'L16'],
] as const;

describe.each(everyAsterisk())('%s', (_name, source) => {
  const pbx = startedPbx(source);

  async function register(audioCodecs: readonly (typeof CODECS)[number][1][]): Promise<TestDevice> {
    const siren = await pbx().startSiren({
      accounts: [pbx().account()],
      sip: { audioCodecs: [...audioCodecs] },
    });
    await siren.event('account.registration', (event) => event.state === 'registered');
    return siren;
  }

  async function expectTones(file: string): Promise<void> {
    const { samples, sampleRate } = await pbx().recording(file);
    expect(sampleRate).toBe(16_000);
    for (const hertz of TONES) expect(toneLevel(samples, sampleRate, hertz)).toBeGreaterThan(0.05);
    expect(toneLevel(samples, sampleRate, 7_000)).toBeLessThan(0.01);
  }

  it.each(CODECS)('calls the siren with %s, and hears its tone', async (way, codec) => {
    recordInterop({ ...pbx().peer, feature: `Codec ${codec}, call to the siren` });
    const device = await register(CODECS.map(([, name]) => name));
    pbx().callBy(way, 'record');
    await device.event('call.state', (event) => event.state === 'Active');
    expect(device.device.calls.list()[0]).toMatchObject({ media: { codec } });
    await device.event('call.state', (event) => event.state === 'Idle');
    await expectTones('heard.wav16');
  });

  it.each(CODECS)('is called by the siren, which offers nothing but %s', async (_way, codec) => {
    recordInterop({ ...pbx().peer, feature: `Codec ${codec}, call from the siren` });
    const device = await register([codec]);
    await device.device.calls.place({ account: 'pbx' as never, to: pbx().address('911') });
    await device.event('call.state', (event) => event.state === 'Active');
    await device.event('call.state', (event) => event.state === 'Idle');
    await expectTones('siren.wav16');
  });

  it('is refused with 488 when there is no codec that both have', async () => {
    recordInterop({ ...pbx().peer, feature: 'No common codec is refused' });
    const device = await register(['PCMA']);
    pbx().callBy('ulaw', 'stay');
    await pbx().isQuiet();
    expect(device.events('activity')).toEqual([]);
  });
});
