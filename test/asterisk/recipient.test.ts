import { describe, expect, it } from '@jest/globals';
import type { RecipientTestReport } from '../../src/recipients/recipients.js';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import { rulesSchema } from '../../src/rules/rule.js';
import { toneLevel } from '../support/tone-level.js';
import type { TestDevice } from '../support/test-device.js';

describe.each(everyAsterisk())('%s as a SIP recipient', (_name, source) => {
  const pbx = startedPbx(source);

  async function start(): Promise<TestDevice> {
    const siren = await pbx().startSiren({ accounts: [pbx().account()] });
    await siren.event('account.registration', (event) => event.state === 'registered');
    return siren;
  }

  const recipientOf = (number: string, settings: object = {}) => ({
    recipient: {
      id: 'guard',
      name: 'Guard',
      kind: 'sip',
      settings: {
        account: 'pbx',
        to: pbx().address(number),
        play: { kind: 'tone', hertz: 1_000, seconds: 20 },
        ...settings,
      },
    },
  });

  const run = (siren: TestDevice, command: string, input: unknown) =>
    siren.device.control.run(command, input, { name: 'test', role: 'administrator' });

  it('is called because of a rule, hears the tone, and counts as told', async () => {
    recordInterop({ ...pbx().peer, feature: 'Called as a recipient of notifications' });
    const siren = await start();
    await run(siren, 'recipients.create', recipientOf('910'));
    const rule = {
      name: 'Tell the guard',
      conditions: [{ kind: 'call.state', state: 'Active', direction: 'Incoming', localUri: '1001' }],
      actions: [{ kind: 'notification.send', recipient: 'guard' }],
    };
    await siren.device.config.update('rules', rulesSchema.parse([rule]));
    pbx().call('1001', 'brief');
    await siren.event('call.state', ({ state, direction }) => state === 'Idle' && direction === 'Outgoing');
    await siren.event('recipient.state', ({ recipient, state }) => recipient === 'guard' && state === 'ok');
    const { samples, sampleRate } = await pbx().recording('siren.wav');
    expect(toneLevel(samples, sampleRate, 1_000)).toBeGreaterThan(0.05);
  });

  it.each([
    ['486', {}, /busy/],
    ['404', {}, /failed.*404/],
    ['180', { callingTimeoutSeconds: 1 }, /nobody answered/],
  ] as const)('that says %s was not told, and the test says why', async (number, settings, why) => {
    recordInterop({ ...pbx().peer, feature: 'As a recipient busy, unknown, or not answering' });
    const siren = await start();
    const report = (await run(
      siren,
      'recipients.tryOut',
      recipientOf(number, settings),
    )) as RecipientTestReport;
    expect(report.ok).toBe(false);
    expect(report.error).toMatch(why);
    expect(siren.device.calls.list()).toEqual([]);
  });
});
