import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestDevice } from '../support/test-device.js';

let folder: string;
let siren: TestDevice;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
  siren = await TestDevice.start({ http: true, folder });
});

afterEach(async () => {
  await siren.close();
  rmSync(folder, { recursive: true, force: true });
});

const shown = () => siren.device.output.current.light?.profile;

async function rule(condition: object, action: object = {}, name = 'Alarm'): Promise<void> {
  const answer = await siren.api('POST', '/rules', {
    name,
    conditions: [condition],
    actions: [{ kind: 'siren.profile', profile: 'Evacuation', run: 'whileActive', ...action }],
  });
  expect(answer).toMatchObject({ status: 201 });
}

describe('Virtual inputs over the API', () => {
  it('run a profile while they are active, and go back by themselves', async () => {
    await rule({ kind: 'io.virtualInput', port: 7 });
    expect(await siren.api('POST', '/virtual-inputs/7/activate')).toMatchObject({
      status: 200,
      body: { changed: true, port: 7, active: true },
    });
    expect(shown()).toBe('Evacuation');
    expect(await siren.api('POST', '/virtual-inputs/7/activate', { duration: 0.05 })).toMatchObject({
      status: 200,
      body: { changed: false, active: true, until: expect.any(Number) },
    });
    await siren.event('input.virtual', ({ input, active }) => input === 7 && !active);
    expect(shown()).toBeUndefined();
    expect(await siren.api('POST', '/virtual-inputs/7/deactivate')).toMatchObject({
      body: { changed: false },
    });
  });

  it('are 64, with names', async () => {
    expect(await siren.api('PATCH', '/virtual-inputs/64', { name: 'Camera' })).toMatchObject({ status: 200 });
    const { body } = await siren.api('GET', '/virtual-inputs');
    expect(body).toHaveLength(64);
    expect((body as object[])[63]).toEqual({ port: 64, name: 'Camera', active: false });
    for (const [path, sent] of [
      ['/virtual-inputs/65/activate', undefined],
      ['/virtual-inputs/0/activate', undefined],
      ['/virtual-inputs/1/activate', { duration: -1 }],
      ['/virtual-inputs/x/deactivate', undefined],
    ] as const) {
      expect([path, (await siren.api('POST', path, sent)).status]).toEqual([path, 422]);
    }
  });

  it('are set by rules, and let go of by them', async () => {
    await siren.api('POST', '/manual-triggers', { id: 'drill', name: 'Drill' });
    await rule(
      { kind: 'io.manualTrigger', manualTrigger: 'drill' },
      { kind: 'io.virtualInput', port: 3, profile: undefined },
    );
    await rule({ kind: 'io.virtualInput', port: 3 }, {}, 'Show');
    await siren.api('POST', '/manual-triggers/drill/state', { state: 'on' });
    expect(await siren.api('GET', '/virtual-inputs/3')).toMatchObject({ body: { active: true } });
    expect(shown()).toBe('Evacuation');
    await siren.api('POST', '/manual-triggers/drill/state', { state: 'off' });
    expect(await siren.api('GET', '/virtual-inputs/3')).toMatchObject({ body: { active: false } });
    expect(shown()).toBeUndefined();
  });

  it('outlive a restart with the time that is left', async () => {
    await rule({ kind: 'io.virtualInput', port: 1 });
    await siren.api('POST', '/virtual-inputs/1/activate', { duration: 600 });
    await siren.api('POST', '/virtual-inputs/2/activate');
    const before = await siren.api('GET', '/virtual-inputs/1');
    await siren.close();
    siren = await TestDevice.start({ http: true, folder });
    expect(shown()).toBe('Evacuation');
    expect(await siren.api('GET', '/virtual-inputs/2')).toMatchObject({ body: { active: true } });
    const after = await siren.api('GET', '/virtual-inputs/1');
    const until = (answer: { body: unknown }) => (answer.body as { until: number }).until;
    expect(Math.abs(until(after) - until(before))).toBeLessThan(2_000);
  });
});

describe('Manual triggers', () => {
  it('come as a pulse, by name, until no rule needs them', async () => {
    expect(await siren.api('POST', '/manual-triggers', { name: 'Drill' })).toMatchObject({ status: 201 });
    const { body } = await siren.api('GET', '/manual-triggers');
    const [{ id }] = body as [{ id: string }];
    await rule({ kind: 'io.manualTrigger', manualTrigger: id }, { run: 'start' });
    expect(await siren.api('POST', `/manual-triggers/${id}/state`, { state: 'pulse' })).toEqual({
      status: 200,
      body: { active: false },
    });
    expect(shown()).toBe('Evacuation');
    expect(await siren.api('DELETE', `/manual-triggers/${id}`)).toMatchObject({
      status: 409,
      body: { detail: `The manual trigger "${id}" is used by the rule "Alarm". Change it first.` },
    });
    expect(await siren.api('POST', '/manual-triggers/none/state', { state: 'on' })).toMatchObject({
      status: 404,
    });
    expect(await siren.api('POST', '/manual-triggers', { name: 'Drill' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'name', message: 'another manual trigger has this name' }] },
    });
  });
});

describe('Heartbeats', () => {
  it('raise the alarm when one is missed, until the next', async () => {
    const nvr = { id: 'nvr', name: 'Recorder', everySeconds: 1 };
    expect(await siren.api('POST', '/heartbeats', nvr)).toMatchObject({
      status: 201,
      body: { status: { state: 'waiting' }, countsFrom: 'firstBeat' },
    });
    await rule({ kind: 'heartbeat.lost', heartbeat: 'nvr' });
    expect(await siren.api('POST', '/heartbeats/nvr/beat')).toMatchObject({ body: { state: 'alive' } });
    await siren.event('heartbeat', ({ state }) => state === 'lost');
    expect(shown()).toBe('Evacuation');
    await siren.api('POST', '/heartbeats/nvr/beat');
    expect(shown()).toBeUndefined();
    expect(await siren.api('POST', '/heartbeats/other/beat')).toMatchObject({ status: 404 });
  });
});

