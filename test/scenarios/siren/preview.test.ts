import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestDevice } from '../../support/test-device.js';

let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
});

afterEach(() => siren.close());

const light = { pattern: 'Steady', colors: ['blue'] };
const sound = { pattern: 'Notification: Entry', intensity: 1 };

describe('A preview', () => {
  it('shows what is not saved yet: light, siren or both, for half a minute', async () => {
    const { siren: activities } = siren.device;
    expect((await siren.api('POST', '/preview', { light, siren: sound })).status).toBe(200);
    expect(activities.show).toMatchObject({ light: { pattern: 'Steady' }, siren: { intensity: 1 } });
    expect(activities.status().light).toMatchObject([{ purpose: 'preview', priority: 0, secondsLeft: 30 }]);
    await siren.api('POST', '/preview', { siren: sound, seconds: 5 });
    expect(activities.status()).toMatchObject({ light: [], siren: [{ secondsLeft: 5 }] });
    expect((await siren.api('DELETE', '/preview', undefined)).body).toEqual({ stopped: true });
    expect((await siren.api('DELETE', '/preview', undefined)).body).toEqual({ stopped: false });
    expect(activities.show).toEqual({});
  });

  it('gives way to every alarm, and is refused during one and in maintenance mode', async () => {
    await siren.api('POST', '/preview', { light });
    await siren.api('POST', '/profiles/Doorbell/start', undefined);
    expect(siren.device.siren.show.light).toMatchObject({ profile: 'Doorbell' });
    expect(await siren.api('POST', '/preview', { light })).toMatchObject({ status: 409 });
    await siren.api('POST', '/siren/stop', undefined);
    await siren.api('PUT', '/maintenance', { active: true });
    expect(await siren.api('POST', '/preview', { light })).toMatchObject({ status: 409 });
  });

  it('is refused with what is wrong in it', async () => {
    expect(await siren.api('POST', '/preview', {})).toMatchObject({ status: 422 });
    expect(
      await siren.api('POST', '/preview', { light: { ...light, speed: 9 }, seconds: 301 }),
    ).toMatchObject({
      status: 422,
    });
  });
});

describe('A health check through the API', () => {
  it('tells of its result and of the interval of silent ones', async () => {
    expect(await siren.api('POST', '/health-check', { silent: true })).toMatchObject({ status: 200 });
    await siren.event('healthCheck', ({ state }) => state === 'passed');
    expect((await siren.api('PUT', '/health-check', { everyHours: 24 })).status).toBe(200);
    expect((await siren.api('GET', '/health-check', undefined)).body).toMatchObject({
      running: false,
      last: { outcome: 'passed', silent: true, outputs: [{ id: 'virtual', ok: true }] },
      everyHours: 24,
    });
  });
});
