import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { DEMO_PROFILES } from './demo-profiles.js';
import { profileSchema, profilesSchema } from './profile.js';

const steady = { pattern: 'Steady' };

/** What is wrong with an input, as `path: message`. */
function problems(input: unknown, schema: z.ZodType = profileSchema): string[] {
  const result = schema.safeParse(input);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('profileSchema', () => {
  it('fills in everything that is left out', () => {
    expect(profileSchema.parse({ name: ' Door ', light: { pattern: 'Alternate' } })).toEqual({
      name: 'Door',
      description: '',
      light: { pattern: 'Alternate', speed: 1, intensity: 2, colors: ['red', 'blue'] },
      duration: { unit: 'continuous' },
      priority: 3,
    });
  });

  it('stores pattern names in the spelling of the manual, however they were typed', () => {
    const profile = profileSchema.parse({
      name: 'Door',
      light: { pattern: 'rotate WHITE +steady color' },
      siren: { pattern: 'siren falling  pitch' },
    });
    expect(profile.light?.pattern).toBe('Rotate white + steady color');
    expect(profile.siren?.pattern).toBe('Siren: Falling pitch');
  });

  it('takes fast flashing that is allowed, and says so only then', () => {
    const light = { pattern: 'Flash 1x', speed: 4, colors: ['red'], intensity: 5, allowFastFlashing: true };
    expect(profileSchema.parse({ name: 'Roof', light }).light).toEqual(light);
    const slow = profileSchema.parse({
      name: 'Roof',
      light: { ...light, speed: 3, allowFastFlashing: false },
    });
    expect(slow.light).not.toHaveProperty('allowFastFlashing');
  });

  it('takes what it gave, unchanged', () => {
    expect(profilesSchema().parse(DEMO_PROFILES)).toEqual(DEMO_PROFILES);
  });

  it.each<[string, object, string | RegExp]>([
    ['an empty name', { name: '  ', light: steady }, /^name: /],
    ['a name of 51 characters', { name: 'x'.repeat(51), light: steady }, /^name: .*50/],
    [
      'a line break in a name',
      { name: 'a\nb', light: steady },
      'name: The name may not hold control characters.',
    ],
    [
      'a description of 251',
      { name: 'A', description: 'x'.repeat(251), light: steady },
      /^description: .*250/,
    ],
    ['neither light nor siren', { name: 'A' }, 'light: A profile has a light, a siren or both.'],
    ['priority 11', { name: 'A', light: steady, priority: 11 }, /^priority: .*10/],
    ['a broken priority', { name: 'A', light: steady, priority: 2.5 }, /^priority: /],
    [
      'no seconds',
      { name: 'A', light: steady, duration: { unit: 'time', seconds: 0 } },
      /^duration\.seconds: .*1/,
    ],
    [
      'too long',
      { name: 'A', light: steady, duration: { unit: 'time', seconds: 259_201 } },
      /^duration\.seconds: .*259200/,
    ],
    [
      '21 times',
      { name: 'A', light: steady, duration: { unit: 'repetitions', count: 21 } },
      /^duration\.count: .*20/,
    ],
    ['a unit of its own', { name: 'A', light: steady, duration: { unit: 'weeks' } }, /^duration\.unit: /],
    ['an unknown field', { name: 'A', light: steady, colour: 'red' }, /colour/],
    [
      'an unknown light',
      { name: 'A', light: { pattern: 'Disco' } },
      /^light\.pattern: .*accepted: Off, Steady/,
    ],
    ['an unknown sound', { name: 'A', siren: { pattern: 'Disco' } }, /^siren\.pattern: .*accepted: Alarm: /],
    [
      'a speed the pattern has not',
      { name: 'A', light: { pattern: 'Alternate', speed: 3 } },
      'light.speed: The speed of "Alternate" can be 1 to 2.',
    ],
    [
      'more than three flashes a second',
      { name: 'A', light: { pattern: 'Flash 1x', speed: 4 } },
      /^light\.speed: "Flash 1x" flashes 5 times a second at speed 4\. .*epilepsy; allowFastFlashing/,
    ],
    [
      'fast flashing that is not allowed in so many words',
      { name: 'A', light: { pattern: 'Flash 3x', speed: 4, allowFastFlashing: false } },
      /^light\.speed: .*4 times a second/,
    ],
    ['any other speed of a still one', { name: 'A', light: { ...steady, speed: 2 } }, /can be only 1\.$/],
    ['intensity 6', { name: 'A', light: { ...steady, intensity: 6 } }, /^light\.intensity: .*5/],
    ['intensity 0', { name: 'A', siren: { pattern: 'Siren: Evac', intensity: 0 } }, /^siren\.intensity: .*1/],
    [
      'too few colours',
      { name: 'A', light: { pattern: 'Alternate', colors: ['red'] } },
      'light.colors: "Alternate" takes 2 to 4 colours.',
    ],
    [
      'too many colours',
      { name: 'A', light: { ...steady, colors: ['red', 'blue'] } },
      'light.colors: "Steady" takes exactly 1 colour.',
    ],
    [
      'a colour the pattern has not',
      { name: 'A', light: { pattern: 'Rotate white + steady color', colors: ['white'] } },
      'light.colors: "Rotate white + steady color" takes red, green, blue, amber, not white.',
    ],
    [
      'colours of darkness',
      { name: 'A', light: { pattern: 'Off', colors: ['red'] } },
      'light.colors: "Off" takes no colour.',
    ],
    ['a colour nobody has', { name: 'A', light: { ...steady, colors: ['pink'] } }, /^light\.colors\.0: /],
  ])('refuses %s and says where and what is accepted', (_what, input, expected) => {
    expect(problems(input)).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
  });
});

describe('profilesSchema', () => {
  it('refuses two profiles of the same name, at the second', () => {
    const list = [
      { name: 'A', light: steady },
      { name: 'B', light: steady },
      { name: 'A ', light: steady },
    ];
    expect(problems(list, profilesSchema())).toEqual(['2.name: Another profile is called "A" already.']);
  });

  it('refuses a thirty-first profile unless it is given another limit', () => {
    const list = Array.from({ length: 31 }, (_, index) => ({ name: `P${index}`, light: steady }));
    expect(problems(list, profilesSchema())).toEqual([': There can be up to 30 profiles.']);
    expect(problems(list, profilesSchema(31))).toEqual([]);
  });

  it('can be published as a JSON schema', () => {
    const schema = z.toJSONSchema(profilesSchema(), { io: 'input' });
    expect(schema).toMatchObject({
      type: 'array',
      maxItems: 30,
      items: { type: 'object', required: ['name'] },
    });
  });
});

describe('DEMO_PROFILES', () => {
  it('are five, each of its own priority, Evacuation before all others and without end', () => {
    expect(DEMO_PROFILES.map(({ name }) => name)).toEqual([
      'Evacuation',
      'Intrusion',
      'Attention',
      'All clear',
      'Doorbell',
    ]);
    expect(DEMO_PROFILES[0]).toMatchObject({ priority: 8, duration: { unit: 'continuous' } });
    expect(new Set(DEMO_PROFILES.map(({ priority }) => priority)).size).toBe(5);
  });
});
