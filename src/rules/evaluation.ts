import type { RuleId } from '../base/ids.js';
import type { PublishedEvent } from '../events/device-event.js';
import type { DecisionProgress } from './action-outcome.js';
import type { CompiledRule } from './compiled-rule.js';
import type { Intent } from './intent.js';

/** Why a rule did not become active, or ended. */
export type Obstacle =
  | { readonly kind: 'disabled' }
  | { readonly kind: 'deleted' }
  /** This condition, counted from 0, is not met. */
  | { readonly kind: 'condition'; readonly condition: number }
  /** The other conditions are met, but the trigger did not just become true. */
  | { readonly kind: 'trigger' }
  /**
   * The wait between actions lasts until then (milliseconds since the Unix epoch). Where `retried` the rule
   * is looked at again at that time; an event without a state is lost.
   */
  | { readonly kind: 'waiting'; readonly until: number; readonly retried: boolean }
  /** The event stands at the end of a chain of rules that feed each other. */
  | { readonly kind: 'loop'; readonly depth: number }
  /**
   * The rule became active so often by what it brings about itself that it is held back until then (milliseconds since
   * the Unix epoch).
   */
  | { readonly kind: 'runaway'; readonly until: number };

export type Outcome = 'activated' | 'renewed' | 'deactivated' | 'stayedActive' | 'notActivated';

/** What made the engine look at a rule. */
export type Occasion = 'event' | 'waitEnded' | 'rulesChanged';

/** One look at one rule, as little as an explanation needs later: references and bits, no text. */
export interface Evaluation {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly occasion: Occasion;
  readonly published: PublishedEvent | undefined;
  /** How many events lie between this and what came from outside. */
  readonly depth: number;
  readonly rule: RuleId;
  /** Its name at the time. */
  readonly name: string;
  /** The version that was looked at. */
  readonly compiled: CompiledRule;
  /** Bit n: condition n is met, after inversion. */
  readonly met: number;
  readonly outcome: Outcome;
  readonly obstacle: Obstacle | undefined;
  readonly intents: readonly Intent[];
  /** How far the intents are; written down by whoever carries them out. */
  progress?: DecisionProgress;
}
