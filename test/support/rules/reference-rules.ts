import type { CallIdentity, CallStateEvent, DeviceEvent } from '../../../src/events/device-event.js';
import { ruleIdOf, type Rule } from '../../../src/rules/rule.js';

type Condition = Rule['conditions'][number];
/** The kinds of the first call; those that came later have tests of their own. */
type CallCondition = Extract<Condition, { kind: 'call.state' | 'call.stateChange' }>;

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
 * but the calls in progress to go by. Slow, and the measure for the indexed engine.
 */
export class ReferenceRules {
  readonly #calls = new Map<string, CallStateEvent>();
  /** How the call of the present event stood before it. */
  #before: CallStateEvent | undefined;
  #rules: ReferenceRule[] = [];
  #now = 0;

  get active(): string[] {
    return this.#rules.filter((rule) => rule.active).map((rule) => ruleIdOf(rule.saved));
  }

  event(event: DeviceEvent): string[] {
    if (event.type === 'call.state') {
      this.#before = this.#calls.get(event.callId);
      if (event.state === 'Idle') this.#calls.delete(event.callId);
      else this.#calls.set(event.callId, event);
    }
    return this.#rules.flatMap((rule) => this.#look(rule, event));
  }

  /** Lets milliseconds pass, and looks again at rules whose wait ends meanwhile. */
  pass(milliseconds: number): string[] {
    const end = this.#now + milliseconds;
    const done: string[] = [];
    for (;;) {
      const next = Math.min(...this.#rules.map((rule) => rule.waitingUntil ?? Infinity));
      if (next > end) break;
      this.#now = next;
      for (const rule of this.#rules) if (rule.waitingUntil === next) done.push(...this.#look(rule));
    }
    this.#now = end;
    return done;
  }

  set(rules: readonly Rule[]): string[] {
    const before = new Map(this.#rules.map((rule) => [ruleIdOf(rule.saved), rule]));
    const kept = new Set<string>(rules.map(ruleIdOf));
    const done = [...before.values()].filter((rule) => !kept.has(ruleIdOf(rule.saved))).flatMap(endRule);
    this.#rules = rules.map((saved) => before.get(ruleIdOf(saved)) ?? freshRule(saved));
    this.#rules.forEach((rule, index) => {
      const saved = rules[index]!;
      const isNew = !before.has(ruleIdOf(saved));
      const wasEnabled = rule.saved.enabled;
      const isChanged = runs(saved) !== runs(rule.running);
      rule.saved = saved;
      if (!saved.enabled) done.push(...endRule(rule));
      if (rule.active) return;
      const isTurnedOn = saved.enabled && !wasEnabled;
      if (isTurnedOn) rule.lastActivation = -Infinity;
      if (isChanged || isTurnedOn) restart(rule);
      if (saved.enabled && (isNew || isTurnedOn || isChanged)) done.push(...this.#look(rule));
    });
    return done;
  }

  #look(rule: ReferenceRule, event?: DeviceEvent): string[] {
    if (!rule.saved.enabled) return [];
    const { conditions, waitSeconds, actions } = rule.running;
    const met = conditions.map((condition) => this.#isMet(condition, event) !== condition.invert);
    const hasTrigger = conditions[0]!.trigger;
    const lasts = hasTrigger ? conditions.length > 1 : conditions.every(({ kind }) => kind === 'call.state');
    let wanted = met.every(Boolean);
    if (hasTrigger) {
      const begins = met[0]! && !(rule.triggerWasMet && conditions[0]!.kind === 'call.state');
      rule.triggerWasMet = met[0]!;
      const goesOn = lasts ? met.slice(1).every(Boolean) : met[0]!;
      rule.begun = goesOn && (rule.begun || begins);
      wanted = rule.begun;
    }
    if (rule.active && wanted) return this.#isRenewed(rule, event) ? this.#beginAnew(rule) : [];
    if (rule.active) {
      const done = endRule(rule);
      if (runs(rule.saved) === runs(rule.running)) return done;
      restart(rule);
      return [...done, ...this.#look(rule)];
    }
    const due = rule.lastActivation + waitSeconds * 1_000;
    const canWait = lasts || (hasTrigger && conditions[0]!.kind === 'call.state');
    rule.waitingUntil = wanted && this.#now < due && canWait ? due : undefined;
    if (!wanted || this.#now < due) return [];
    rule.lastActivation = this.#now;
    rule.active = lasts;
    if (!lasts) rule.begun = false;
    return actions
      .map(profileAction)
      .map((action, index) =>
        action.run === 'stop'
          ? `stop ${action.profile}`
          : `start ${action.profile} for ${ownerOf(rule, index)}`,
      );
  }

  /** Whether the event brings one more call into the state that a condition waits for, beside another one. */
  #isRenewed(rule: ReferenceRule, event: DeviceEvent | undefined): boolean {
    if (event?.type !== 'call.state' || event.state === 'Idle') return false;
    if (this.#now < rule.lastActivation + rule.running.waitSeconds * 1_000) return false;
    const isSameAsBefore = JSON.stringify(this.#before) === JSON.stringify(event);
    const others = [...this.#calls.values()].filter((call) => call.callId !== event.callId);
    return rule.running.conditions.some(
      (condition) =>
        condition.kind === 'call.state' &&
        !condition.invert &&
        condition.state === event.state &&
        fits(condition, event) &&
        !isSameAsBefore &&
        others.some((call) => call.state === event.state && fits(condition, call)),
    );
  }

  #beginAnew(rule: ReferenceRule): string[] {
    rule.lastActivation = this.#now;
    const begun = rule.running.actions
      .map(profileAction)
      .map((action, index) =>
        action.run === 'whileActive' ? `start ${action.profile} for ${ownerOf(rule, index)}` : '',
      );
    return begun.filter((words) => words !== '');
  }

  #isMet(condition: Condition, event: DeviceEvent | undefined): boolean {
    if (!isOfCalls(condition)) throw new Error(`The reference does not know ${condition.kind}.`);
    if (condition.kind === 'call.stateChange') {
      return event?.type === condition.kind && event.reason === condition.reason && fits(condition, event);
    }
    const fitting = [...this.#calls.values()].filter((call) => fits(condition, call));
    return condition.state === 'Idle'
      ? fitting.length === 0
      : fitting.some((call) => call.state === condition.state);
  }
}

function profileAction(action: Rule['actions'][number]) {
  if (action.kind !== 'siren.profile') throw new Error(`The reference does not know ${action.kind}.`);
  return action;
}

function freshRule(saved: Rule): ReferenceRule {
  const none = { active: false, begun: false, triggerWasMet: false, waitingUntil: undefined };
  return { saved, running: saved, lastActivation: -Infinity, ...none };
}

function restart(rule: ReferenceRule): void {
  Object.assign(rule, { running: rule.saved, begun: false, triggerWasMet: false, waitingUntil: undefined });
}

function endRule(rule: ReferenceRule): string[] {
  const wasActive = rule.active;
  Object.assign(rule, { active: false, begun: false, waitingUntil: undefined });
  if (!wasActive) return [];
  const lasting = rule.running.actions
    .map(profileAction)
    .map((action, index) => (action.run === 'whileActive' ? `release ${ownerOf(rule, index)}` : ''));
  return lasting.filter((words) => words !== '').reverse();
}

function runs({ conditions, actions, waitSeconds }: Rule): string {
  return JSON.stringify({ conditions, actions, waitSeconds });
}

function ownerOf(rule: ReferenceRule, index: number): string {
  return `rule:${ruleIdOf(rule.saved)}:${index}`;
}

function isOfCalls(condition: Condition): condition is CallCondition {
  return condition.kind === 'call.state' || condition.kind === 'call.stateChange';
}

function fits(condition: CallCondition, call: CallIdentity): boolean {
  if (condition.direction !== undefined && condition.direction !== call.direction) return false;
  if (condition.account !== undefined && condition.account !== call.account) return false;
  return isTaken(condition.localUri, call.localUri) && isTaken(condition.remoteUri, call.remoteUri);
}

/** Enough of address patterns for the addresses of the test: URIs as they are written, extensions, ranges, `*`. */
function isTaken(pattern: string | undefined, uri: string): boolean {
  const user = /^sip:(.*)@/.exec(uri)?.[1] ?? '';
  return (pattern ?? '*').split(',').some((part) => {
    const [from, to] = part.split('-');
    if (part === '*' || part === uri || part === user) return true;
    return to !== undefined && user >= from! && user <= to;
  });
}
