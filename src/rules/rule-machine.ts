import type { RuleId } from '../base/ids.js';
import type { PublishedEvent } from '../events/device-event.js';
import { ownerOf } from './action-owner.js';
import { actionKindOf, type Action } from './actions/index.js';
import type { CompiledRule } from './compiled-rule.js';
import type { CompiledCondition } from './conditions/condition-kind.js';
import type { Evaluation, Obstacle, Occasion, Outcome } from './evaluation.js';
import type { IntentCause } from './intent-cause.js';
import type { Intent } from './intent.js';
import { ruleIdOf, type Rule } from './rule.js';
import { RunawayGuard } from './runaway-guard.js';

/** Events caused by events caused by events: beyond this a chain of rules is taken for a loop. */
const DEEPEST_CHAIN = 32;

/** When and why a rule is looked at. */
export interface Look {
  readonly occasion: Occasion;
  /** Milliseconds of the clock that only grows. */
  readonly now: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly published: PublishedEvent | undefined;
  /** How many events lie between this and what came from outside. */
  readonly depth: number;
}

const NO_INTENTS: readonly Intent[] = [];

/**
 * One rule as a machine. It is changed in place, and what it does follows from its state and the look alone.
 *
 *                       all conditions hold, or the trigger while the others hold
 *     ┌──────────┐ ────────────────────────────────────────────────────────────────▶ ┌────────┐
 *     │ inactive │   within the wait between actions: waiting, then looked at again  │ active │
 *     └──────────┘ ◀──────────────────────────────────────────────────────────────── └────────┘
 *          ▲  │          a condition (other than the trigger) fails, disabled, deleted
 *          └──┘ an instant or edge rule activates and deactivates at once
 *
 * An active rule whose condition gains one more reason, another call to the same extension, begins its lasting
 * actions anew: somebody may have stopped the profile meanwhile, and a second alarm must not stay silent.
 */
export class RuleMachine {
  readonly id: RuleId;
  /** Place in the list of rules: rules that one event concerns act in this order. */
  position = 0;
  name: string;
  enabled: boolean;
  compiled: CompiledRule;
  /** A version that was saved while the rule was active and takes effect when it ends. */
  successor: CompiledRule | undefined;
  isActive = false;
  /** Milliseconds since the Unix epoch. */
  activeSince: number | undefined;
  lastActivated: number | undefined;
  /** Until when the wait between actions holds back a rule whose conditions are met; clock time. */
  waitingUntil: number | undefined;
  /** The deadline that was asked for last, so that none is asked for twice. */
  deadline: number | undefined;
  lastEvaluation: Evaluation | undefined;
  /** The look in which the rule was last marked; saves a set per event. */
  mark: Look | undefined;
  hasFired = false;
  /** Whether what the rule does can move it again; asked only when it becomes active very often. */
  isInCircle: () => boolean = () => false;
  #isRenewed = false;
  #lastActivation = Number.NEGATIVE_INFINITY;
  #wasTriggerMet = false;
  /** The trigger came and its rule has not ended since. */
  #isArmed = false;
  readonly #pace = new RunawayGuard();

  constructor(rule: Rule, compiled: CompiledRule) {
    this.id = ruleIdOf(rule);
    this.name = rule.name;
    this.enabled = rule.enabled;
    this.compiled = compiled;
  }

  /** Puts another version in place. What it finds met already counts as just having become so. */
  replace(compiled: CompiledRule): void {
    this.compiled = compiled;
    this.successor = undefined;
    this.#disarm();
  }

  /** Takes over how another machine of the same rule stands. */
  standLike(other: RuleMachine): void {
    this.isActive = other.isActive;
    this.activeSince = other.activeSince;
    this.lastActivated = other.lastActivated;
    this.waitingUntil = other.waitingUntil;
    this.#lastActivation = other.#lastActivation;
    this.#wasTriggerMet = other.#wasTriggerMet;
    this.#isArmed = other.#isArmed;
  }

  /** Forgets what was before: turning a rule on again is a new beginning, without a wait. */
  reset(): void {
    this.#disarm();
    this.#pace.release();
    this.#lastActivation = Number.NEGATIVE_INFINITY;
  }

  /** A condition that held already has one more reason to. */
  renew(condition: CompiledCondition): void {
    const { conditions, rule } = this.compiled;
    if (rule.conditions[conditions.indexOf(condition)]?.invert === false) this.#isRenewed = true;
  }

  /** What was true of one event only is over. */
  forgetInstant(): void {
    this.hasFired = false;
    this.#isRenewed = false;
    this.mark = undefined;
  }

  /** Looks at the conditions and becomes active or inactive. */
  evaluate(look: Look): Evaluation {
    const met = this.#metConditions();
    if (!this.enabled) return this.#note(look, met, 'notActivated', { kind: 'disabled' });
    const isWanted = this.#isWanted(met);
    if (this.isActive) {
      if (!isWanted) return this.#deactivate(look, met, this.#missing(met));
      return this.#mayBeginAnew(look) ? this.#beginAnew(look, met) : this.#note(look, met, 'stayedActive');
    }
    if (!isWanted) {
      this.waitingUntil = undefined;
      return this.#note(look, met, 'notActivated', this.#missing(met));
    }
    const obstacle = this.#obstacle(look);
    return obstacle === undefined
      ? this.#activate(look, met)
      : this.#note(look, met, 'notActivated', obstacle);
  }

  /** Ends the rule whatever its conditions say: it was turned off or deleted. */
  end(look: Look, why: Obstacle): Evaluation | undefined {
    this.#disarm();
    return this.isActive ? this.#deactivate(look, this.#metConditions(), why) : undefined;
  }

