import type { CallIdentity, CallStateEvent, DeviceEvent } from '../../../src/events/device-event.js';
import { ruleIdOf, type Rule } from '../../../src/rules/rule.js';

type Condition = Rule['conditions'][number];
type Action = Rule['actions'][number];
type CallCondition = Extract<Condition, { kind: 'call.state' | 'call.stateChange' }>;
type Events<Type extends DeviceEvent['type']> = Extract<DeviceEvent, { type: Type }>;

/** What a condition asks of everything that tells its state: who of them is as it wants. */
interface Asking {
  readonly type: DeviceEvent['type'];
  readonly fits: (condition: never, event: never) => boolean;
}

function asking<Kind extends Condition['kind'], Type extends DeviceEvent['type']>(
  _kind: Kind,
  type: Type,
  fits: (condition: Extract<Condition, { kind: Kind }>, event: Events<Type>) => boolean,
): Asking {
  return { type, fits };
}

/** Nothing named, or the same. */
const same = (asked: string | number | undefined, told: string | number): boolean =>
  asked === undefined || asked === '' || String(asked) === String(told);

/** Conditions that hold while something or other says that it is so. */
const STATES: Partial<Record<Condition['kind'], Asking>> = {
  'account.registration': asking(
    'account.registration',
    'account.registration',
    (wanted, told) => same(wanted.account, told.account) && told.state === wanted.state,
  ),
  'io.virtualInput': asking(
    'io.virtualInput',
    'input.virtual',
    (wanted, told) => same(wanted.port, told.input) && told.active,
  ),
  'io.manualTrigger': asking(
    'io.manualTrigger',
    'trigger.manual',
    (wanted, told) => same(wanted.manualTrigger, told.trigger) && told.active,
  ),
  'schedule.active': asking(
    'schedule.active',
    'schedule',
    (wanted, told) => same(wanted.schedule, told.schedule) && told.active,
  ),
  'heartbeat.lost': asking(
    'heartbeat.lost',
    'heartbeat',
    (wanted, told) => same(wanted.heartbeat, told.heartbeat) && told.state === 'lost',
  ),
  'output.failing': asking(
    'output.failing',
    'output.state',
    (wanted, told) => same(wanted.output, told.output) && told.state === 'failing',
  ),
  'network.lost': asking('network.lost', 'network', (_wanted, told) => told.state === 'lost'),
};

