import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestDevice } from '../../support/test-device.js';

let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
});

afterEach(() => siren.close());

async function api(method: string, path: string, body?: unknown) {
  const response = await fetch(`${siren.url}/api/v1${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as unknown };
}

describe('A file of profiles', () => {
  it('that one device exports is imported by it again and changes nothing', async () => {
    const before = siren.device.config.get('profiles');
    const { body } = await api('GET', '/profile-export');
    for (const mode of ['overwrite', 'deleteAndAdd']) {
      expect(await api('POST', `/profile-import?mode=${mode}`, body)).toMatchObject({
        status: 200,
        body: { added: [], overwritten: before.map(({ name }) => name), deleted: [] },
      });
    }
    expect(siren.device.config.get('profiles')).toEqual(before);
  });

  it('holds the profiles that are named, in that order', async () => {
    expect(await api('GET', '/profile-export?name=Doorbell&name=Evacuation')).toMatchObject({
      status: 200,
      body: [{ name: 'Doorbell' }, { name: 'Evacuation' }],
    });
    expect(await api('GET', '/profile-export?name=Nobody')).toMatchObject({ status: 404 });
  });

  it('is taken over as a whole or not at all, with a list of everything that is wrong', async () => {
    const before = siren.device.config.get('profiles');
    const file = [
      { name: 'Good', light: { pattern: 'Steady', colors: ['red'] } },
      { name: '', light: { pattern: 'Steady', colors: ['red'], duration: { unit: 'hours', value: 1 } } },
      { name: 'Worse', siren: { pattern: 'Siren: Nope', priority: 12 } },
    ];
    const { status, body } = await api('POST', '/profile-import', file);
    const { errors } = body as { errors: { path: string }[] };
    expect(status).toBe(422);
    expect(errors.map(({ path }) => path).toSorted()).toEqual([
      '[1].light.duration.unit',
      '[1].name',
      '[2].siren.pattern',
      '[2].siren.priority',
    ]);
    expect(siren.device.config.get('profiles')).toEqual(before);
  });

  it('is refused briefly where it has ten thousand profiles, is no list or is no JSON', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ name: `P${index}` }));
    const refused = await api('POST', '/profile-import', many);
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: '' }] } });
    expect(await api('POST', '/profile-import', { profiles: [] })).toMatchObject({ status: 422 });
    expect(await api('POST', '/profile-import', [1, null])).toMatchObject({
      status: 422,
      body: { errors: [{ path: '[0]' }, { path: '[1]' }] },
    });
    expect(await api('POST', '/profile-import', '[{')).toMatchObject({ status: 400 });
    expect(await api('POST', '/profile-import?mode=merge', [])).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'mode' }] },
    });
  });

  it('lets a profile that sounds while it is replaced go on as it was started', async () => {
    siren.device.siren.startProfile('Evacuation', { owner: 'manual', cause: 'a test' });
    const file = [{ name: 'Evacuation', light: { pattern: 'Steady', colors: ['green'] } }];
    expect(await api('POST', '/profile-import?mode=overwrite', file)).toMatchObject({ status: 200 });
    expect(siren.device.siren.status().light).toMatchObject([{ pattern: 'Flash 1x', running: true }]);
  });
});
