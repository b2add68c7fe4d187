import type { CallId, RuleId } from '../base/ids.js';
import type { PublishedEvent } from '../events/device-event.js';
import type { Evaluation } from './evaluation.js';
import { callOf, explain, explainUnconcerned, type ExplanationContext } from './explain.js';
import type { Explanation } from './explanation.js';
import { nearestMiss } from './nearest-miss.js';
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

/** Which events to list: all given fields must match. */
export type EventsQuery = {
  readonly type?: string | undefined;
  /** Only events with a smaller number: the page before. */
  readonly before?: number | undefined;
  /** Only events from then on, in milliseconds of the Unix epoch. */
  readonly since?: number | undefined;
  /** The newest so many; default 100. */
  readonly limit?: number | undefined;
};

const DEFAULT_LIMIT = 100;

/**
 * The newest decisions and the newest events, by reference. Nothing is put into words before somebody asks;
 * at thousands of events a second that would cost more than the deciding.
 */
export class DecisionLog {
  readonly #evaluations: Ring<Evaluation>;
  readonly #events: Ring<PublishedEvent>;

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

  /** Events that conditions can wait for, newest first. */
  newestEvents({ type, before = Infinity, since = 0, limit = DEFAULT_LIMIT }: EventsQuery): PublishedEvent[] {
    return [...this.#events]
      .reverse()
      .filter(
        ({ event, sequence, at }) =>
          (type === undefined || event.type === type) && sequence < before && at >= since,
      )
      .slice(0, limit);
  }

  /**
   * Newest first. With a rule also events that did not concern it, and its last decision however old. Asked
   * about a call or an event without a rule, after the decisions also each rule that listens to such events and
   * that none of them reached, with the one that came nearest.
   */
  why(
    query: WhyQuery,
    machines: ReadonlyMap<RuleId, RuleMachine>,
    context: ExplanationContext,
  ): Explanation[] {
    const found = [...this.#evaluations].filter((evaluation) => isAskedFor(evaluation, query));
    const machine = query.rule === undefined ? undefined : machines.get(query.rule);
    const last = machine?.lastEvaluation;
    if (last !== undefined && !found.includes(last) && isAskedFor(last, query)) found.unshift(last);
    const explanations = found.map((evaluation) => explain(evaluation, context));
    if (machine !== undefined) {
      const unconcerned = this.#unconcerned(query, found);
      explanations.push(...unconcerned.map((published) => explainUnconcerned(machine, published, context)));
    }
    // What came later stands first; a stable sort would put two looks of one moment in their old order.
    explanations.reverse();
    explanations.sort((one, other) => other.at - one.at);
    if (query.rule === undefined) {
      const events = this.#eventsAskedFor(query);
      const misses = this.#unreached(machines, found).map((one) => nearestMiss(one, events, context));
      explanations.push(...misses.filter((explanation) => explanation !== undefined));
    }
    return explanations.slice(0, query.limit ?? DEFAULT_LIMIT);
  }

  /** Events that somebody asks about and the rule never looked at. */
  #unconcerned(query: WhyQuery, found: readonly Evaluation[]): PublishedEvent[] {
    const looked = new Set(found.map((evaluation) => evaluation.published?.sequence));
    return this.#eventsAskedFor(query).filter(({ sequence }) => !looked.has(sequence));
  }

  /** The index spares the engine such rules, so there is nothing noted of them; what they missed is found out now. */
  #unreached(
    machines: ReadonlyMap<RuleId, RuleMachine>,
    found: readonly Evaluation[],
  ): readonly RuleMachine[] {
    const looked = new Set(found.map((evaluation) => evaluation.rule));
    return [...machines.values()].filter((machine) => !looked.has(machine.id));
  }

  #eventsAskedFor(query: WhyQuery): PublishedEvent[] {
    if (query.eventSequence === undefined && query.callId === undefined) return [];
    return [...this.#events].filter((published) => isEventAskedFor(published, query));
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