describe('Schedules over the API', () => {
  const always = {
    id: 'always',
    name: 'Always',
    kind: 'interval',
    start: '2020-01-01T00:00',
    end: '2020-01-02T00:00',
    recurrence: { repeat: 'daily' },
  };

  it('count at once, tell what comes, and are there after a restart', async () => {
    await rule({ kind: 'siren.activity' }, { kind: 'io.virtualInput', port: 9, profile: undefined });
    expect(await siren.api('POST', '/schedules', always)).toMatchObject({
      status: 201,
      body: { status: { active: true }, next: expect.any(Array) },
    });
    const { body } = await siren.api('GET', '/schedules/always');
    expect((body as { next: unknown[] }).next).toHaveLength(10);
    await rule({ kind: 'schedule.active', schedule: 'always' }, {}, 'Scheduled');
    expect(shown()).toBe('Evacuation');
    expect(await siren.api('GET', '/virtual-inputs/9')).toMatchObject({ body: { active: true } });
    await siren.close();
    siren = await TestDevice.start({ http: true, folder });
    expect(shown()).toBe('Evacuation');
    const off = { ...(body as object), enabled: false };
    expect(await siren.api('PUT', '/schedules/always', off)).toMatchObject({
      body: { status: { active: false } },
    });
    expect(shown()).toBeUndefined();
  });

  it('leave out holidays, which are imported, and go with them', async () => {
    const day = new Date().toISOString().slice(0, 10);
    expect(await siren.api('POST', '/schedules', { ...always, holidays: ['se'] })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'holidays[0]', message: expect.stringContaining('list of holidays "se"') }] },
    });
    await siren.api('POST', '/holidays', { id: 'se', name: 'Sweden' });
    await siren.api('PATCH', '/device', { timeZone: 'UTC' });
    await siren.api('POST', '/schedules', { ...always, holidays: ['se'] });
    expect(siren.events('schedule').at(-1)).toMatchObject({ schedule: 'always', active: true });
    const calendar = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'BEGIN:VEVENT',
      'UID:1',
      `DTSTART;VALUE=DATE:${day.replaceAll('-', '')}`,
      'SUMMARY:Today',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n');
    const imported = await fetch(`${siren.url}/api/v1/holidays/se/import`, {
      method: 'POST',
      headers: { 'content-type': 'text/calendar' },
      body: calendar,
    });
    expect(await imported.json()).toMatchObject({ dates: [day] });
    expect(siren.events('schedule').at(-1)).toMatchObject({ schedule: 'always', active: false });
    expect(await siren.api('DELETE', '/holidays/se')).toMatchObject({
      status: 409,
      body: { detail: 'The list of holidays "se" is used by the schedules "Always". Change them first.' },
    });
    await rule({ kind: 'schedule.active', schedule: 'always' });
    expect(await siren.api('DELETE', '/schedules/always')).toMatchObject({
      status: 409,
      body: { detail: 'The schedule "always" is used by the rule "Alarm". Change it first.' },
    });
  });

  it('go out as a calendar and come back', async () => {
    await siren.api('POST', '/schedules', always);
    const text = await (await fetch(`${siren.url}/api/v1/schedules.ics`)).text();
    expect(text).toContain('SUMMARY:Always');
    const send = (query: string, body = text) =>
      fetch(`${siren.url}/api/v1/schedules.ics${query}`, {
        method: 'POST',
        headers: { 'content-type': 'text/calendar' },
        body,
      });
    expect((await send('')).status).toBe(409);
    expect((await send('?mode=overwrite')).status).toBe(200);
    expect(siren.device.config.get('schedules')).toMatchObject([
      { id: 'always', recurrence: { repeat: 'rule' } },
    ]);
    const refused = await send('', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { detail: expect.stringContaining('no event') },
    ]);
    await siren.api('DELETE', '/schedules/always');
    expect(await (await send('')).json()).toMatchObject([{ name: 'Always' }]);
  });

  it('are tried before they are saved', async () => {
    const answer = await siren.api('POST', '/schedule-preview', { ...always, timeZone: 'Asia/Tokyo' });
    expect(answer).toMatchObject({ status: 200, body: { timeZoneInUse: 'Asia/Tokyo' } });
    expect((await siren.api('GET', '/schedules')).body).toEqual([]);
    const never = { ...always, recurrence: { repeat: 'rule', rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' } };
    expect(await siren.api('POST', '/schedules', never)).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'recurrence.rrule', message: expect.stringContaining('never comes') }] },
    });
  });
});

describe('The machine', () => {
  it('is watched, with limits that can be set', async () => {
    expect(await siren.api('GET', '/system-watch')).toMatchObject({
      status: 200,
      body: {
        settings: { storageFullPercent: 90, certificateDays: 30 },
        network: { state: expect.any(String) },
        storage: { freeBytes: expect.any(Number) },
        certificates: [{ certificate: 'self-signed', state: 'valid' }],
      },
    });
    await rule({ kind: 'certificate.expiring', days: 3_650 });
    expect(shown()).toBe('Evacuation');
    expect(await siren.api('PATCH', '/system-watch', { storageFullPercent: 0 })).toMatchObject({
      status: 422,
    });
  });
});
