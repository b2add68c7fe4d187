import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { Sipp } from '../support/sipp/sipp.js';
import { TestDevice } from '../support/test-device.js';

/**
 * The recipes of the device manual, step by step through the API, with sipp as the caller. The device starts
 * as it would on a wall: in maintenance mode, SIP off, no profile, no rule.
 */
let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ demo: false, http: true });
  // Go to Overview > Maintenance to turn off Maintenance mode.
  await send('PUT', '/maintenance', { active: false }, 200);
  siren.published.splice(0);
});

afterEach(async () => {
  await siren.close();
});

async function send(method: string, path: string, body: unknown, status: number): Promise<void> {
  const answer = await siren.api(method, path, body);
  expect({ path, ...answer }).toMatchObject({ path, status });
}

/** Go to System > SIP > SIP settings, select Enable SIP and Allow incoming calls, click Save. */
async function activateSip(): Promise<void> {
  await send('PATCH', '/sip', { enabled: true, allowIncomingCalls: true }, 200);
}

async function addProfile(name: string, priority: number): Promise<void> {
  const profile = {
    name,
    priority,
    light: { pattern: 'Steady', colors: ['red'], intensity: 3 },
    siren: { pattern: 'Siren: Evac', intensity: 1 },
  };
  await send('POST', '/profiles', profile, 201);
}

function runningLight(): string | undefined {
  return siren.device.siren.status().light.find((activity) => activity.running)?.profile;
}

/** A rule that starts or stops a profile when a call to the extension is accepted or over. */
function extensionRule(extension: string, profile: string, run: 'start' | 'stop') {
  return {
    name: `${run} ${profile}`,
    conditions: [
      {
        kind: 'call.stateChange',
        reason: run === 'start' ? 'AcceptedByDevice' : 'Terminated',
        direction: 'Incoming',
        localUri: `sip:${extension}@127.0.0.1:${siren.sipPort}`,
      },
    ],
    actions: [{ kind: 'siren.profile', profile, run }],
  };
}

describe('Start a profile through SIP', () => {
  it('runs the profile while a call is active', async () => {
    recordInterop({
      peer: 'sipp',
      version: programVersion('sipp'),
      feature: 'Recipe: start a profile through SIP',
    });
    await addProfile('Alarm', 5);
    await activateSip();
    await send(
      'POST',
      '/rules',
      {
        name: 'Alarm by SIP',
        conditions: [{ kind: 'call.state', state: 'Active' }],
        actions: [{ kind: 'siren.profile', profile: 'Alarm', run: 'whileActive' }],
      },
      201,
    );
    const caller = await Sipp.start({ to: siren.sipAddress, extension: 'anything', talk: 300 });
    await siren.event('call.state', (event) => event.state === 'Active');
    expect(runningLight()).toBe('Alarm');
    const status = await siren.api('GET', '/status');
    expect(status.body).toMatchObject({
      light: [{ profile: 'Alarm', priority: 5, running: true }],
      siren: [{ profile: 'Alarm', priority: 5, running: true }],
      calls: [{ state: 'Active', remoteUri: expect.stringContaining('sip:guard@127.0.0.1') }],
    });
    await caller.finished();
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(siren.device.siren.status()).toEqual({ light: [], siren: [] });
  });
});

describe('Control more than one profile through SIP extensions', () => {
  it('starts and stops the profile that belongs to the extension, and no other', async () => {
    recordInterop({
      peer: 'sipp',
      version: programVersion('sipp'),
      feature: 'Recipe: more than one profile by extensions',
    });
    await addProfile('One', 3);
    await addProfile('Two', 4);
    await activateSip();
    for (const [extension, profile] of [
      ['1001', 'One'],
      ['1002', 'Two'],
    ] as const) {
      await send('POST', '/rules', extensionRule(extension, profile, 'start'), 201);
      await send('POST', '/rules', extensionRule(extension, profile, 'stop'), 201);
    }
    await Sipp.run({ to: siren.sipAddress, extension: '1002', talk: 100 });
    await siren.event('call.state', (event) => event.state === 'Idle');
    const changes = siren.events('activity').filter((event) => event.function === 'light');
    expect(changes.map(({ profile, change }) => `${profile} ${change}`)).toEqual([
      'Two started',
      'Two ended',
    ]);
  });

  it('leaves a call to another extension without effect, and says why', async () => {
    await addProfile('One', 3);
    await activateSip();
    await send('POST', '/rules', extensionRule('1001', 'One', 'start'), 201);
    await Sipp.run({ to: siren.sipAddress, extension: '1009', talk: 50 });
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(siren.events('activity')).toEqual([]);
    const [call] = siren.device.calls.history();
    const why = await siren.api('GET', `/rule-decisions?callId=${call!.callId}`);
    expect(why.status).toBe(200);
    expect(JSON.stringify(why.body)).toContain('1009');
  });
});

