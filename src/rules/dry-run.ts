import type { RuleId } from '../base/ids.js';
import type { DeviceEvent, PublishedEvent } from '../events/device-event.js';
import type { DeviceSettings } from './device-settings.js';
import type { RulesEngine } from './engine.js';
import { explain } from './explain.js';
import type { Explanation } from './explanation.js';
import { nearestMiss } from './nearest-miss.js';
import type { Rule } from './rule.js';

/** What is to be tried out. */
export interface DryRunQuestion {
  /** In place of the rules that there are; none takes those. */
  readonly rules: readonly Rule[];
  /** What is taken for granted before, beside what is so now. */
  readonly assumed: readonly DeviceEvent[];
  /** What happens, in its order. */
  readonly events: readonly DeviceEvent[];
  /** When, in milliseconds of the Unix epoch. */
  readonly at: number;
}

/** What would happen. Plain data. */
export interface DryRun {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly events: readonly DeviceEvent[];
  /** What would be done, rule by rule in the order of the list: `Evacuate: starts profile Evacuation`. */
  readonly actions: readonly string[];
  /** Every rule, with what matters most of what it would do; one that nothing reached with what came nearest. */
  readonly rules: readonly Explanation[];
}

/** What says more about a rule stands first. */
const WEIGHT: readonly Explanation['outcome'][] = [
  'activated',
  'renewed',
  'deactivated',
  'notActivated',
  'stayedActive',
  'notConcerned',
];

interface DryRunSetting extends DryRunQuestion {
  /** Clock time. */
  readonly now: number;
  readonly device: DeviceSettings;
}

/** Asks a copy of the engine. What the actions would bring about in turn is not followed. */
export function dryRun(
  engine: RulesEngine,
  { rules, assumed, events, at, now, device }: DryRunSetting,
): DryRun {
  const context = { device, isDryRun: true };
  const copy = engine.copyWith(rules, now, at);
  let sequence = 0;
  const publish = (event: DeviceEvent): PublishedEvent => ({ sequence: ++sequence, at, event, depth: 0 });
  for (const event of assumed) copy.next({ kind: 'event', published: publish(event), now, depth: 0 });
  sequence = 0;
  const published = events.map(publish);
  const evaluations = published.flatMap((one) => copy.next({ kind: 'event', published: one, now, depth: 0 }));
  const explanations = evaluations.map((evaluation) => explain(evaluation, context));
  const told = [...copy.machines.values()]
    .sort((one, other) => one.position - other.position)
    .map((machine) => weightiest(explanations, machine.id) ?? nearestMiss(machine, published, context))
    .filter((explanation) => explanation !== undefined);
  return {
    at,
    events,
    actions: explanations.flatMap(({ ruleName, actions }) =>
      actions.map(({ text }) => `${ruleName}: ${text}`),
    ),
    rules: told,
  };
}

function weightiest(explanations: readonly Explanation[], rule: RuleId): Explanation | undefined {
  return explanations
    .filter((explanation) => explanation.rule === rule)
    .sort((one, other) => WEIGHT.indexOf(one.outcome) - WEIGHT.indexOf(other.outcome))[0];
}
