import { describe, expect, it } from '@jest/globals';
import type { Rule } from '../rules/rule.js';
import { rulesSchema } from '../rules/rule.js';
import { DEMO_PROFILES } from '../siren/demo-profiles.js';
import { type ImportMode, importProfiles } from './profile-import.js';

const light = { pattern: 'Steady', colors: ['green'] };

const RULES: readonly Rule[] = rulesSchema.parse([
  {
    id: 'r1',
    name: 'Evacuate on 1001',
    conditions: [{ kind: 'call.state', state: 'Active' }],
    actions: [{ kind: 'siren.profile', profile: 'Evacuation', run: 'whileActive' }],
  },
]);

const importing = (mode: ImportMode, file: readonly Record<string, unknown>[], rules = RULES) =>
  importProfiles({ mode, file, present: DEMO_PROFILES, rules });

describe('Importing profiles', () => {
  it('adds new ones after those that are there', () => {
    const { profiles, problems, ...names } = importing('add', [{ name: 'Lunch', light }]);
    expect(problems).toEqual([]);
    expect(profiles.map(({ name }) => name)).toEqual([...DEMO_PROFILES.map(({ name }) => name), 'Lunch']);
    expect(names).toEqual({ added: ['Lunch'], overwritten: [], deleted: [] });
  });

  it('refuses to add a name that is there, and names each', () => {
    const file = [
      { name: 'Doorbell', light },
      { name: 'Lunch', light },
      { name: 'Intrusion', light },
    ];
    expect(importing('add', file).problems.map(({ path }) => path)).toEqual([
      'profiles[0].name',
      'profiles[2].name',
    ]);
  });

  it('overwrites in place and adds the others', () => {
    const file = [
      { name: 'Lunch', light },
      { name: 'Evacuation', light },
    ];
    const { profiles, problems, ...names } = importing('overwrite', file);
    expect(problems).toEqual([]);
    expect(profiles[0]).toMatchObject({ name: 'Evacuation', light: { pattern: 'Steady' } });
    expect(profiles).toHaveLength(DEMO_PROFILES.length + 1);
    expect(names).toEqual({ added: ['Lunch'], overwritten: ['Evacuation'], deleted: [] });
  });

  it('deletes the others first, but none that a rule uses', () => {
    const gone = importing('deleteAndAdd', [{ name: 'Lunch', light }]);
    expect(gone.problems).toEqual([
      expect.objectContaining({ path: 'profiles', message: expect.stringContaining('"Evacuate on 1001"') }),
    ]);
    const kept = importing('deleteAndAdd', [
      { name: 'Lunch', light },
      { name: 'Evacuation', light },
    ]);
    expect(kept.problems).toEqual([]);
    expect(kept.profiles.map(({ name }) => name)).toEqual(['Lunch', 'Evacuation']);
    expect(kept.deleted).toEqual(['Intrusion', 'Attention', 'All clear', 'Doorbell']);
  });

  it('refuses more than the device holds and a name that the file has twice', () => {
    const many = Array.from({ length: 26 }, (_, index) => ({ name: `P${index}`, light }));
    expect(importing('add', many).problems).toEqual([
      expect.objectContaining({ path: 'profiles', accepted: 'up to 30' }),
    ]);
    const twice = [
      { name: 'Lunch', light },
      { name: ' Lunch ', light },
    ];
    expect(importing('add', twice).problems).toEqual([
      expect.objectContaining({ path: 'profiles[1].name', message: expect.stringContaining('profiles[0]') }),
    ]);
  });
});
