import { describe, expect, it } from '@jest/globals';
import { profilesSchema } from './profile.js';

const light = { pattern: 'Steady' };

/** Profiles by name, priority and what they escalate to. */
function problems(...profiles: readonly (readonly [string, number, string?])[]) {
  const parsed = profilesSchema().safeParse(
    profiles.map(([name, priority, profile]) => ({
      name,
      priority,
      light,
      ...(profile && { acknowledgement: { escalation: { profile, afterSeconds: 30 } } }),
    })),
  );
  return (parsed.error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);
}

describe('Escalations', () => {
  it('may form chains', () => {
    expect(problems(['A', 1, 'B'], ['B', 2, 'C'], ['C', 3])).toEqual([]);
  });

  it('may not come round, and the chain is named', () => {
    expect(problems(['A', 1, 'A'])).toEqual([
      ['0.acknowledgement.escalation.profile', 'The escalation comes round to where it began: "A" → "A".'],
    ]);
    const loop = problems(['A', 1, 'B'], ['B', 2, 'C'], ['C', 3, 'B']);
    expect(loop).toEqual([
      ['1.acknowledgement.escalation.profile', expect.stringContaining('"B" → "C" → "B"')],
      ['2.acknowledgement.escalation.profile', expect.stringContaining('"C" → "B" → "C"')],
    ]);
  });

  it('start profiles that there are', () => {
    expect(problems(['A', 1, 'B'])).toEqual([
      [expect.any(String), expect.stringContaining('no profile "B"')],
    ]);
  });

  it('may not end the alarm that they began with, by a profile of the same priority', () => {
    expect(problems(['A', 1, 'B'], ['B', 2, 'C'], ['C', 1])).toEqual([
      ['0.acknowledgement.escalation.profile', expect.stringContaining('"C" has the same priority')],
    ]);
  });
});
