import type { PublishedEvent } from '../events/device-event.js';
import { explainUnconcerned, type ExplanationContext } from './explain.js';
import type { Explanation } from './explanation.js';
import type { RuleMachine } from './rule-machine.js';

/** Of the events that the rule listens to the one that it differs from least; the first of several. */
export function nearestMiss(
  machine: RuleMachine,
  events: readonly PublishedEvent[],
  context: ExplanationContext,
): Explanation | undefined {
  const explanations = events
    .filter(({ event }) => machine.compiled.listensTo(event.type))
    .map((published) => explainUnconcerned(machine, published, context));
  explanations.sort((one, other) => misfitsOf(one) - misfitsOf(other));
  return explanations[0];
}

function misfitsOf({ conditions }: Explanation): number {
  return conditions.flatMap(({ reason }) => reason).filter(({ fits }) => !fits).length;
}
