import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecipientTestReport } from '../../src/recipients/recipients.js';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import { told } from '../support/recipient-scene.js';
import type { TestDevice, TestDeviceOptions } from '../support/test-device.js';
import { UdpPeer } from '../support/udp-peer.js';
import { until } from '../support/until.js';
import { WebReceiver } from '../support/web-receiver.js';
import { WireCall } from '../support/wire-call.js';

/** Rings three seconds, then answers and sends back what it hears. */
const SLOW = '185';
/** Answers at once. */
const ECHO = '900';

describe.each(everyAsterisk())('%s as a SIP recipient', (_name, source) => {
  const pbx = startedPbx(source);
  let web: WebReceiver;
  let guard: UdpPeer | undefined;

  beforeEach(async () => {
    web = await WebReceiver.start();
  });

  afterEach(async () => {
    const { asterisk } = pbx();
    if (asterisk.isRunning) asterisk.resume();
    else await asterisk.start();
    await guard?.close();
    guard = undefined;
    await web.close();
  });

  const recipient = (number: string, settings: object = {}) => ({
    id: 'phone',
    name: 'Phone of the guard',
    kind: 'sip',
    settings: {
      account: 'pbx',
      to: pbx().address(number),
      play: { kind: 'tone', hertz: 1_000, seconds: 1 },
      ...settings,
    },
  });

  /** A siren with that recipient, a web server as another one, and a rule that starts a profile and tells both. */
  async function start(phone: object, more: TestDeviceOptions = {}): Promise<TestDevice> {
    const siren = await pbx().startSiren({ accounts: [pbx().account()], http: true, ...more });
    await siren.event('account.registration', ({ state }) => state === 'registered');
    const other = { id: 'web', name: 'Web', kind: 'http', settings: { url: web.url } };
    for (const one of [phone, other])
      expect((await siren.api('POST', '/recipients', one)).body).toHaveProperty('id');
    const rule = await siren.api('POST', '/rules', {
      name: 'All of it',
      conditions: [{ kind: 'call.state', state: 'Active', direction: 'Incoming', localUri: '1005' }],
      actions: [
        { kind: 'notification.send', recipient: 'phone' },
        { kind: 'siren.profile', profile: 'Evacuation', run: 'whileActive' },
        { kind: 'notification.send', recipient: 'web' },
      ],
    });
    expect(rule.status).toBe(201);
    return siren;
  }

  /** The rule fires; the siren runs and the other recipient is told while the phone is still being called. */
  async function alarm(siren: TestDevice): Promise<void> {
    guard = await UdpPeer.open(siren.sipPort);
    await WireCall.establish(guard, '1005', { from: 'guard' });
    await siren.event('activity', ({ change, profile }) => change === 'started' && profile === 'Evacuation');
    await web.requests.first('the other is told', () => true);
    expect(outgoing(siren)).toHaveLength(1);
  }

  const outgoing = (siren: TestDevice) =>
    siren.device.calls.list().filter(({ direction }) => direction === 'Outgoing');

  const isRinging = () =>
    until('it to ring', async () =>
      (await pbx().asterisk.command('core show channels concise')).includes('!Ring!'),
    );

  const isActive = (siren: TestDevice) =>
    siren.event('call.state', ({ direction, state }) => direction === 'Outgoing' && state === 'Active');

  const stateOf = (siren: TestDevice, wanted: 'ok' | 'failing') =>
    siren.event('recipient.state', ({ recipient: id, state }) => id === 'phone' && state === wanted);

  /** Whoever is well again is told of the next thing, without anything being done. */
  async function isToldNext(siren: TestDevice): Promise<void> {
    expect(outgoing(siren)).toEqual([]);
    const seen = siren.published.length;
    expect((await siren.api('POST', '/recipients/phone/send', {})).status).toBe(202);
    await siren.until('the next to be told', () =>
      siren.published
        .slice(seen)
        .find(
          ({ event }) =>
            event.type === 'recipient.state' && event.recipient === 'phone' && event.state === 'ok',
        ),
    );
    expect(outgoing(siren)).toEqual([]);
  }

  it.each([
    ['is dead when it is called', 'killed', 'before'],
    ['dies while it rings', 'killed', 'ringing'],
    ['hangs when it is called', 'stopped', 'before'],
    ['hangs while it rings', 'stopped', 'ringing'],
  ] as const)('that %s was not told, and is told of the next thing', async (_what, how, when) => {
    recordInterop({
      ...pbx().peer,
      feature: 'As a recipient dead or hanging before it answers',
    });
    const { asterisk } = pbx();
    const siren = await start(recipient(SLOW, { callingTimeoutSeconds: when === 'before' ? 1 : 5 }));
    const strike = () => (how === 'killed' ? asterisk.kill() : asterisk.pause());
    if (when === 'before') await strike();
    await alarm(siren);
    if (when === 'ringing') {
      await isRinging();
      await strike();
    }
    const { event } = await stateOf(siren, 'failing');
    expect(event.error).toMatch(
      when === 'before'
        ? /^nobody answered \(nothing came back from udp 127\.0\.0\.1:\d+: nothing listens there, or a firewall/
        : /^nobody answered \(nobody answered within the calling timeout\)\.$/,
    );
    if (how === 'killed') await asterisk.start();
    else asterisk.resume();
    if (when === 'before') {
      const patient = recipient(SLOW, { callingTimeoutSeconds: 20 });
      expect((await siren.api('PUT', '/recipients/phone', patient)).status).toBe(200);
    }
    await isToldNext(siren);
  });

  it('that hangs in the call was told, and the call is over when everything was played', async () => {
    recordInterop({ ...pbx().peer, feature: 'As a recipient dead or hanging in the call' });
    const siren = await start(recipient(ECHO));
    const asked = siren.api('POST', '/recipients/phone/test', {});
    await isActive(siren);
    pbx().asterisk.pause();
    const report = (await asked).body as RecipientTestReport;
    expect(told(report)).toMatch(/It was answered\.\nThe call is over: everything was played\./);
    expect(report.ok).toBe(true);
    expect(report.milliseconds).toBeLessThan(20_000);
    pbx().asterisk.resume();
    await isToldNext(siren);
  });

  it('that dies in the call and comes back was not told to the end, and is told of the next thing', async () => {
    recordInterop({ ...pbx().peer, feature: 'As a recipient dead or hanging in the call' });
    const phone = recipient(ECHO, { play: { kind: 'tone', hertz: 1_000, seconds: 60 } });
    const siren = await start(phone, { sip: { rtpSilenceSeconds: 1 } });
    await alarm(siren);
    await isActive(siren);
    await pbx().asterisk.kill();
    await pbx().asterisk.start();
    const { event } = await stateOf(siren, 'failing');
    expect(event.error).toMatch(/^it was answered, but then the other side is gone: its audio fell silent/);
    expect((await siren.api('PUT', '/recipients/phone', recipient(ECHO))).status).toBe(200);
    await isToldNext(siren);
  });

  it('that is slow to answer is told, and every step of it is', async () => {
    recordInterop({ ...pbx().peer, feature: 'As a recipient that answers late' });
    const siren = await start(recipient(SLOW));
    const report = (await siren.api('POST', '/recipients/phone/test', {})).body as RecipientTestReport;
    expect(report.ok).toBe(true);
    expect(report.milliseconds).toBeGreaterThan(3_000);
    const port = pbx().asterisk.port;
    expect(told(report)).toMatch(
      new RegExp(
        `Sending INVITE to udp 127\\.0\\.0\\.1:${port}\\.[\\s\\S]*The answer is 401 [\\s\\S]*The answer is 180 Ringing\\.` +
          `[\\s\\S]*It was answered\\.\\nThe call is over: everything was played\\.`,
      ),
    );
  });

  it.each([
    ['403', {}, /^the call failed \(403 Forbidden: the server does not let this account make the call/],
    ['404', {}, /^the call failed \(404 Not Found: there is no such extension at the server/],
    ['486', {}, /^it is busy \(486 Busy Here: the other side is busy\)\.$/],
    [
      '900',
      { account: '' },
      /^the call failed \(401 Unauthorized: the user ID, authentication ID or password/,
    ],
  ] as const)('that refuses (%s) says so, with what to do', async (number, settings, why) => {
    recordInterop({ ...pbx().peer, feature: 'As a recipient busy, unknown, or not answering' });
    const siren = await start(recipient(number, settings));
    const report = (await siren.api('POST', '/recipients/phone/test', {})).body as RecipientTestReport;
    expect(report.ok).toBe(false);
    expect(report.error).toMatch(why);
    expect(outgoing(siren)).toEqual([]);
  });
});
