import type { CallId, RuleId } from '../base/ids.js';
import type { DeviceEvent, PublishedEvent } from '../events/device-event.js';
import type { ActionReport, DecisionProgress } from './action-outcome.js';
import { timeZoneOf, type DeviceSettings } from './device-settings.js';
import type { CompiledRule } from './compiled-rule.js';
import { conditionKindOf } from './conditions/index.js';
import type { Evaluation } from './evaluation.js';
import type { ConditionExplanation, Explanation } from './explanation.js';
import { eventText } from './event-text.js';
import { explanationText } from './explanation-text.js';
import { filledIntent } from './filled-intent.js';
import type { Intent } from './intent.js';
import { intentText } from './intent-text.js';

/** What words depend on beside what was decided. */
export interface ExplanationContext {
  readonly device: DeviceSettings;
  /** Nothing of it happened: events have no numbers that could be asked for. */
  readonly isDryRun?: boolean;
}

/** Puts what was noted in full; only done when somebody asks. */
export function explain(evaluation: Evaluation, context: ExplanationContext): Explanation {
  const { progress, at, occasion, rule, name, compiled, published, outcome, obstacle, intents, met } =
    evaluation;
  const actions = intents.map((intent, place) => reportOf(filledIntent(intent, context), place, progress));
  const explanation = {
    eventSequence: published?.sequence ?? 0,
    at,
    occasion,
    rule,
    ruleName: name,
    ...callOf(published?.event),
    outcome,
    ...(obstacle !== undefined && { obstacle }),
    conditions: conditionsOf(compiled, published?.event, met),
    intents: intents.map(withoutEvent),
    actions,
    ...(progress && { decidedAfterMs: millisecondsBetween(progress.receivedAt, progress.decidedAt) }),
    failures: actions.flatMap(({ state, message }) => (state === 'failed' ? [message ?? ''] : [])),
  };
  return withText(explanation, published?.event, context);
}

/** Why a rule was not even looked at when an event came. */
export function explainUnconcerned(
  { id, name, compiled }: { readonly id: RuleId; readonly name: string; readonly compiled: CompiledRule },
  published: PublishedEvent,
  context: ExplanationContext,
): Explanation {
  const explanation = {
    eventSequence: published.sequence,
    at: published.at,
    occasion: 'event',
    rule: id,
    ruleName: name,
    ...callOf(published.event),
    outcome: 'notConcerned',
    conditions: conditionsOf(compiled, published.event, undefined),
    intents: [],
    actions: [],
    failures: [],
  } as const;
  return withText(explanation, published.event, context);
}

/** The call an event is about. */
export function callOf(event: DeviceEvent | undefined): { readonly callId?: CallId } {
  return event !== undefined && 'callId' in event ? { callId: event.callId } : {};
}

function reportOf(intent: Intent, place: number, progress: DecisionProgress | undefined): ActionReport {
  const text = intentText(intent);
  const outcome = progress?.outcomes[place];
  if (progress === undefined || outcome === undefined) return { text, state: 'waiting' };
  const { state, message, startedAt, endedAt } = outcome;
  return {
    text,
    state,
    ...(message !== undefined && { message }),
    startedAfterMs: millisecondsBetween(progress.receivedAt, startedAt),
    ...(endedAt !== undefined && { endedAfterMs: millisecondsBetween(progress.receivedAt, endedAt) }),
  };
}

/** The event stands with the explanation already, by its number. */
function withoutEvent({ cause, ...intent }: Intent): Intent {
  const { published: _published, ...rest } = cause;
  return { ...intent, cause: rest };
}

/** To the microsecond. */
function millisecondsBetween(begin: number, end: number): number {
  return Math.round((end - begin) * 1_000) / 1_000;
}

function withText(
  explanation: Omit<Explanation, 'text'>,
  event: DeviceEvent | undefined,
  { device, isDryRun = false }: ExplanationContext,
): Explanation {
  const what = event === undefined ? '' : eventText(event);
  const text = explanationText(explanation, {
    what: isDryRun ? what : `${what} (event ${explanation.eventSequence})`,
    timeZone: timeZoneOf(device),
  });
  return { ...explanation, text };
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
