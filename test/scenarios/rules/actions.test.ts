import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Explanation } from '../../../src/rules/explanation.js';
import { RecordingLog } from '../../support/recording-log.js';
import { TestDevice } from '../../support/test-device.js';

const closing: (() => Promise<unknown>)[] = [];
const log = new RecordingLog();
let siren: TestDevice;
/** Another device, which serves as the telephone: it takes calls, places them, presses and hears keys. */
let phone: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true, log });
  closing.push(() => siren.close());
  phone = await TestDevice.start();
  closing.push(() => phone.close());
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function rule(name: string, conditions: object[], ...actions: object[]): Promise<void> {
  const answer = await siren.api('POST', '/rules', { id: name, name, conditions, actions });
  expect(answer).toMatchObject({ status: 201 });
}

const dial = (extension: string) => phone.device.calls.place({ to: `sip:${extension}@${siren.sipAddress}` });
const callTo = (localUri: string, state = 'Active') => ({ kind: 'call.state', state, localUri });
const guard = () => `sip:1001@${phone.sipAddress}`;
const lights = (device: TestDevice) =>
  device.device.siren.status().light.map(({ profile, purpose }) => profile ?? purpose);

describe('A rule', () => {
  it('calls for as long as it is active', async () => {
    await rule('Tell the guard', [callTo('1003')], { kind: 'call.place', run: 'whileActive', to: guard() });
    const id = await dial('1003');
    await phone.event('activity', ({ change, profile }) => change === 'started' && profile === 'Evacuation');
    phone.device.calls.end(id);
    await phone.event('activity', ({ change, profile }) => change === 'ended' && profile === 'Evacuation');
    expect(siren.device.calls.history().map(({ detail }) => detail)).toContain('rule "Tell the guard" ended');
  });

  it('calls once and hangs up when everything was played', async () => {
    await rule('Ring', [callTo('1003')], {
      kind: 'call.place',
      to: guard(),
      play: { kind: 'profile', profile: 'Evacuation', seconds: 0.1 },
      hangUpAfterPlaying: true,
    });
    await dial('1003');
    await siren.event(
      'call.stateChange',
      ({ reason, direction }) => reason === 'Terminated' && direction === 'Outgoing',
    );
    expect(siren.device.calls.history()[0]).toMatchObject({ detail: 'everything was played' });
    const { body } = await siren.api('GET', '/rule-decisions?rule=Ring');
    expect((body as Explanation[]).find(({ outcome }) => outcome === 'activated')?.actions).toMatchObject([
      { text: `calls ${guard()}`, state: 'done', message: expect.stringContaining('as call Out-') },
    ]);
  });

  it('calls also where its text cannot be said: an alarm is heard then, and it is told why', async () => {
    const play = { kind: 'text', text: '{{caller}} called', voice: 'xx' };
    const action = { kind: 'call.place', to: guard(), play };
    await rule('Ring', [callTo('1003')], action);
    await siren.device.sounds.settled();
    const { body: findings } = await siren.api('GET', '/rule-lint');
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'missing',
        text: expect.stringContaining('says "{{caller}} called", which fails: espeak-ng failed'),
      }),
    );
    await dial('1003');
    await siren.event('call.state', ({ state, direction }) => state === 'Active' && direction === 'Outgoing');
    const problem = expect.stringContaining('"Alarm: Industrial" is played instead: espeak-ng failed');
    const { body } = await siren.api('GET', '/rule-decisions?rule=Ring');
    expect((body as Explanation[]).find(({ outcome }) => outcome === 'activated')?.actions).toMatchObject([
      { state: 'done', message: problem },
    ]);
    expect(log.messages('error')).toContain(
      'a call plays an alarm, since what it was to play cannot be played',
    );
  });

  it('answers the call that rings, presses keys in it, and ends it', async () => {
    const { body } = await siren.api('GET', '/accounts/peer-to-peer');
    await siren.api('PUT', '/accounts/peer-to-peer', { ...(body as object), answerAutomatically: false });
    await rule('Answer', [callTo('1003', 'Ringing')], { kind: 'call.answer' });
    await rule('Open', [{ kind: 'call.stateChange', reason: 'AcceptedByDevice', localUri: '1003' }], {
      kind: 'call.sendDtmf',
      digits: '5#',
    });
    await rule('End', [{ kind: 'call.dtmf', digits: '9' }], { kind: 'call.end' });
    const id = await dial('1003');
    await phone.event('call.dtmf', ({ keys }) => keys === '5#');
    // The other side hangs up as soon as it has heard the key, perhaps before it is over.
    await phone.device.calls.sendDtmf(id, '9').catch(() => undefined);
    await phone.event('call.state', ({ state }) => state === 'Idle');
    expect(siren.device.calls.history()[0]).toMatchObject({ detail: 'ended by rule "End"' });
  });

  it('ends the calls that fit, and leaves the others', async () => {
    await rule('Clear', [callTo('1004')], { kind: 'call.end', calls: 'fitting', localUri: '1003' });
    const ended = await dial('1003');
    await siren.event('call.state', ({ state, localUri }) => state === 'Active' && localUri.includes('1003'));
    await dial('1004');
    await phone.event('call.state', ({ state, callId }) => state === 'Idle' && callId === ended);
    expect(siren.device.calls.list().map(({ localUri }) => localUri)).toEqual([
      expect.stringContaining('sip:1004@'),
    ]);
  });

  it('has maintenance mode on while it is active, and shows the device', async () => {
    await rule('Work', [callTo('1003')], { kind: 'siren.maintenance', run: 'whileActive' });
    await rule('Find', [callTo('1004')], { kind: 'siren.identify', run: 'on', seconds: 30 });
    const id = await dial('1003');
    await siren.event('activity', ({ purpose }) => purpose === 'maintenance');
    await dial('1004');
    await siren.event('activity', ({ purpose }) => purpose === 'identify');
    expect(lights(siren)).toEqual(['identify', 'maintenance']);
    phone.device.calls.end(id);
    await siren.event('activity', ({ purpose, change }) => purpose === 'maintenance' && change === 'ended');
    expect(lights(siren)).toEqual(['identify']);
  });

  it('stops the siren alone, checks the outputs, turns itself off and writes it down', async () => {
    await rule(
      'Quiet',
      [callTo('1003')],
      { kind: 'log.write', level: 'warn', text: '{{caller}} dialled {{extension}} at {{device}}' },
      { kind: 'siren.stopAll', function: 'siren' },
      { kind: 'siren.healthCheck' },
      { kind: 'rule.enable', rule: 'Quiet', enabled: false },
    );
    await dial('1001');
    await siren.event('activity', ({ change, profile }) => change === 'started' && profile === 'Evacuation');
    await dial('1003');
    await siren.event('healthCheck', ({ state }) => state === 'passed');
    await siren.event('configuration', ({ sections }) => sections.includes('rules'));
    await siren.until('the rule that is off', () =>
      siren.device.config.get('rules').some(({ name, enabled }) => name === 'Quiet' && !enabled)
        ? true
        : undefined,
    );
    expect(siren.device.siren.status()).toMatchObject({ light: [{ profile: 'Evacuation' }], siren: [] });
    expect(log.messages('warn')).toContain('sipsiren dialled 1003 at sipsiren');
  });
});

