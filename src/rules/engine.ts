import type { RuleId } from '../base/ids.js';
import type { PublishedEvent } from '../events/device-event.js';
import { CompiledRule } from './compiled-rule.js';
import { Deadlines } from './deadlines.js';
import type { Evaluation } from './evaluation.js';
import { EventIndex } from './event-index.js';
import type { CompiledCondition } from './conditions/condition-kind.js';
import type { FactChange } from './fact-change.js';
import { Facts } from './facts.js';
import { ruleIdOf, type Rule } from './rule.js';
import { isInCircle, type ComesBack } from './rule-graph.js';
import { RuleMachine, type Look } from './rule-machine.js';

/**
 * What can move the engine. `now` is clock time, `at` the time people read, both in milliseconds; `depth` counts
 * the events between an event and what came from outside, which is how a loop of rules is noticed.
 */
export type RulesInput =
  | {
      readonly kind: 'event';
      readonly published: PublishedEvent;
      readonly now: number;
      readonly depth: number;
    }
  | { readonly kind: 'tick'; readonly now: number; readonly at: number }
  | { readonly kind: 'rules'; readonly rules: readonly Rule[]; readonly now: number; readonly at: number };

const NOTHING: readonly Evaluation[] = [];

/**
 * The rules as one machine: `next(input)` gives what was decided, rule by rule in the order of the list. Its
 * state is changed in place for speed, but it is pure all the same: it reads no clock, performs nothing, and
 * the same inputs in the same order give the same decisions.
 */
export class RulesEngine {
  readonly #machines = new Map<RuleId, RuleMachine>();
  readonly #index = new EventIndex();
  readonly #facts: Facts;
  /** Whether rules can move themselves, as far as that was asked. */
  readonly #circles = new Map<RuleId, boolean>();
  readonly #deadlines = new Deadlines<RuleMachine>();

  readonly #comesBack: ComesBack | undefined;

  constructor({ facts = new Facts(), comesBack }: { facts?: Facts; comesBack?: ComesBack | undefined } = {}) {
    this.#facts = facts;
    this.#comesBack = comesBack;
  }

