import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SOUND_PATTERNS } from '../../../src/patterns/sound/index.js';

describe('docs/sounds.md', () => {
  it('names every sound, in order, with the length of its loop', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/sounds.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `([^`]+)` .*\| ([\d.]+) s +\|$/gm)];
    expect(rows.map(([, name, seconds]) => [name, Number(seconds)])).toEqual(
      SOUND_PATTERNS.map(({ name, period }) => [name, period / 1_000]),
    );
  });
});