/** Who tells a state, in one word for each. */
function sourceOf(event: DeviceEvent): string {
  switch (event.type) {
    case 'account.registration':
      return event.account;
    case 'input.virtual':
      return String(event.input);
    case 'trigger.manual':
      return event.trigger;
    case 'schedule':
      return event.schedule;
    case 'heartbeat':
      return event.heartbeat;
    case 'output.state':
      return event.output;
    default:
      return '';
  }
}

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
  readonly #calls = new Map<string, CallStateEvent>();
  /** How the call of the present event stood before it. */
  #before: CallStateEvent | undefined;
  /** The newest event of each that tells a state, by type and source. */
  readonly #states = new Map<string, DeviceEvent>();
  #stateBefore: DeviceEvent | undefined;
  #rules: ReferenceRule[] = [];
  #now = 0;

  /** What is known of all states, to be told again. */
  get states(): readonly DeviceEvent[] {
    return [...this.#states.values()];
  }

  get active(): string[] {
    return this.#rules.filter((rule) => rule.active).map((rule) => ruleIdOf(rule.saved));
  }

  event(event: DeviceEvent): string[] {
    if (event.type === 'call.state') {
      this.#before = this.#calls.get(event.callId);
      if (event.state === 'Idle') this.#calls.delete(event.callId);
      else this.#calls.set(event.callId, event);
    }
    const key = `${event.type} ${sourceOf(event)}`;
    this.#stateBefore = this.#states.get(key);
    if (isState(event)) this.#states.set(key, event);
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
      for (const rule of this.#rules) if (rule.waitingUntil === next) batch.push(...this.#look(rule));
      done.push(...sirenFirst(batch));
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
    return sirenFirst(done);
  }

  #look(rule: ReferenceRule, event?: DeviceEvent): string[] {
    if (!rule.saved.enabled) return [];
    const { conditions, waitSeconds, actions } = rule.running;
    const met = conditions.map((condition) => this.#isMet(condition, event) !== condition.invert);
    const hasTrigger = conditions[0]!.trigger;
    const lasts = hasTrigger ? conditions.length > 1 : conditions.every(isLasting);
    let wanted = met.every(Boolean);
    if (hasTrigger) {
      const begins = met[0]! && !(rule.triggerWasMet && isLasting(conditions[0]!));
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
    const canWait = lasts || (hasTrigger && isLasting(conditions[0]!));
    rule.waitingUntil = wanted && this.#now < due && canWait ? due : undefined;
    if (!wanted || this.#now < due) return [];
    rule.lastActivation = this.#now;
    rule.active = lasts;
    if (!lasts) rule.begun = false;
    return actions.map((action, index) => beginning(action, ownerOf(rule, index)));
  }

  /** Whether the event brings one more call into the state that a condition waits for, beside another one. */
  #isRenewed(rule: ReferenceRule, event: DeviceEvent | undefined): boolean {
    if (event === undefined || this.#now < rule.lastActivation + rule.running.waitSeconds * 1_000)
      return false;
    if (event.type !== 'call.state') return this.#isOneMore(rule, event);
    if (event.state === 'Idle') return false;
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

  /** Whether one more says so, beside another that does: it did not before, or nobody knew. */
  #isOneMore(rule: ReferenceRule, event: DeviceEvent): boolean {
    const others = [...this.#states.values()].filter((one) => one !== event && one.type === event.type);
    return rule.running.conditions.some(
      (condition) =>
        !condition.invert &&
        says(condition, event) &&
        !(this.#stateBefore !== undefined && says(condition, this.#stateBefore)) &&
        others.some((other) => says(condition, other)),
    );
  }

  #beginAnew(rule: ReferenceRule): string[] {
    rule.lastActivation = this.#now;
    const begun = rule.running.actions.map((action, index) =>
      isWhileActive(action) ? beginning(action, ownerOf(rule, index)) : '',
    );
    return begun.filter((words) => words !== '');
  }

  #isMet(condition: Condition, event: DeviceEvent | undefined): boolean {
    if (condition.kind === 'schedule.pulse')
      return event?.type === 'pulse' && same(condition.schedule, event.schedule);
    if (condition.kind === 'call.dtmf') return event?.type === 'call.dtmf' && event.keys === condition.digits;
    if (STATES[condition.kind]) return [...this.#states.values()].some((one) => says(condition, one));
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
  const lasting = rule.running.actions.map((action, index) =>
    isWhileActive(action) ? undoing(action, ownerOf(rule, index)) : '',
  );
  return lasting.filter((words) => words !== '').reverse();
}

function beginning(action: Action, owner: string): string {
  switch (action.kind) {
    case 'siren.profile':
      return action.run === 'stop' ? `stop ${action.profile}` : `start ${action.profile} for ${owner}`;
    case 'siren.maintenance':
      return `maintenance ${action.run === 'whileActive' ? owner : action.run}`;
    case 'call.place':
      return `call for ${action.run === 'whileActive' ? owner : 'once'}`;
    default:
      return action.kind;
  }
}

function undoing(action: Action, owner: string): string {
  return action.kind === 'call.place' ? `hang up ${owner}` : `release ${owner}`;
}

function isWhileActive(action: Action): boolean {
  return 'run' in action && action.run === 'whileActive';
}

/** Everything of the siren before everything else, each in its order. */
function sirenFirst(words: readonly string[]): string[] {
  const isOfSiren = (word: string): boolean => /^(start|stop|release|maintenance)/.test(word);
  return [...words.filter(isOfSiren), ...words.filter((word) => !isOfSiren(word))];
}

function isState(event: DeviceEvent): boolean {
  return Object.values(STATES).some(({ type }) => type === event.type);
}

function isLasting({ kind }: Condition): boolean {
  return kind === 'call.state' || STATES[kind] !== undefined;
}

/** Whether an event says what a condition of a state waits for. */
function says(condition: Condition, event: DeviceEvent): boolean {
  const asked = STATES[condition.kind];
  return asked?.type === event.type && asked.fits(condition as never, event as never);
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