  /** Another engine that knows the same and stands as this one does, with these rules: to try something out on. */
  copyWith(rules: readonly Rule[], now: number, at: number): RulesEngine {
    const copy = new RulesEngine({ facts: this.#facts.copy(), comesBack: this.#comesBack });
    copy.next({ kind: 'rules', rules, now, at });
    for (const machine of copy.#machines.values()) {
      const original = this.#machines.get(machine.id);
      if (original?.compiled.runsLike(machine.compiled.rule)) machine.standLike(original);
    }
    return copy;
  }

  /** When it wants a tick: the clock time at which the next wait ends. */
  get nextTick(): number | undefined {
    return this.#deadlines.next;
  }

  get machines(): ReadonlyMap<RuleId, RuleMachine> {
    return this.#machines;
  }

  next(input: RulesInput): readonly Evaluation[] {
    switch (input.kind) {
      case 'event':
        return this.#onEvent(input.published, input.now, input.depth);
      case 'tick':
        return this.#onTick({
          occasion: 'waitEnded',
          now: input.now,
          at: input.at,
          published: undefined,
          depth: 0,
        });
      case 'rules':
        return this.#onRules(input.rules, {
          occasion: 'rulesChanged',
          now: input.now,
          at: input.at,
          published: undefined,
          depth: 0,
        });
    }
  }

  #onEvent(published: PublishedEvent, now: number, depth: number): readonly Evaluation[] {
    const changes = this.#facts.apply(published.event);
    if (changes.length === 0) return NOTHING;
    const look: Look = { occasion: 'event', now, at: published.at, published, depth };
    const touched: RuleMachine[] = [];
    for (const change of changes) this.#touch(change, look, touched);
    if (touched.length === 0) return NOTHING;
    if (touched.length > 1) touched.sort((one, other) => one.position - other.position);
    const decided: Evaluation[] = [];
    for (const machine of touched) this.#evaluate(machine, look, decided);
    return decided;
  }

  #touch(change: FactChange, look: Look, touched: RuleMachine[]): void {
    const byKey = this.#index.waitersFor(change.topic);
    if (byKey === undefined) return;
    for (const key of change.keys) {
      const waiting = byKey.get(key);
      if (waiting === undefined) continue;
      for (const { machine, condition } of waiting) {
        if (!this.#concerns(change, machine, condition)) continue;
        if (machine.mark === look) continue;
        machine.mark = look;
        touched.push(machine);
      }
    }
  }

  /** Shows a change to one condition of a rule; whether it meant anything to it. */
  #concerns(change: FactChange, machine: RuleMachine, condition: CompiledCondition): boolean {
    if (!condition.stateful) {
      if (!condition.matches(change)) return false;
      machine.hasFired = true;
      return true;
    }
    const observation = condition.observe(change);
    if (observation === 'renewed') machine.renew(condition);
    return observation !== 'unconcerned';
  }

  #onTick(look: Look): readonly Evaluation[] {
    const due: RuleMachine[] = [];
    for (let next = this.#deadlines.takeDue(look.now); next; next = this.#deadlines.takeDue(look.now)) {
      next.deadline = undefined;
      if (next.waitingUntil !== undefined && next.waitingUntil <= look.now) due.push(next);
    }
    due.sort((one, other) => one.position - other.position);
    const decided: Evaluation[] = [];
    for (const machine of due) this.#evaluate(machine, look, decided);
    return decided;
  }

  #evaluate(machine: RuleMachine, look: Look, decided: Evaluation[]): void {
    const evaluation = machine.evaluate(look);
    machine.forgetInstant();
    decided.push(evaluation);
    if (machine.waitingUntil !== undefined && machine.deadline !== machine.waitingUntil) {
      machine.deadline = machine.waitingUntil;
      this.#deadlines.add(machine.waitingUntil, machine);
    }
    if (evaluation.outcome === 'deactivated' && machine.successor !== undefined) {
      this.#install(machine, machine.successor);
      this.#evaluate(machine, look, decided);
    }
  }

  #install(machine: RuleMachine, compiled: CompiledRule): void {
    this.#index.remove(machine.compiled);
    machine.replace(compiled);
    this.#index.add(machine, compiled);
    this.#load(compiled);
  }

  #load(compiled: CompiledRule): void {
    for (const condition of compiled.conditions) if (condition.stateful) condition.load(this.#facts);
  }

  #onRules(rules: readonly Rule[], look: Look): readonly Evaluation[] {
    // Everything is compiled before anything changes: a rule that cannot be must leave the others as they were.
    const compiled = rules.map((rule) => this.#compileWhereChanged(rule));
    this.#circles.clear();
    const decided: Evaluation[] = [];
    const kept = new Set(rules.map(ruleIdOf));
    for (const machine of [...this.#machines.values()]) {
      if (!kept.has(machine.id)) this.#delete(machine, look, decided);
    }
    rules.forEach((rule, position) => {
      const machine = this.#machines.get(ruleIdOf(rule));
      const version = compiled[position];
      if (machine === undefined)
        this.#create(rule, version ?? new CompiledRule(rule), position, look, decided);
      else this.#change(machine, { rule, version, position }, look, decided);
    });
    // What was asked meanwhile was asked of half of the list.
    this.#circles.clear();
    return decided;
  }

  /** The new version of a rule that is new or would run differently; nothing for one that would run alike. */
  #compileWhereChanged(rule: Rule): CompiledRule | undefined {
    const machine = this.#machines.get(ruleIdOf(rule));
    return machine?.compiled.runsLike(rule) ? undefined : new CompiledRule(rule);
  }

  /** Kept until the rules change. */
  #isInCircle(machine: RuleMachine): boolean {
    let isIn = this.#circles.get(machine.id);
    if (isIn === undefined) {
      const rules = new Map(
        [...this.#machines.values()].map((one) => [one, { ...one.compiled.rule, enabled: one.enabled }]),
      );
      isIn = isInCircle(rules.get(machine) ?? machine.compiled.rule, [...rules.values()], this.#comesBack);
      this.#circles.set(machine.id, isIn);
    }
    return isIn;
  }

  #create(rule: Rule, compiled: CompiledRule, position: number, look: Look, decided: Evaluation[]): void {
    const machine = new RuleMachine(rule, compiled);
    machine.position = position;
    machine.isInCircle = () => this.#isInCircle(machine);
    this.#machines.set(machine.id, machine);
    this.#index.add(machine, compiled);
    this.#load(compiled);
    if (machine.enabled) this.#evaluate(machine, look, decided);
  }

  #delete(machine: RuleMachine, look: Look, decided: Evaluation[]): void {
    const ended = machine.end(look, { kind: 'deleted' });
    if (ended !== undefined) decided.push(ended);
    this.#index.remove(machine.compiled);
    this.#machines.delete(machine.id);
  }

  #change(
    machine: RuleMachine,
    to: { readonly rule: Rule; readonly version: CompiledRule | undefined; readonly position: number },
    look: Look,
    decided: Evaluation[],
  ): void {
    const wasEnabled = machine.enabled;
    machine.position = to.position;
    machine.name = to.rule.name;
    machine.enabled = to.rule.enabled;
    if (!machine.enabled && wasEnabled) {
      const ended = machine.end(look, { kind: 'disabled' });
      if (ended !== undefined) decided.push(ended);
    }
    if (machine.isActive) {
      machine.successor = to.version;
      return;
    }
    if (to.version !== undefined) this.#install(machine, to.version);
    const isTurnedOn = machine.enabled && !wasEnabled;
    if (isTurnedOn) machine.reset();
    if (isTurnedOn || (machine.enabled && to.version !== undefined)) this.#evaluate(machine, look, decided);
  }
}
