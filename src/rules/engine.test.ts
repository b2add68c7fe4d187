import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CONDITION_WAYS } from '../../test/support/rules/condition-way.js';
import { EngineBesideReference } from '../../test/support/rules/engine-beside-reference.js';
import { ACTION_KINDS, LASTING_KINDS } from '../../test/support/rules/random-actions.js';
import { CONDITION_KINDS } from '../../test/support/rules/random-conditions.js';
import { scene } from '../../test/support/rules/random-scenes.js';
import { Tally } from '../../test/support/rules/tally.js';
import { actionSchema } from './actions/index.js';
import { conditionSchema } from './conditions/index.js';

/** Together more than a hundred thousand steps. Another number by SCENES in the environment, other scenes by SEED. */
const USUAL_SCENES = 1_300;
const SCENES = Number(process.env['SCENES'] ?? USUAL_SCENES);
const SEED = Number(process.env['SEED'] ?? 20_261_206);

interface Kinds {
  readonly options: readonly { readonly shape: { readonly kind: { readonly value: string } } }[];
}

function kindsOf({ options }: Kinds): string[] {
  return options.map(({ shape }) => shape.kind.value).sort();
}

const each = (whats: readonly string[], ...ways: string[]): string[] =>
  whats.flatMap((what) => ways.map((way) => `${what} ${way}`));

/** How often at least what must happen in the usual number of scenes; the worst of twenty seeds had about twice as many. */
const HAPPENS: readonly (readonly [least: number, whats: readonly string[]])[] = [
  [100, each(CONDITION_KINDS, 'met', 'unmet')],
  [60, each(CONDITION_KINDS, 'activated')],
  [10, each(CONDITION_WAYS, 'met', 'unmet')],
  [200, each(ACTION_KINDS, 'began')],
  [20, each(LASTING_KINDS, 'began anew')],
  [35, each(LASTING_KINDS, 'ended', 'ended after a change', 'deleted', 'turned off')],
  [30, each(['after a crash'], 'held again', 'undone: gone', 'undone: turned off')],
  [30, each(['after a crash'], 'undone: changed', 'undone: no longer met')],
  [200, ['wait ended']],
];

describe('The indexed engine', () => {
  it('is tried with every kind of condition and action that there is', () => {
    expect([...CONDITION_KINDS].sort()).toEqual(kindsOf(conditionSchema));
    expect([...ACTION_KINDS].sort()).toEqual(kindsOf(actionSchema));
  });

  it(`does what looking at every rule after every event would do, also across restarts (seed ${SEED})`, () => {
    const tally = new Tally();
    fc.assert(
      fc.property(scene, ({ rules, steps }) => {
        const both = new EngineBesideReference(rules, tally);
        for (const step of steps) {
          both.take(step);
          tally.count('step');
        }
        both.close();
      }),
      { numRuns: SCENES, seed: SEED },
    );
    const share = SCENES / USUAL_SCENES;
    const tooRare = HAPPENS.flatMap(([least, whats]) => tally.rarerThan(least * share, whats));
    expect([...tooRare, ...tally.rarerThan(100_000 * share, ['step'])]).toEqual([]);
  });
});
