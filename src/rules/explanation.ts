import type { CallId, RuleId } from '../base/ids.js';
import type { ActionReport } from './action-outcome.js';
import type { Comparison } from './conditions/condition-kind.js';
import type { Obstacle, Occasion, Outcome } from './evaluation.js';
import type { Intent } from './intent.js';

/** One condition in an explanation. */
export interface ConditionExplanation {
  /** Counted from 0. */
  readonly condition: number;
  /** For a person: `there is a call with local address 1001 in state Active`. */
  readonly description: string;
  readonly inverted: boolean;
  readonly trigger: boolean;
  /** Whether it was met, after inversion; left out where the event never came near it. */
  readonly holds?: boolean;
  /** What the event said about it, field by field; empty where the event is of another kind. */
  readonly reason: readonly Comparison[];
}

/** What the engine decided about one rule at one moment, and why. Plain data. */
export interface Explanation {
  /** The event that moved it; 0 where a wait ended or the rules were changed. */
  readonly eventSequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly occasion: Occasion;
  readonly rule: RuleId;
  readonly ruleName: string;
  readonly callId?: CallId;
  /** `notConcerned`: the event met none of the rule's conditions, so the rule was not even looked at. */
  readonly outcome: Outcome | 'notConcerned';
  readonly obstacle?: Obstacle;
  readonly conditions: readonly ConditionExplanation[];
  readonly intents: readonly Intent[];
  /** What came of each intent, in their order. */
  readonly actions: readonly ActionReport[];
  /** From when the event came until it was decided, in milliseconds. */
  readonly decidedAfterMs?: number;
  /** What could not be performed, for a person. */
  readonly failures: readonly string[];
  /** The whole of it in words. */
  readonly text: string;
}