describe('A rule is refused', () => {
  const refused = async (conditions: object[], action: object) => {
    const { status, body } = await siren.api('POST', '/rules', { name: 'X', conditions, actions: [action] });
    expect(status).toBe(422);
    return (body as { errors: unknown }).errors;
  };

  it('where no call can be there for its action, or the contact, rule or profile is not', async () => {
    const registration = { kind: 'account.registration', state: 'refused' };
    expect(await refused([registration], { kind: 'call.answer' })).toMatchObject([
      { path: 'actions[0]', message: expect.stringContaining('needs a condition about a call') },
    ]);
    expect(await refused([registration], { kind: 'call.place', contact: 'nobody' })).toMatchObject([
      { path: 'actions[0].contact', message: expect.stringContaining('does not exist') },
    ]);
    expect(
      await refused([registration], { kind: 'rule.enable', rule: 'nothing', enabled: true }),
    ).toMatchObject([{ path: 'actions[0].rule' }]);
    const play = { kind: 'profile', profile: 'Nothing' };
    expect(await refused([registration], { kind: 'call.place', to: 'sip:1@2', play })).toMatchObject([
      { path: 'actions[0].play.profile' },
    ]);
  });

  it('where a text names what does not exist, or fields contradict each other', async () => {
    const condition = callTo('1003');
    expect(await refused([condition], { kind: 'log.write', text: '{{callr}}' })).toMatchObject([
      { path: 'actions[0].text', accepted: expect.stringContaining('{{caller}}') },
    ]);
    expect(await refused([condition], { kind: 'call.end', calls: 'cause', localUri: '1' })).toMatchObject([
      { path: 'actions[0].calls' },
    ]);
    expect(await refused([condition], { kind: 'siren.maintenance', run: 'off', seconds: 5 })).toMatchObject([
      { path: 'actions[0].seconds' },
    ]);
    expect(await refused([condition], { kind: 'call.place', to: 'sip:1@2', contact: 'x' })).toMatchObject([
      { path: 'actions[0].to' },
    ]);
  });
});
