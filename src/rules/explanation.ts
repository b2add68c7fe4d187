import type { CallId, RuleId } from '../base/ids.js';
import type { DeviceEvent, PublishedEvent } from '../events/device-event.js';
import type { CompiledRule } from './compiled-rule.js';
import type { Comparison } from './conditions/condition-kind.js';
import { conditionKindOf } from './conditions/index.js';
import type { Evaluation, Obstacle, Occasion, Outcome } from './evaluation.js';
import { explanationText } from './explanation-text.js';
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
  /** What could not be performed, for a person. */
  readonly failures: readonly string[];
  /** The whole of it in words. */
  readonly text: string;
}

/** Puts what was noted in full; only done when somebody asks. */
export function explain(evaluation: Evaluation, failures: readonly string[] = []): Explanation {
  const { at, occasion, rule, compiled, published, outcome, obstacle, intents, met } = evaluation;
  return withText({
    eventSequence: published?.sequence ?? 0,
    at,
    occasion,
    rule,
    ruleName: compiled.rule.name,
    ...callOf(published?.event),
    outcome,
    ...(obstacle !== undefined && { obstacle }),
    conditions: conditionsOf(compiled, published?.event, met),
    intents,
    failures,
  });
}

/** Why a rule was not even looked at when an event came. */
export function explainUnconcerned(
  rule: RuleId,
  compiled: CompiledRule,
  published: PublishedEvent,
): Explanation {
  return withText({
    eventSequence: published.sequence,
    at: published.at,
    occasion: 'event',
    rule,
    ruleName: compiled.rule.name,
    ...callOf(published.event),
    outcome: 'notConcerned',
    conditions: conditionsOf(compiled, published.event, undefined),
    intents: [],
    failures: [],
  });
}

/** The call an event is about. */
export function callOf(event: DeviceEvent | undefined): { readonly callId?: CallId } {
  return event !== undefined && 'callId' in event ? { callId: event.callId } : {};
}

function withText(explanation: Omit<Explanation, 'text'>): Explanation {
  return { ...explanation, text: explanationText(explanation) };
}

function conditionsOf(
  { rule }: CompiledRule,
  event: DeviceEvent | undefined,
  met: number | undefined,
): ConditionExplanation[] {
  return rule.conditions.map((settings, condition) => {
    const kind = conditionKindOf(settings);
    return {
      condition,
      description: kind.describe(settings),
      inverted: settings.invert,
      trigger: settings.trigger,
      ...(met !== undefined && { holds: (met & (1 << condition)) !== 0 }),
      reason: event === undefined ? [] : kind.compare(settings, event),
    };
  });
}
