import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { FakeClock } from '../../test/support/fake-clock.js';
import { intentText } from './intent-text.js';
import { ReferenceRules } from '../../test/support/rules/reference-rules.js';
import { milliseconds } from '../base/duration.js';
import type { AccountId, CallId } from '../base/ids.js';
import { silentLog } from '../base/log.js';
import type { DeviceEvent } from '../events/device-event.js';
import { EventBus } from '../events/event-bus.js';
import type { Intent } from './intent.js';
import { ruleSchema, type Rule } from './rule.js';
import { Rules } from './rules.js';

type Step =
  | { readonly event: DeviceEvent }
  | { readonly pass: number }
  | { readonly save: Rule }
  | { readonly remove: number };

const NAMES = ['A', 'B', 'C', 'D', 'E', 'F'];
const direction = fc.constantFrom('Incoming' as const, 'Outgoing' as const);
const extension = fc.constantFrom('1001', '1002', '1003');
const uri = extension.map((user) => `sip:${user}@pbx.example`);
const pattern = fc.oneof(
  extension,
  uri,
  fc.constantFrom('*', '1001-1002', '1002-1900', '1001,1003', '1003,sip:1001@pbx.example'),
);
const account = fc.constantFrom('p2p', 'office');

const filter = fc.record({ direction, account, localUri: pattern, remoteUri: pattern }, { requiredKeys: [] });
const flags = fc.record({
  invert: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()),
  trigger: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, fc.boolean()),
});
const callState = fc.constantFrom('Idle' as const, 'Calling' as const, 'Ringing' as const, 'Active' as const);
const reason = fc.constantFrom('AcceptedByDevice' as const, 'Terminated' as const);
const condition = fc
  .tuple(
    fc.oneof(
      callState.map((state) => ({ kind: 'call.state', state })),
      reason.map((given) => ({ kind: 'call.stateChange', reason: given })),
    ),
    filter,
    flags,
  )
  .map((parts) => ({ ...parts[0], ...parts[1], ...parts[2] }));
const action = fc.record({
  kind: fc.constant('siren.profile'),
  profile: fc.constantFrom('One', 'Two'),
  run: fc.constantFrom('start', 'stop', 'whileActive', 'whileActive'),
});

const onceAction = action.map((given) => (given.run === 'whileActive' ? { ...given, run: 'start' } : given));
const anyShape = fc.record({
  conditions: fc.array(condition, { minLength: 1, maxLength: 3 }),
  actions: fc.array(action, { minLength: 1, maxLength: 2 }),
});
/** Chance seldom makes these: a trigger all alone, or one beside other conditions. */
const loneTrigger = fc.record({
  conditions: condition.map((given) => [{ ...given, trigger: true }]),
  actions: fc.array(onceAction, { minLength: 1, maxLength: 2 }),
});
const triggerBeside = fc.record({
  conditions: fc.tuple(condition, condition).map(([one, other]) => [{ ...one, trigger: true }, other]),
  actions: fc.array(action, { minLength: 1, maxLength: 2 }),
});

/** Any rule that the schema takes. */
const rule: fc.Arbitrary<Rule> = fc
  .tuple(
    fc.record({
      name: fc.constantFrom(...NAMES),
      enabled: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
      waitSeconds: fc.constantFrom(0, 0, 2, 5),
    }),
    fc.oneof({ weight: 2, arbitrary: anyShape }, loneTrigger, triggerBeside),
  )
  .map(([common, shape]) => ruleSchema.safeParse({ ...common, ...shape }).data)
  .filter((given) => given !== undefined);

/** Few calls, so that they meet; most keep their addresses, some do not. */
const call = fc.integer({ min: 0, max: 4 }).chain((index) =>
  fc.record({
    callId: fc.constant(`call-${index}` as CallId),
    direction: fc.constant(index % 2 === 0 ? ('Incoming' as const) : ('Outgoing' as const)),
    account: fc.constant((index < 3 ? 'p2p' : 'office') as AccountId),
    localUri: fc.oneof({ weight: 9, arbitrary: fc.constant(`sip:100${(index % 3) + 1}@pbx.example`) }, uri),
    remoteUri: fc.constant(`sip:100${((index + 1) % 3) + 1}@pbx.example`),
  }),
);
const event: fc.Arbitrary<DeviceEvent> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(call, callState)
      .map(([of, state]) => ({ type: 'call.state' as const, ...of, state })),
  },
  fc.tuple(call, reason).map(([of, given]) => ({ type: 'call.stateChange' as const, ...of, reason: given })),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: event.map((given) => ({ event: given })) },
  { weight: 3, arbitrary: fc.constantFrom(500, 1_000, 2_000, 7_000).map((pass) => ({ pass })) },
  { weight: 3, arbitrary: rule.map((save) => ({ save })) },
  { weight: 1, arbitrary: fc.nat(5).map((remove) => ({ remove })) },
);

function wordsOf(intent: Intent): string {
  switch (intent.kind) {
    case 'siren.start':
      return `start ${intent.profile} for ${intent.owner}`;
    case 'siren.stop':
      return `stop ${intent.profile}`;
    case 'siren.release':
      return `release ${intent.owner}`;
    default:
      return intentText(intent);
  }
}

/** The engine in its shell and the reference side by side. */
class Both {
  readonly #clock = new FakeClock();
  readonly #bus = new EventBus({ clock: this.#clock, log: silentLog });
  readonly #reference = new ReferenceRules();
  readonly #rules: Rules;
  #wanted: string[] = [];
  #list: readonly Rule[];

  constructor(list: readonly Rule[]) {
    this.#list = list;
    const perform = (intent: Intent): void => void this.#wanted.push(wordsOf(intent));
    this.#rules = new Rules({ bus: this.#bus, clock: this.#clock, log: silentLog, rules: list, perform });
    this.#compare(this.#reference.set(list));
  }

  take(next: Step): void {
    if ('event' in next) {
      this.#bus.publish(next.event);
      this.#compare(this.#reference.event(next.event));
    } else if ('pass' in next) {
      this.#clock.advance(milliseconds(next.pass));
      this.#compare(this.#reference.pass(next.pass));
    } else {
      this.#list = 'save' in next ? saved(this.#list, next.save) : this.#list.toSpliced(next.remove, 1);
      this.#rules.setRules(this.#list);
      this.#compare(this.#reference.set(this.#list));
    }
  }

  close(): void {
    this.#rules.close();
    expect(this.#clock.pending).toEqual([]);
  }

  #compare(expected: string[]): void {
    expect(this.#wanted).toEqual(expected);
    const active = this.#rules.status().filter((status) => status.active);
    expect(active.map(({ id }) => id as string)).toEqual(this.#reference.active);
    this.#wanted = [];
  }
}

/** In the place of the rule of the same name, or at the end. */
function saved(list: readonly Rule[], rule: Rule): readonly Rule[] {
  const place = list.findIndex(({ name }) => name === rule.name);
  return place < 0 ? [...list, rule] : list.with(place, rule);
}

describe('The indexed engine', () => {
  it('does what looking at every rule after every event would do', () => {
    const list = fc.uniqueArray(rule, { maxLength: 6, selector: ({ name }) => name });
    fc.assert(
      fc.property(list, fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), (rules, steps) => {
        const both = new Both(rules);
        for (const next of steps) both.take(next);
        both.close();
      }),
      { numRuns: 200 },
    );
  });
});