describe('Run two profiles with different priorities', () => {
  it('shows the higher one over the lower one and comes back to it', async () => {
    recordInterop({
      peer: 'sipp',
      version: programVersion('sipp'),
      feature: 'Recipe: profiles with priorities',
    });
    await addProfile('Low', 3);
    await addProfile('High', 4);
    await activateSip();
    for (const [extension, profile] of [
      ['1003', 'Low'],
      ['1004', 'High'],
    ] as const) {
      await send(
        'POST',
        '/rules',
        {
          name: profile,
          conditions: [{ kind: 'call.state', state: 'Active', localUri: extension }],
          actions: [{ kind: 'siren.profile', profile, run: 'whileActive' }],
        },
        201,
      );
    }
    const low = await Sipp.start({ to: siren.sipAddress, extension: '1003', talk: 2_000 });
    await siren.event('activity', (event) => event.profile === 'Low' && event.change === 'started');
    expect(runningLight()).toBe('Low');
    const high = await Sipp.start({ to: siren.sipAddress, extension: '1004', talk: 300 });
    await siren.event('activity', (event) => event.profile === 'Low' && event.change === 'interrupted');
    expect(runningLight()).toBe('High');
    await high.finished();
    await siren.event('activity', (event) => event.profile === 'Low' && event.change === 'resumed');
    expect(runningLight()).toBe('Low');
    await low.finished();
    await siren.event('activity', (event) => event.profile === 'Low' && event.change === 'ended');
    expect(runningLight()).toBeUndefined();
  });
});

describe('a call that is not taken', () => {
  it('is refused with 403 while incoming calls are not allowed', async () => {
    recordInterop({
      peer: 'sipp',
      version: programVersion('sipp'),
      feature: 'Refused while incoming calls are not allowed',
    });
    await send('PATCH', '/sip', { enabled: true }, 200);
    await expect(Sipp.run({ to: siren.sipAddress, extension: '1001' })).rejects.toThrow('403');
    const [call] = siren.device.calls.history();
    expect(call).toMatchObject({ reason: 'Denied', detail: expect.stringContaining('not allowed') });
  });

  it('rings until the caller gives up, where the account does not answer by itself', async () => {
    recordInterop({
      peer: 'sipp',
      version: programVersion('sipp'),
      feature: 'Rings until the caller gives up',
    });
    await activateSip();
    const { body } = await siren.api('GET', '/accounts/peer-to-peer');
    await send('PUT', '/accounts/peer-to-peer', { ...(body as object), answerAutomatically: false }, 200);
    await Sipp.run({ to: siren.sipAddress, extension: '1001', scenario: 'cancel.xml' });
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(siren.events('call.state').map((event) => event.state)).toEqual(['Ringing', 'Idle']);
    expect(siren.events('call.stateChange').map((event) => event.reason)).toEqual(['NoAnswer']);
  });
});

describe('calls over TCP', () => {
  it('are taken like those over UDP', async () => {
    recordInterop({ peer: 'sipp', version: programVersion('sipp'), feature: 'Direct call by TCP' });
    await addProfile('Alarm', 5);
    await activateSip();
    await Sipp.run({ to: siren.sipAddress, extension: '1001', transport: 'tcp', talk: 100, calls: 5 });
    expect(siren.events('call.stateChange').filter((event) => event.reason === 'Terminated')).toHaveLength(5);
  });
});
