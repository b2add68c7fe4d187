import { describe, expect, it } from '@jest/globals';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { likenessToSpeech } from '../support/espeak.js';
import { recordInterop } from '../support/interop-record.js';
import { rulesSchema } from '../../src/rules/rule.js';
import { toneLevel } from '../support/tone-level.js';
import { profileSchema } from '../../src/siren/profile.js';
import type { TestDevice } from '../support/test-device.js';

describe.each(everyAsterisk())('%s', (_name, source) => {
  const pbx = startedPbx(source);

  async function start(rules: readonly object[], more: object = {}): Promise<TestDevice> {
    const siren = await pbx().startSiren({ accounts: [{ ...pbx().account(), ...more }] });
    await siren.device.config.update('rules', rulesSchema.parse(rules));
    await siren.event('account.registration', (event) => event.state === 'registered');
    return siren;
  }

  const telling = (number: string, more: object = {}) => ({
    name: 'Tell',
    conditions: [{ kind: 'call.state', state: 'Active', direction: 'Incoming', localUri: '1001' }],
    actions: [{ kind: 'call.place', account: 'pbx', to: pbx().address(number), ...more }],
  });

  it('is called by a rule, and hears what it plays', async () => {
    recordInterop({ ...pbx().peer, feature: 'A rule calls and plays a tone' });
    const siren = await start([telling('910', { play: { kind: 'tone', hertz: 1_000, seconds: 20 } })]);
    pbx().call('1001', 'brief');
    await siren.event('call.state', ({ state, direction }) => state === 'Idle' && direction === 'Outgoing');
    await siren.event('call.state', ({ state, direction }) => state === 'Idle' && direction === 'Incoming');
    const { samples, sampleRate } = await pbx().recording('siren.wav');
    expect(toneLevel(samples, sampleRate, 1_000)).toBeGreaterThan(0.05);
  });

  it('is called by a rule, which tells in words who called where', async () => {
    recordInterop({ ...pbx().peer, feature: 'A rule calls and speaks a text' });
    // Asterisk records two seconds.
    const play = { kind: 'text', text: 'Called at {{extension}}' };
    const siren = await start([telling('910', { play })]);
    pbx().call('1001', 'brief');
    await siren.event('call.state', ({ state, direction }) => state === 'Idle' && direction === 'Outgoing');
    const recording = await pbx().recording('siren.wav');
    expect(likenessToSpeech(recording, 'Called at 1001')).toBeGreaterThan(0.7);
    expect(likenessToSpeech(recording, 'Everything is quiet on the western side.')).toBeLessThan(0.4);
  });

  it('is called by a rule, and hears the siren of a profile with its text', async () => {
    const profile = {
      name: 'Spoken',
      siren: { pattern: 'Alarm: Single beep', speech: { text: 'Leave now' } },
    };
    const siren = await start([]);
    const profiles = siren.device.config.get('profiles');
    await siren.device.config.update('profiles', [...profiles, profileSchema.parse(profile)]);
    const rule = telling('910', { play: { kind: 'profile', profile: 'Spoken', seconds: 20 } });
    await siren.device.config.update('rules', rulesSchema.parse([rule]));
    await siren.device.sounds.settled();
    pbx().call('1001', 'brief');
    await siren.event('call.state', ({ state, direction }) => state === 'Idle' && direction === 'Outgoing');
    expect(likenessToSpeech(await pbx().recording('siren.wav'), 'Leave now')).toBeGreaterThan(0.7);
  });

  it('is called for as long as a rule is active', async () => {
    recordInterop({ ...pbx().peer, feature: 'A rule calls while it is active' });
    const siren = await start([telling('900', { run: 'whileActive' })]);
    pbx().call('1001', 'brief');
    await siren.event('call.state', ({ state, direction }) => state === 'Active' && direction === 'Outgoing');
    await siren.event('call.state', ({ state, direction }) => state === 'Idle' && direction === 'Outgoing');
    expect(siren.device.calls.history().map(({ detail }) => detail)).toContain('rule "Tell" ended');
    await pbx().isQuiet();
  });

  it('is answered by a rule, and hung up on by another when its keys have come', async () => {
    recordInterop({ ...pbx().peer, feature: 'Rules answer and end a call' });
    const siren = await start(
      [
        {
          name: 'Answer',
          conditions: [{ kind: 'call.state', state: 'Ringing', direction: 'Incoming' }],
          actions: [{ kind: 'call.answer' }],
        },
        {
          name: 'End',
          conditions: [{ kind: 'call.dtmf', digits: '0123' }],
          actions: [{ kind: 'call.end' }],
        },
      ],
      { answerAutomatically: false },
    );
    pbx().call('1001', 'dtmf');
    await siren.event('call.state', ({ state }) => state === 'Idle');
    expect(siren.events('call.stateChange').map(({ reason }) => reason)).toEqual([
      'AcceptedByDevice',
      'Terminated',
    ]);
    expect(siren.device.calls.history()[0]).toMatchObject({ detail: 'ended by rule "End"' });
  });
});
