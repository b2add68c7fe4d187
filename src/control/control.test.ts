import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rm, writeFile } from 'node:fs/promises';
import { FakeClock } from '../../test/support/fake-clock.js';
import { StandInDevice } from '../../test/support/stand-in-device.js';
import { SipsirenError } from '../base/errors.js';
import type { AccountId } from '../base/ids.js';
import { type Rule, ruleIdOf } from '../rules/rule.js';
import type { Role } from './command.js';
import { COMMANDS } from './commands/index.js';

let device: StandInDevice;

beforeEach(async () => {
  device = await StandInDevice.start(new FakeClock());
});

afterEach(() => device.close());

describe('the table of commands', () => {
  it('has each name once, with a summary and a kind that fits', () => {
    expect(new Set(COMMANDS.map((command) => command.name)).size).toBe(COMMANDS.length);
    for (const command of COMMANDS) {
      expect(command.summary).toMatch(/^[A-Z].*\.$/);
      if (command.kind === 'query') expect(command.role).toBe('viewer');
      else expect(command.role).not.toBe('viewer');
    }
  });

  it('refuses an unknown command, a role that is too low, and fields that do not exist', async () => {
    await expect(run('siren.launch')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(run('profiles.start', { name: 'Evacuation' }, 'viewer')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(run('profiles.delete', { name: 'Evacuation' }, 'operator')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(run('status.get', { extra: 1 })).rejects.toMatchObject({ problems: [{ path: 'extra' }] });
  });
});

describe('profiles', () => {
  it('are added, replaced, copied and deleted', async () => {
    expect(await run('profiles.create', { profile: { ...LAMP, name: 'Lamp' } })).toMatchObject({
      name: 'Lamp',
      priority: 3,
    });
    await run('profiles.update', { name: 'Lamp', profile: { ...LAMP, name: 'Lamp', priority: 5 } });
    await run('profiles.copy', { name: 'Lamp', copy: { name: 'Other lamp' } });
    expect(await run('profiles.get', { name: 'Other lamp' })).toMatchObject({ priority: 5 });
    await run('profiles.delete', { name: 'Lamp' });
    await expect(run('profiles.get', { name: 'Lamp' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('have names of their own', async () => {
    await expect(run('profiles.create', { profile: { ...LAMP, name: 'Doorbell' } })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const renamed = run('profiles.update', { name: 'Intrusion', profile: { ...LAMP, name: 'Doorbell' } });
    await expect(renamed).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('are thirty at most', async () => {
    for (let count = 5; count < 30; count++)
      await run('profiles.create', { profile: { ...LAMP, name: `Lamp ${count}` } });
    await expect(run('profiles.create', { profile: { ...LAMP, name: 'One more' } })).rejects.toMatchObject({
      code: 'LIMIT_REACHED',
    });
  });

  it('are not deleted while rules use them, unless the rules go too', async () => {
    await expect(run('profiles.delete', { name: 'Evacuation' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('"Evacuate on 1001"'),
    });
    await run('profiles.delete', { name: 'Evacuation', withRules: true });
    expect(device.config.get('rules').map((rule) => rule.name)).toEqual(['Doorbell on 1002']);
  });

  it('stay with their rules under a new name', async () => {
    const stored = device.config.get('profiles').find((profile) => profile.name === 'Evacuation');
    await run('profiles.update', { name: 'Evacuation', profile: { ...stored, name: 'Leave now' } });
    expect(device.config.get('rules')[0]?.actions[0]).toMatchObject({ profile: 'Leave now' });
    device.calls.arrive('1001');
    expect(device.siren.status().light[0]?.profile).toBe('Leave now');
  });

  it('start and stop by hand, with the cause in the status', async () => {
    const started = await run('profiles.start', { name: 'Evacuation' }, 'operator');
    expect(started).toMatchObject({
      lightId: expect.any(Number),
      sirenId: expect.any(Number),
    });
    expect(await run('status.get')).toMatchObject({
      light: [{ profile: 'Evacuation', priority: 8, running: true, cause: 'by hand, through a test' }],
    });
    expect(await run('profiles.stop', { name: 'Evacuation' })).toEqual({ stopped: true });
    expect(await run('profiles.stop', { name: 'Evacuation' })).toEqual({ stopped: false });
    await expect(run('profiles.stop', { name: 'Nothing' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('can be stopped after they were deleted', async () => {
    await run('profiles.start', { name: 'Intrusion' });
    await run('profiles.delete', { name: 'Intrusion' });
    expect(await run('profiles.stop', { name: 'Intrusion' })).toEqual({ stopped: true });
    expect(device.siren.status().light).toEqual([]);
  });
});

describe('activities', () => {
  it('are listed highest priority first and stop one by one or all together', async () => {
    await run('profiles.start', { name: 'Doorbell' });
    const { lightId } = (await run('profiles.start', { name: 'Evacuation' })) as { lightId: number };
    expect(device.siren.status().light.map((activity) => activity.profile)).toEqual([
      'Evacuation',
      'Doorbell',
    ]);
    await run('activities.stop', { id: lightId });
    expect(device.siren.status().light).toMatchObject([{ profile: 'Doorbell', running: true }]);
    await expect(run('activities.stop', { id: lightId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await run('siren.stopAll')).toEqual({ stopped: true });
    expect(device.siren.status()).toEqual({ light: [], siren: [] });
  });
});

describe('rules', () => {
  const RULE = {
    name: 'Attention on 1003',
    conditions: [{ kind: 'call.state', state: 'Active', localUri: '1003' }],
    actions: [{ kind: 'siren.profile', profile: 'Attention', run: 'whileActive' }],
  };

  it('take effect when they are added and end when they are deleted', async () => {
    const { id } = (await run('rules.create', { rule: RULE })) as { id: string };
    device.calls.arrive('1003');
    expect(device.siren.status().light).toMatchObject([{ profile: 'Attention' }]);
    await run('rules.delete', { id });
    expect(device.siren.status().light).toEqual([]);
  });

  it('are turned off and on', async () => {
    const { id } = (await run('rules.create', { rule: RULE })) as { id: string };
    await run('rules.enable', { id, change: { enabled: false } }, 'operator');
    device.calls.arrive('1003');
    expect(device.siren.status().light).toEqual([]);
    expect(await run('rules.status')).toContainEqual(
      expect.objectContaining({ id, enabled: false, active: false }),
    );
    await run('rules.enable', { id, change: { enabled: true } });
    expect(device.siren.status().light).toMatchObject([{ profile: 'Attention' }]);
  });

  it('keep their id, and those of a demo device go by their name', async () => {
    const stored = device.config.get('rules')[0];
    await run('rules.update', { id: 'Evacuate on 1001', rule: { ...stored, name: 'Evacuate' } });
    expect(await run('rules.get', { id: 'Evacuate on 1001' })).toMatchObject({ name: 'Evacuate' });
    await expect(
      run('rules.update', { id: 'Evacuate on 1001', rule: { ...stored, id: 'other' } }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      path: 'id',
    });
  });

  it('may not run a profile or ask for an account that does not exist', async () => {
    const [action] = RULE.actions;
    await expect(
      run('rules.create', { rule: { ...RULE, actions: [{ ...action, profile: 'Nope' }] } }),
    ).rejects.toMatchObject({
      problems: [{ path: 'rule.actions[0].profile' }],
    });
    const [condition] = RULE.conditions;
    const forNobody = { ...RULE, conditions: [{ ...condition, account: 'nobody' }] };
    await expect(run('rules.create', { rule: forNobody })).rejects.toMatchObject({
      problems: [{ path: 'rule.conditions[0].account', accepted: 'one of peer-to-peer' }],
    });
  });

  it('have names of their own', async () => {
    await run('rules.create', { rule: RULE });
    await expect(run('rules.create', { rule: RULE })).rejects.toMatchObject({
      code: 'CONFLICT',
      path: 'name',
    });
  });

  it('can be asked why', async () => {
    const callId = device.calls.arrive('1001');
    expect(await run('rules.why', { callId })).toMatchObject([
      { ruleName: 'Evacuate on 1001', outcome: 'activated' },
      { ruleName: 'Doorbell on 1002', outcome: 'notConcerned' },
    ]);
    expect(await run('rules.why', { rule: 'Doorbell on 1002', callId })).toHaveLength(2);
  });
});

describe('accounts', () => {
  const OFFICE = {
    mode: 'registered',
    name: 'Office',
    userId: '1001',
    registrar: 'pbx.example.com',
    password: 's3cret',
  };

  it('never show a password and keep it where none is given', async () => {
    const created = (await run('accounts.create', {
      account: {
        ...OFFICE,
        id: 'office',
        proxies: [{ server: 'proxy.example.com', username: 'u', password: 'pr0xy' }],
      },
    })) as object;
    expect(created).toMatchObject({ id: 'office', hasPassword: true, proxies: [{ hasPassword: true }] });
    expect(JSON.stringify([created, await run('accounts.list')])).not.toMatch(/s3cret|pr0xy|"password"/);
    await run('accounts.update', {
      id: 'office',
      account: {
        ...OFFICE,
        password: '',
        callerId: 'Siren',
        proxies: [{ server: 'proxy.example.com', username: 'u' }],
      },
    });
    expect(stored('office')).toMatchObject({
      password: 's3cret',
      callerId: 'Siren',
      proxies: [{ password: 'pr0xy' }],
    });
  });

  it('lose a password where null is given, and hide the one for callers', async () => {
    const proxies = [{ server: 'proxy.example.com', username: 'u', password: 'pr0xy' }];
    await run('accounts.create', { account: { ...OFFICE, id: 'office', proxies } });
    const cleared = await run('accounts.update', {
      id: 'office',
      account: { ...OFFICE, password: null, proxies: [{ ...proxies[0], password: null }] },
    });
    expect(cleared).toMatchObject({ hasPassword: false, proxies: [{ hasPassword: false }] });
    expect(stored('office')).toMatchObject({ password: '', proxies: [{ password: '' }] });

    const gate = { id: 'gate', mode: 'peer-to-peer' };
    const shown = await run('accounts.create', { account: { ...gate, callerPassword: 'c4ller' } });
    expect(shown).toMatchObject({ hasCallerPassword: true });
    expect(JSON.stringify(shown)).not.toContain('c4ller');
    await run('accounts.update', { id: 'gate', account: shown });
    expect(stored('gate')?.callerPassword).toBe('c4ller');
    await run('accounts.update', { id: 'gate', account: { ...OFFICE } });
    expect(stored('gate')?.callerPassword).toBe('');
    await run('accounts.update', { id: 'gate', account: { ...gate, callerPassword: 'c4ller' } });
    await run('accounts.update', { id: 'gate', account: { ...gate, callerPassword: null } });
    expect(stored('gate')?.callerPassword).toBe('');
  });

  it('are not answered later than they are given up', async () => {
    const late = { mode: 'peer-to-peer', answerAfterSeconds: 60 };
    await expect(run('accounts.create', { account: late })).rejects.toMatchObject({
      problems: [{ path: expect.stringContaining('answerAfterSeconds'), accepted: 'less than 60' }],
    });
    await run('accounts.create', { account: { ...late, answerAfterSeconds: 59 } });
    await expect(run('sip.update', { settings: { callingTimeoutSeconds: 30 } })).rejects.toMatchObject({
      code: 'INVALID_VALUE',
    });
  });

  it('do not send the password of one proxy to another', async () => {
    const proxies = [{ server: 'proxy.example.com', username: 'u', password: 'pr0xy' }];
    await run('accounts.create', { account: { ...OFFICE, id: 'office', proxies } });
    await run('accounts.update', {
      id: 'office',
      account: { ...OFFICE, proxies: [{ server: 'evil.example.com', username: 'u' }] },
    });
    expect(stored('office')?.proxies).toEqual([{ server: 'evil.example.com', username: 'u', password: '' }]);
  });

  it('have exactly one default at any time', async () => {
    const { id } = (await run('accounts.create', { account: OFFICE })) as { id: AccountId };
    expect(id).toMatch(/^account-/);
    await expect(run('accounts.delete', { id: 'peer-to-peer' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(
      run('accounts.update', { id: 'peer-to-peer', account: { mode: 'peer-to-peer' } }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      path: 'isDefault',
    });
    await run('accounts.update', { id, account: { ...OFFICE, isDefault: true } });
    expect(
      device.config
        .get('accounts')
        .filter((account) => account.isDefault)
        .map((account) => account.id),
    ).toEqual([id]);
    await run('accounts.delete', { id: 'peer-to-peer' });
    expect(device.config.get('accounts')).toHaveLength(1);
  });

  it('register at once where that is asked for, but not one that registers nowhere', async () => {
    await run('accounts.create', { account: { ...OFFICE, id: 'office' } });
    await run('accounts.refresh', { id: 'office' });
    expect(device.calls.refreshed).toEqual(['office']);
    await expect(run('accounts.refresh', { id: 'peer-to-peer' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(run('accounts.refresh', { id: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are not deleted while a rule asks for them', async () => {
    await run('accounts.create', { account: { ...OFFICE, id: 'office' } });
    await run('rules.create', {
      rule: {
        name: 'Office calls',
        conditions: [{ kind: 'call.state', state: 'Active', account: 'office' }],
        actions: [{ kind: 'siren.profile', profile: 'Doorbell', run: 'whileActive' }],
      },
    });
    await expect(run('accounts.delete', { id: 'office' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('"Office calls"'),
    });
  });

  it('show their registration in the status', async () => {
    await run('accounts.create', { account: { ...OFFICE, id: 'office' } });
    device.calls.registrations.set('office' as AccountId, { state: 'refused', status: 403 });
    expect(await run('status.get')).toMatchObject({
      accounts: [{ id: 'peer-to-peer' }, { id: 'office', registration: { state: 'refused', status: 403 } }],
    });
  });
});

describe('what a query gives', () => {
  const OFFICE = {
    id: 'office',
    mode: 'registered',
    userId: '1001',
    registrar: 'pbx.example.com',
    password: 's3cret',
    proxies: [{ server: 'proxy.example.com', username: 'u', password: 'pr0xy' }],
  };

  it('is accepted by the command that replaces it, and changes nothing', async () => {
    await run('accounts.create', { account: OFFICE });
    const before = device.config.document;
    for (const { name } of before.profiles)
      await run('profiles.update', { name, profile: await run('profiles.get', { name }) });
    for (const rule of (await run('rules.list')) as Rule[])
      await run('rules.update', { id: ruleIdOf(rule), rule: await run('rules.get', { id: ruleIdOf(rule) }) });
    for (const { id } of before.accounts)
      await run('accounts.update', { id, account: await run('accounts.get', { id }) });
    await run('sip.replace', { settings: await run('sip.get') });
    const { rules, ...others } = device.config.document;
    const { rules: rulesBefore, ...othersBefore } = before;
    expect(others).toEqual(othersBefore);
    expect(rules).toEqual(rulesBefore.map((rule) => ({ ...rule, id: ruleIdOf(rule) })));
    expect(stored('office')).toMatchObject({ password: 's3cret', proxies: [{ password: 'pr0xy' }] });
  });

  it('marks a password only with yes or no', async () => {
    await expect(run('accounts.create', { account: { ...OFFICE, hasPassword: 'x' } })).rejects.toMatchObject({
      problems: [{ path: 'account.hasPassword' }],
    });
  });
});

describe('SIP settings', () => {
  it('are changed field by field or replaced as a whole', async () => {
    await run('sip.update', { settings: { port: 5070, allowIncomingCalls: true } });
    await run('sip.update', { settings: { callingTimeoutSeconds: 30 } });
    expect(await run('sip.get')).toMatchObject({
      port: 5070,
      allowIncomingCalls: true,
      callingTimeoutSeconds: 30,
    });
    await run('sip.replace', { settings: { port: 5080 } });
    expect(await run('sip.get')).toMatchObject({
      port: 5080,
      allowIncomingCalls: false,
      callingTimeoutSeconds: 60,
    });
  });

  it('are taken over before they are stored, so that a port that is taken changes nothing', async () => {
    const before = await run('sip.get');
    device.calls.refusal = new SipsirenError(
      'ADDRESS_IN_USE',
      'udp 0.0.0.0:5070 is used by another program.',
    );
    for (const command of ['sip.update', 'sip.replace']) {
      await expect(run(command, { settings: { port: 5070 } })).rejects.toMatchObject({
        code: 'ADDRESS_IN_USE',
        path: 'settings.port',
        message: expect.stringContaining('SIP port 5070'),
      });
    }
    expect(await run('sip.get')).toEqual(before);
    device.calls.refusal = undefined;
    await run('sip.update', { settings: { port: 5080 } });
    expect(device.calls.applied.at(-1)).toEqual(await run('sip.get'));
  });

  it('run as before where they cannot be stored', async () => {
    const before = await run('sip.get');
    await rm(device.folder, { recursive: true });
    await writeFile(device.folder, 'no folder');
    await expect(run('sip.update', { settings: { port: 5070 } })).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    });
    expect(device.calls.applied.map(({ port }) => port)).toEqual([5070, 5060]);
    expect(await run('sip.get')).toEqual(before);
  });

  it('say which range is accepted', async () => {
    await expect(run('sip.update', { settings: { tlsPort: 5060 } })).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      path: 'settings.tlsPort',
    });
    await expect(run('sip.update', { settings: { port: 80 } })).rejects.toMatchObject({
      problems: [{ path: 'settings.port', accepted: 'a whole number from 1024 to 65535' }],
    });
  });
});

describe('calls', () => {
  it('are placed, answered, ended and remembered', async () => {
    const { callId } = (await run('calls.place', { call: { to: 'sip:1001@127.0.0.1' } })) as {
      callId: string;
    };
    expect(await run('calls.get', { id: callId })).toMatchObject({ state: 'Calling', direction: 'Outgoing' });
    await run('calls.answer', { id: callId });
    await run('calls.dtmf', { id: callId, keys: { digits: '12#A' } });
    expect(device.calls.sent).toEqual([[callId, '12#A']]);
    await expect(run('calls.dtmf', { id: callId, keys: { digits: '1x' } })).rejects.toMatchObject({
      problems: [{ path: 'keys.digits' }],
    });
    await run('calls.end', { id: callId });
    expect(await run('calls.list')).toMatchObject([{ callId, state: 'Idle' }]);
    await expect(run('calls.end', { id: callId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('what can be shown and sounded', () => {
  it('lists patterns and renders a sound', async () => {
    expect(await run('patterns.list')).toMatchObject({
      light: expect.any(Array),
      siren: expect.any(Array),
    });
    const { contentType, bytes } = (await run('sounds.render', {
      pattern: 'siren evac',
      sampleRate: 8_000,
    })) as {
      contentType: string;
      bytes: Uint8Array;
    };
    expect(contentType).toBe('audio/wav');
    expect(Buffer.from(bytes).toString('latin1', 0, 4)).toBe('RIFF');
    await expect(run('sounds.render', { pattern: 'Siren: Nope' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('reads what the virtual output showed', async () => {
    await run('profiles.start', { name: 'All clear' });
    const recording = (await run('output.recording')) as { frame: string; light?: { profile: string } }[];
    expect(recording.at(-1)?.light?.profile).toBe('All clear');
    expect(Buffer.from(recording.at(-1)!.frame, 'base64')).toHaveLength(48);
  });
});

const LAMP = { light: { pattern: 'Steady', colors: ['green'] } };

function run(name: string, input: unknown = {}, role: Role = 'administrator'): Promise<unknown> {
  return device.control.run(name, input, { role, name: 'a test' });
}

function stored(id: string) {
  return device.config.get('accounts').find((account) => account.id === id);
}