  #metConditions(): number {
    const { conditions, rule } = this.compiled;
    let met = 0;
    for (let index = 0; index < conditions.length; index++) {
      const condition = conditions[index];
      if (condition === undefined) continue;
      const holds = condition.stateful ? condition.holds : this.hasFired;
      if (holds !== rule.conditions[index]?.invert) met |= 1 << index;
    }
    return met;
  }

  #isWanted(met: number): boolean {
    const all = (1 << this.compiled.conditions.length) - 1;
    if (this.compiled.mode === 'level' || this.compiled.mode === 'instant') return met === all;
    const isTriggerMet = (met & 1) === 1;
    const hasTriggered = isTriggerMet && !this.#wasTriggerMet;
    this.#wasTriggerMet = isTriggerMet && this.compiled.conditions[0]?.stateful === true;
    const canGoOn = this.compiled.mode === 'edge' ? isTriggerMet : (met | 1) === all;
    this.#isArmed = canGoOn && (this.#isArmed || hasTriggered);
    return this.#isArmed;
  }

  #missing(met: number): Obstacle {
    const { conditions, rule } = this.compiled;
    const first = rule.conditions[0]?.trigger === true ? 1 : 0;
    for (let condition = first; condition < conditions.length; condition++) {
      if ((met & (1 << condition)) === 0) return { kind: 'condition', condition };
    }
    return (met & 1) === 0 ? { kind: 'condition', condition: 0 } : { kind: 'trigger' };
  }

  #obstacle(look: Look): Obstacle | undefined {
    const due = this.#lastActivation + this.compiled.rule.waitSeconds * 1_000;
    if (look.now < due) {
      const retried = this.#canWait();
      if (retried) this.waitingUntil = due;
      return { kind: 'waiting', until: look.at + (due - look.now), retried };
    }
    if (look.depth > DEEPEST_CHAIN) return { kind: 'loop', depth: look.depth };
    const heldUntil = this.#pace.heldUntil(look.now, () => this.isInCircle());
    if (heldUntil === undefined) return undefined;
    if (this.#canWait()) this.waitingUntil = heldUntil;
    return { kind: 'runaway', until: Math.ceil(look.at + (heldUntil - look.now)) };
  }

  /** An event without a state is gone when the wait ends, except where it is a trigger and others go on. */
  #canWait(): boolean {
    if (this.compiled.mode === 'instant') return false;
    return this.compiled.mode !== 'edge' || this.compiled.conditions[0]?.stateful === true;
  }

  #activate(look: Look, met: number): Evaluation {
    this.waitingUntil = undefined;
    this.#pace.count(look.now);
    this.#lastActivation = look.now;
    this.lastActivated = look.at;
    const isMomentary = this.compiled.mode === 'instant' || this.compiled.mode === 'edge';
    this.isActive = !isMomentary;
    if (this.isActive) this.activeSince = look.at;
    if (this.compiled.mode === 'edge') this.#isArmed = false;
    const cause = this.#causeOf(look);
    const intents = this.compiled.rule.actions.map((action, index) =>
      actionKindOf(action).begin(action, { owner: this.#ownerOf(index), cause }),
    );
    return this.#note(look, met, 'activated', undefined, intents);
  }

  /** The wait between actions and the guard against loops hold here too; what is skipped runs already. */
  #mayBeginAnew(look: Look): boolean {
    const due = this.#lastActivation + this.compiled.rule.waitSeconds * 1_000;
    if (!this.#isRenewed || look.now < due || look.depth > DEEPEST_CHAIN) return false;
    return this.#pace.heldUntil(look.now, () => this.isInCircle()) === undefined;
  }

  #beginAnew(look: Look, met: number): Evaluation {
    this.#pace.count(look.now);
    this.#lastActivation = look.now;
    const cause = this.#causeOf(look);
    const intents: Intent[] = [];
    for (const [index, action] of this.compiled.lastingActions())
      intents.unshift(actionKindOf(action).begin(action, { owner: this.#ownerOf(index), cause }));
    return this.#note(look, met, 'renewed', undefined, intents);
  }

  #deactivate(look: Look, met: number, why: Obstacle): Evaluation {
    this.isActive = false;
    this.activeSince = undefined;
    this.#isArmed = false;
    const cause = this.#causeOf(look);
    const intents: Intent[] = [];
    for (const [index, action] of this.compiled.lastingActions())
      intents.push(this.#undo(index, action, cause));
    return this.#note(look, met, 'deactivated', why, intents);
  }

  #undo(index: number, action: Action, cause: IntentCause): Intent {
    return actionKindOf(action).undo(action, { owner: this.#ownerOf(index), cause });
  }

  #ownerOf(index: number): string {
    return ownerOf(this.id, index);
  }

  #causeOf({ published, at }: Look): IntentCause {
    const { id: rule, name } = this;
    const text = `rule "${name}"`;
    return published === undefined
      ? { rule, name, text, at }
      : { rule, name, text, at, eventSequence: published.sequence, published };
  }

  #disarm(): void {
    this.#isArmed = false;
    this.#wasTriggerMet = false;
    this.waitingUntil = undefined;
  }

  #note(
    look: Look,
    met: number,
    outcome: Outcome,
    obstacle?: Obstacle,
    intents: readonly Intent[] = NO_INTENTS,
  ): Evaluation {
    const { at, occasion, published, depth } = look;
    const { id: rule, name, compiled } = this;
    this.lastEvaluation = {
      at,
      occasion,
      published,
      depth,
      rule,
      name,
      compiled,
      met,
      outcome,
      obstacle,
      intents,
    };
    return this.lastEvaluation;
  }
}
