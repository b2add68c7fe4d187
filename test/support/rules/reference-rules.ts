import type { CallStateEvent, DeviceEvent } from '../../../src/events/device-event.js';
import { ruleIdOf, type Rule } from '../../../src/rules/rule.js';
import { wayOf } from './condition-way.js';
import { deedOf } from './reference-actions.js';
import { fitsCall } from './reference-calls.js';
import { happens, isInstant } from './reference-instants.js';
import { isOfState, isState, renews, says, tellerOf } from './reference-states.js';
import type { Condition } from './rule-types.js';
import type { Tally } from './tally.js';

interface ReferenceRule {
  /** As it was saved last. */
  saved: Rule;
  /** As it runs. */
  running: Rule;
  active: boolean;
  /** The trigger came and nothing has ended the rule since. */
  begun: boolean;
  triggerWasMet: boolean;
  lastActivation: number;
  waitingUntil: number | undefined;
}

/**
 * What the rules mean, as plainly as it can be said: after each event every rule is looked at, with nothing
 * but the calls in progress and what was told last of each state to go by. Slow, and the measure for the indexed engine.
 */
export class ReferenceRules {
  readonly #tally: Tally;
  readonly #calls = new Map<string, CallStateEvent>();
  /** How the call of the present event stood before it. */
  #before: CallStateEvent | undefined;
  /** The newest event of each that tells a state. */
  readonly #states = new Map<string, DeviceEvent>();
  #stateBefore: DeviceEvent | undefined;
  #rules: ReferenceRule[] = [];
  #now = 0;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** What is known of all states, to be told again. */
  get states(): readonly DeviceEvent[] {
    return [...this.#states.values()];
  }

  get active(): string[] {
    return this.#rules.filter((rule) => rule.active).map((rule) => ruleIdOf(rule.saved));
  }

  /** How what lasts is undone, by its owner; what a crash would leave behind, or everything. */
  held(what: 'everything' | 'outliving' = 'everything'): ReadonlyMap<string, string> {
    const held = new Map<string, string>();
    for (const rule of this.#rules.filter(({ active }) => active)) {
      rule.running.actions.forEach((action, index) => {
        const { ends, outlives = false } = deedOf(action, ownerOf(rule, index));
        if (ends !== undefined && (outlives || what === 'everything')) held.set(ownerOf(rule, index), ends);
      });
    }
    return held;
  }

  event(event: DeviceEvent): string[] {
    if (event.type === 'call.state') {
      this.#before = this.#calls.get(event.callId);
      if (event.state === 'Idle') this.#calls.delete(event.callId);
      else this.#calls.set(event.callId, event);
    }
    this.#stateBefore = this.#states.get(tellerOf(event));
    if (isState(event)) this.#states.set(tellerOf(event), event);
    return sirenFirst(this.#rules.flatMap((rule) => this.#look(rule, event)));
  }

  /** Lets milliseconds pass, and looks again at rules whose wait ends meanwhile. */
  pass(milliseconds: number): string[] {
    const end = this.#now + milliseconds;
    const done: string[] = [];
    for (;;) {
      const next = Math.min(...this.#rules.map((rule) => rule.waitingUntil ?? Infinity));
      if (next > end) break;
      this.#now = next;
      const batch: string[] = [];
      for (const rule of this.#rules) {
        if (rule.waitingUntil !== next) continue;
        this.#tally.count('wait ended');
        batch.push(...this.#look(rule));
      }
      done.push(...sirenFirst(batch));
    }
    this.#now = end;
    return done;
  }

  set(rules: readonly Rule[]): string[] {
    const before = new Map(this.#rules.map((rule) => [ruleIdOf(rule.saved), rule]));
    const kept = new Set<string>(rules.map(ruleIdOf));
    const deleted = [...before.values()].filter((rule) => !kept.has(ruleIdOf(rule.saved)));
    const done = deleted.flatMap((rule) => this.#end(rule, 'deleted'));
    this.#rules = rules.map((saved) => before.get(ruleIdOf(saved)) ?? freshRule(saved));
    this.#rules.forEach((rule, index) => {
      const saved = rules[index]!;
      const isNew = !before.has(ruleIdOf(saved));
      const wasEnabled = rule.saved.enabled;
      const isChanged = runs(saved) !== runs(rule.running);
      rule.saved = saved;
      if (!saved.enabled) done.push(...this.#end(rule, 'turned off'));
      if (rule.active) return;
      const isTurnedOn = saved.enabled && !wasEnabled;
      if (isTurnedOn) rule.lastActivation = -Infinity;
      if (isChanged || isTurnedOn) restart(rule);
      if (saved.enabled && (isNew || isTurnedOn || isChanged)) done.push(...this.#look(rule));
    });
    return sirenFirst(done);
  }

  /** `cause` is what the actions are told moved the rule: the event, also where it is none of what the rule waits for. */
  #look(rule: ReferenceRule, event?: DeviceEvent, cause = event): string[] {
    if (!rule.saved.enabled) return [];
    const { conditions, waitSeconds } = rule.running;
    const met = conditions.map((condition) => this.#isMet(condition, event) !== condition.invert);
    const [first] = conditions as [Condition];
    const lasts = first.trigger ? conditions.length > 1 : !conditions.some(isInstant);
    let wanted = met.every(Boolean);
    if (first.trigger) {
      const begins = met[0]! && !(rule.triggerWasMet && !isInstant(first));
      rule.triggerWasMet = met[0]!;
      const goesOn = lasts ? met.slice(1).every(Boolean) : met[0]!;
      rule.begun = goesOn && (rule.begun || begins);
      wanted = rule.begun;
    }
    if (rule.active && wanted) return this.#isRenewed(rule, event) ? this.#beginAnew(rule, event) : [];
    if (rule.active) {
      const isChanged = runs(rule.saved) !== runs(rule.running);
      const done = this.#end(rule, isChanged ? 'ended after a change' : 'ended');
      if (!isChanged) return done;
      restart(rule);
      return [...done, ...this.#look(rule, undefined, event)];
    }
    const due = rule.lastActivation + waitSeconds * 1_000;
    const canWait = lasts || (first.trigger && !isInstant(first));
    rule.waitingUntil = wanted && this.#now < due && canWait ? due : undefined;
    if (!wanted || this.#now < due) return [];
    rule.active = lasts;
    if (!lasts) rule.begun = false;
    return this.#begin(rule, cause);
  }

  #begin(rule: ReferenceRule, event: DeviceEvent | undefined): string[] {
    rule.lastActivation = this.#now;
    for (const { kind } of rule.running.conditions) this.#tally.count(`${kind} activated`);
    return rule.running.actions.map((action, index) => {
      this.#tally.count(`${action.kind} began`);
      return deedOf(action, ownerOf(rule, index), event).begins;
    });
  }

  #beginAnew(rule: ReferenceRule, event: DeviceEvent | undefined): string[] {
    rule.lastActivation = this.#now;
    return rule.running.actions.flatMap((action, index) => {
      const { begins, ends } = deedOf(action, ownerOf(rule, index), event);
      if (ends === undefined) return [];
      this.#tally.count(`${action.kind} began anew`);
      return [begins];
    });
  }

  /** Ends the rule; what it runs is undone, last first. */
  #end(rule: ReferenceRule, why: string): string[] {
    const wasActive = rule.active;
    Object.assign(rule, { active: false, begun: false, waitingUntil: undefined });
    if (!wasActive) return [];
    const undone = rule.running.actions.flatMap((action, index) => {
      const { ends } = deedOf(action, ownerOf(rule, index));
      if (ends === undefined) return [];
      this.#tally.count(`${action.kind} ${why}`);
      return [ends];
    });
    return undone.reverse();
  }

  /** Whether the event brings one more of what a condition waits for, beside another one. */
  #isRenewed(rule: ReferenceRule, event: DeviceEvent | undefined): boolean {
    if (event === undefined || this.#now < rule.lastActivation + rule.running.waitSeconds * 1_000)
      return false;
    const plain = rule.running.conditions.filter(({ invert }) => !invert);
    return event.type === 'call.state'
      ? plain.some((condition) => this.#isOneMoreCall(condition, event))
      : plain.some((condition) => renews(condition) && this.#isOneMore(condition, event));
  }

  #isOneMoreCall(condition: Condition, event: CallStateEvent): boolean {
    if (condition.kind !== 'call.state' || event.state === 'Idle') return false;
    const fits = (call: CallStateEvent): boolean =>
      call.state === condition.state && fitsCall(condition, call);
    const others = [...this.#calls.values()].filter((call) => call.callId !== event.callId);
    return fits(event) && !isAlike(this.#before, event) && others.some(fits);
  }

  /** It did not say so before, or nobody knew. */
  #isOneMore(condition: Condition, event: DeviceEvent): boolean {
    if (!says(condition, event)) return false;
    if (this.#stateBefore !== undefined && says(condition, this.#stateBefore)) return false;
    return [...this.#states.values()].some((one) => one !== event && says(condition, one));
  }

  #isMet(condition: Condition, event: DeviceEvent | undefined): boolean {
    const isMet = this.#holds(condition, event);
    const way = wayOf(condition);
    for (const what of way === undefined ? [condition.kind] : [condition.kind, way])
      this.#tally.count(`${what} ${isMet ? 'met' : 'unmet'}`);
    return isMet;
  }

  #holds(condition: Condition, event: DeviceEvent | undefined): boolean {
    if (isInstant(condition)) return event !== undefined && happens(condition, event);
    if (isOfState(condition)) return [...this.#states.values()].some((one) => says(condition, one));
    const fitting = [...this.#calls.values()].filter((call) => fitsCall(condition, call));
    return condition.state === 'Idle'
      ? fitting.length === 0
      : fitting.some((call) => call.state === condition.state);
  }
}

function freshRule(saved: Rule): ReferenceRule {
  const none = { active: false, begun: false, triggerWasMet: false, waitingUntil: undefined };
  return { saved, running: saved, lastActivation: -Infinity, ...none };
}

function restart(rule: ReferenceRule): void {
  Object.assign(rule, { running: rule.saved, begun: false, triggerWasMet: false, waitingUntil: undefined });
}

/** Everything of the siren before everything else, each in its order. */
function sirenFirst(words: readonly string[]): string[] {
  const isOfSiren = (word: string): boolean => word.startsWith('siren');
  return [...words.filter(isOfSiren), ...words.filter((word) => !isOfSiren(word))];
}

function runs({ conditions, actions, waitSeconds }: Rule): string {
  return JSON.stringify({ conditions, actions, waitSeconds });
}

function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function ownerOf(rule: ReferenceRule, index: number): string {
  return `rule:${ruleIdOf(rule.saved)}:${index}`;
}
