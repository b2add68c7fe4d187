import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Asterisk } from '../support/asterisk/asterisk.js';
import { freePort } from '../support/free-port.js';
import { TestDevice } from '../support/test-device.js';
import { toneLevel } from '../support/tone-level.js';
import { until } from '../support/until.js';
import { readWav } from '../support/wav.js';

let asterisk: Asterisk;
let siren: TestDevice;
/** The console's answer to the last call that Asterisk placed, which comes when that call is answered or over. */
let originated: Promise<string> | undefined;

const account = () => ({
  id: 'pbx',
  mode: 'registered',
  userId: 'siren',
  password: 'change-me-siren',
  registrar: `127.0.0.1:${asterisk.port}`,
});

beforeAll(async () => {
  asterisk = new Asterisk({
    port: await freePort(),
    rtpStart: 15_000,
    extraConfig: ['test/asterisk/config/extensions_local.conf', 'test/asterisk/config/pjsip_local.conf'],
  });
  await asterisk.start();
}, 30_000);

afterAll(async () => {
  await asterisk.close();
});

beforeEach(async () => {
  siren = await TestDevice.start({ accounts: [account()] });
  await siren.event('account.registration', (event) => event.state === 'registered');
}, 30_000);

afterEach(async () => {
  await asterisk.command('channel request hangup all');
  await originated;
  await siren.close();
});

/** Dials a number of the PBX's internal context and runs a part of the test dial plan on the caller's side. */
function dial(number: string, callerDoes: 'stay' | 'brief' | 'dtmf'): void {
  originated = asterisk.command(`channel originate Local/${number}@internal extension ${callerDoes}@tests`);
}

describe('Asterisk calls the siren', () => {
  it('and the profile of the extension shows within 200 ms of the 200 OK, until the BYE', async () => {
    dial('1001', 'brief');
    const active = await siren.event('call.state', (event) => event.state === 'Active');
    expect(active.event.localUri).toBe('sip:1001@pbx.example.com');
    const shown = siren.device.output.recording().find((picture) => picture.light?.profile === 'Evacuation');
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
    await asterisk.command(`dialplan set global SIREN_ADDRESS ${siren.sipAddress}`);
    dial('81002', 'stay');
    const active = await siren.event('call.state', (event) => event.state === 'Active');
    expect(active.event).toMatchObject({ account: 'peer-to-peer', localUri: `sip:1002@${siren.sipAddress}` });
    const running = siren.device.siren.status().light.find((activity) => activity.running);
    expect(running?.profile).toBe('Doorbell');
  });

  it('and every key it presses arrives once', async () => {
    dial('1001', 'dtmf');
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(siren.events('call.dtmf').map((event) => event.digit)).toEqual(Array.from('0123456789ABCD*#'));
    expect(new Set(siren.events('call.dtmf').map((event) => event.method))).toEqual(new Set(['rtp']));
  });

  it('and gives up while it rings: nothing sounds', async () => {
    await siren.device.config.update('accounts', (accounts) =>
      accounts.map((one) => ({ ...one, answerAutomatically: false })),
    );
    await until('the account to be registered again', () =>
      siren.device.calls.registrationOf('pbx' as never).state === 'registered' ? true : undefined,
    );
    dial('1001', 'stay');
    await siren.event('call.state', (event) => event.state === 'Ringing');
    await asterisk.command('channel request hangup all');
    const end = await siren.event('call.stateChange');
    expect(end.event.reason).toBe('NoAnswer');
    expect(siren.events('activity')).toEqual([]);
  });
});

describe('the siren calls Asterisk', () => {
  it('and the recording over there holds its tone', async () => {
    await siren.device.calls.place({
      account: 'pbx' as never,
      to: `sip:910@127.0.0.1:${asterisk.port}`,
    });
    await siren.event('call.state', (event) => event.state === 'Active');
    await siren.event('call.state', (event) => event.state === 'Idle');
    const { samples, sampleRate } = readWav(readFileSync(join(asterisk.folder, 'spool/siren.wav')));
    const levels = [587.33, 880].map((hertz) => toneLevel(samples, sampleRate, hertz));
    for (const level of levels) expect(level).toBeGreaterThan(0.05);
  });

  it.each([
    ['486', 'Busy'],
    ['404', 'Failed'],
  ] as const)('and hears why nobody takes it: %s is %s', async (number, reason) => {
    await siren.device.calls.place({
      account: 'pbx' as never,
      to: `sip:${number}@127.0.0.1:${asterisk.port}`,
    });
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(siren.events('call.stateChange').map((event) => event.reason)).toEqual(['Initiated', reason]);
  });

  it('and takes the call back when nobody answers in time', async () => {
    await siren.device.config.update('sip', (sip) => ({ ...sip, callingTimeoutSeconds: 1 }));
    await siren.device.calls.place({
      account: 'pbx' as never,
      to: `sip:180@127.0.0.1:${asterisk.port}`,
    });
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(siren.events('call.stateChange').at(-1)?.reason).toBe('NoAnswer');
    await until('Asterisk to drop its side', async () =>
      (await asterisk.command('core show channels')).includes('0 active channels'),
    );
  });
});
