import { describe, expect, it } from '@jest/globals';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import type { TestDevice } from '../support/test-device.js';

const ALL_KEYS = Array.from('0123456789ABCD*#');

describe.each(everyAsterisk())('%s', (_name, source) => {
  const pbx = startedPbx(source);

  /** A siren that listens in every way at once, so that a press told in two ways would show. */
  async function call(way: string, callerDoes: string): Promise<TestDevice> {
    const account = pbx().account({ dtmf: { rtp: true, info: true, inband: true } });
    const siren = await pbx().startSiren({ accounts: [account] });
    await siren.event('account.registration', (event) => event.state === 'registered');
    pbx().callBy(way, callerDoes);
    await siren.event('call.state', (event) => event.state === 'Idle');
    return siren;
  }

  const pressesOf = (device: TestDevice) =>
    device.events('call.dtmf').map(({ digit, method }) => ({ digit, method }));

  it.each([
    ['rfc4733', 'rtp', 'RTP (RFC 4733)'],
    ['info', 'info', 'SIP INFO'],
    ['auto', 'rtp', 'automatic choice'],
    ['auto-info', 'rtp', 'automatic choice between RTP and SIP INFO'],
    ['inband', 'inband', 'tones in the audio'],
  ] as const)('tells every key once by %s', async (way, method, words) => {
    recordInterop({ ...pbx().peer, feature: `Keys by ${words}` });
    const device = await call(way, 'dtmf');
    expect(pressesOf(device)).toEqual(ALL_KEYS.map((digit) => ({ digit, method })));
  });

  it('changes the way within a call', async () => {
    recordInterop({ ...pbx().peer, feature: 'Keys, another way within the call' });
    const device = await call('rfc4733', 'dtmf-switch');
    expect(pressesOf(device).map(({ digit }) => digit)).toEqual(Array.from('123456'));
    expect(pressesOf(device).map(({ method }) => method)).toEqual([
      'rtp',
      'rtp',
      'info',
      'info',
      'rtp',
      'rtp',
    ]);
  });
});
