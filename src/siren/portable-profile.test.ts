import { describe, expect, it } from '@jest/globals';
import { DEMO_PROFILES } from './demo-profiles.js';
import { readPortable, toPortable } from './portable-profile.js';

const read = (raw: unknown) => readPortable(JSON.parse(JSON.stringify(raw)) as Record<string, unknown>, 'p');

const paths = (raw: unknown) => read(raw).problems.map(({ path }) => path);

/** A profile of a file with this light. */
const withLight = (light: object) => ({ name: 'A', light: { pattern: 'Steady', colors: ['red'], ...light } });

describe('A profile in a file', () => {
  it.each(DEMO_PROFILES)('is read as it was written: $name', (profile) => {
    expect(read(toPortable(profile))).toEqual({ profile, problems: [] });
  });

  it.each(DEMO_PROFILES)('may have the form of the API: $name', (profile) => {
    expect(read(profile)).toEqual({ profile, problems: [] });
  });

  it('has duration and priority in each function and leaves a continuous duration out', () => {
    const [evacuation, intrusion] = DEMO_PROFILES.map(toPortable);
    expect(evacuation?.light).not.toHaveProperty('duration');
    expect(intrusion).toMatchObject({
      light: { duration: { unit: 'seconds', value: 300 }, priority: 6 },
      siren: { duration: { unit: 'seconds', value: 300 }, priority: 6 },
    });
  });

  it('may spell patterns and colours freely and write numbers as text', () => {
    const { profile } = read({
      name: 'Odd',
      light: { pattern: 'rotate white +steady color', speed: '2', intensity: '5', colors: [' Red'] },
      siren: { pattern: 'Alarm Classic Clock', intensity: '3' },
    });
    expect(profile).toMatchObject({
      light: { pattern: 'Rotate white + steady color', speed: 2, intensity: 5, colors: ['red'] },
      siren: { pattern: 'Alarm: Classic clock', intensity: 3 },
      duration: { unit: 'continuous' },
      priority: 3,
    });
  });

  it.each([
    [{ unit: 'seconds', value: 0 }, 'p.light.duration.value'],
    [{ unit: 'seconds', value: 259_201 }, 'p.light.duration.value'],
    [{ unit: 'seconds', value: 1.5 }, 'p.light.duration.value'],
    [{ unit: 'seconds', value: 'long' }, 'p.light.duration.value'],
    [{ unit: 'repetitions', value: 21 }, 'p.light.duration.value'],
    [{ unit: 'minutes', value: 2 }, 'p.light.duration.unit'],
    [{ unit: 'seconds' }, 'p.light.duration'],
    [30, 'p.light.duration'],
    [null, 'p.light.duration'],
  ])('is refused with the duration %j', (duration, path) => {
    const { problems } = read(withLight({ duration }));
    expect(problems).toEqual([expect.objectContaining({ path, accepted: expect.any(String) })]);
  });

  it('is accepted at the limits of its duration', () => {
    expect(read(withLight({ duration: { unit: 'seconds', value: '259200' } })).profile?.duration).toEqual({
      unit: 'time',
      seconds: 259_200,
    });
    expect(read(withLight({ duration: { unit: 'repetitions', value: 20 } })).profile?.duration).toEqual({
      unit: 'repetitions',
      count: 20,
    });
  });

  it('is refused where light and siren differ in priority or duration', () => {
    const siren = { pattern: 'Siren: Evac', priority: 4 };
    expect(paths({ ...withLight({ priority: 5 }), siren })).toEqual(['p.siren.priority']);
    const duration = { unit: 'seconds', value: 10 };
    expect(paths({ ...withLight({ priority: 4, duration }), siren })).toEqual(['p.siren.duration']);
  });

  it('names each problem by its place in the file', () => {
    expect(
      paths({
        name: 'n'.repeat(51),
        description: 'd'.repeat(251),
        light: { pattern: 'Steady', intensity: 9, colors: ['red'], priority: 11 },
        sirens: {},
      }).toSorted(),
    ).toEqual(['p.description', 'p.light.intensity', 'p.light.priority', 'p.name', 'p.sirens']);
    expect(paths({ name: 'Empty' })).toEqual(['p.light']);
    expect(paths({ name: 'Wrong', light: [] })).toContain('p.light');
    expect(paths({ ...withLight({}), duration: { unit: 'time', seconds: 0 } })).toEqual([
      'p.duration.seconds',
    ]);
  });
});
