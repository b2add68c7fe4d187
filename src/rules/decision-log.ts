import type { CallId, RuleId } from '../base/ids.js';
import type { PublishedEvent } from '../events/device-event.js';
import type { Evaluation } from './evaluation.js';
import { callOf, explain, explainUnconcerned } from './explain.js';
import type { Explanation } from './explanation.js';
import type { Intent } from './intent.js';
import { Ring } from './ring.js';
import type { RuleMachine } from './rule-machine.js';

/** What to look up: all given fields must match; none asks for the newest. */
export type WhyQuery = {
  readonly eventSequence?: number;
  readonly rule?: RuleId;
  readonly callId?: CallId;
  /** The newest so many; default 100. */
  readonly limit?: number;
};

const DEFAULT_LIMIT = 100;

/**
 * The newest decisions and the newest events, by reference. Nothing is put into words before somebody asks;
 * at thousands of events a second that would cost more than the deciding.
 */
export class DecisionLog {
  readonly #evaluations: Ring<Evaluation>;
  readonly #events: Ring<PublishedEvent>;
  readonly #failures = new WeakMap<Intent, string>();

  /** Keeps `capacity` decisions and as many events. */
  constructor(capacity: number) {
    this.#evaluations = new Ring(capacity);
    this.#events = new Ring(capacity);
  }

  addEvent(published: PublishedEvent): void {
    this.#events.add(published);
  }

  addEvaluation(evaluation: Evaluation): void {
    this.#evaluations.add(evaluation);
  }

  addFailure(intent: Intent, message: string): void {
    this.#failures.set(intent, message);
  }

  /** Newest first. With a rule also events that did not concern it, and its last decision however old. */
  why(query: WhyQuery, machines: ReadonlyMap<RuleId, RuleMachine>): Explanation[] {
    const found = [...this.#evaluations].filter((evaluation) => isAskedFor(evaluation, query));
    const machine = query.rule === undefined ? undefined : machines.get(query.rule);
    const last = machine?.lastEvaluation;
    if (last !== undefined && !found.includes(last) && isAskedFor(last, query)) found.unshift(last);
    const explanations = found.map((evaluation) => explain(evaluation, this.#failuresOf(evaluation)));
    if (machine !== undefined) explanations.push(...this.#unconcerned(machine, query, found));
    // What came later stands first; a stable sort would put two looks of one moment in their old order.
    explanations.reverse();
    explanations.sort((one, other) => other.at - one.at);
    return explanations.slice(0, query.limit ?? DEFAULT_LIMIT);
  }

  /** Events that somebody asks about by name and the rule never looked at. */
  #unconcerned(machine: RuleMachine, query: WhyQuery, found: readonly Evaluation[]): Explanation[] {
    if (query.eventSequence === undefined && query.callId === undefined) return [];
    const looked = new Set(found.map((evaluation) => evaluation.published?.sequence));
    return [...this.#events]
      .filter((published) => isEventAskedFor(published, query) && !looked.has(published.sequence))
      .map((published) => explainUnconcerned(machine, published));
  }

  #failuresOf({ intents }: Evaluation): string[] {
    return intents.map((intent) => this.#failures.get(intent)).filter((failure) => failure !== undefined);
  }
}

function isAskedFor(evaluation: Evaluation, query: WhyQuery): boolean {
  if (query.rule !== undefined && query.rule !== evaluation.rule) return false;
  if (query.eventSequence === undefined && query.callId === undefined) return true;
  return evaluation.published !== undefined && isEventAskedFor(evaluation.published, query);
}

function isEventAskedFor(published: PublishedEvent, query: WhyQuery): boolean {
  if (query.eventSequence !== undefined && query.eventSequence !== published.sequence) return false;
  return query.callId === undefined || query.callId === callOf(published.event).callId;
}
