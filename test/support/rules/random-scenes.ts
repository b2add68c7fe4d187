import * as fc from 'fast-check';
import type { DeviceEvent } from '../../../src/events/device-event.js';
import type { Rule } from '../../../src/rules/rule.js';
import { RULE_NAMES } from './random-actions.js';
import { CONDITION_KINDS } from './random-conditions.js';
import { eventFor } from './random-events.js';
import { ruleOfKinds } from './random-rules.js';

/** What happens next. */
export type Step =
  | { readonly event: DeviceEvent }
  /** Milliseconds. */
  | { readonly pass: number }
  | { readonly save: Rule }
  /** The place in the list. */
  | { readonly remove: number }
  | { readonly kill: Kill };

/** The device is killed and starts again. */
export interface Kill {
  /** Of what was told, whether it is told again, over and over in this order; the rest is not known any more. */
  readonly toldAgain: readonly boolean[];
  /** Another version of a rule that the device finds when it starts. */
  readonly save?: Rule | undefined;
  /** The place in the list of a rule that is gone when it starts. */
  readonly remove?: number | undefined;
}

/** Rules about a few things, and what comes to pass with these things. */
export interface Scene {
  readonly rules: readonly Rule[];
  readonly steps: readonly Step[];
}

const place = fc.nat(RULE_NAMES.length - 1);

/** Only some kinds of condition meet in a scene: of all of them together hardly two would ever be met at once. */
export const scene: fc.Arbitrary<Scene> = fc
  .subarray(CONDITION_KINDS, { minLength: 2, maxLength: 4 })
  .chain((kinds) => {
    const rule = ruleOfKinds(kinds);
    const kill = fc.record(
      {
        toldAgain: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
        save: fc.option(rule, { nil: undefined }),
        remove: fc.option(place, { nil: undefined, freq: 4 }),
      },
      { requiredKeys: ['toldAgain'] },
    );
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 17, arbitrary: fc.oneof(...kinds.map(eventFor)).map((event) => ({ event })) },
      { weight: 3, arbitrary: fc.constantFrom(500, 1_000, 2_000, 7_000).map((pass) => ({ pass })) },
      { weight: 3, arbitrary: rule.map((save) => ({ save })) },
      { weight: 1, arbitrary: place.map((remove) => ({ remove })) },
      { weight: 1, arbitrary: kill.map((how) => ({ kill: how })) },
    );
    return fc.record({
      rules: fc.uniqueArray(rule, { maxLength: RULE_NAMES.length, selector: ({ name }) => name }),
      steps: fc.array(step, { maxLength: 290, size: 'max' }),
    });
  });
