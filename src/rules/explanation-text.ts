import type { ActionReport } from './action-outcome.js';
import type { ConditionExplanation, Explanation } from './explanation.js';

type Told = Omit<Explanation, 'text'>;

/** An explanation as a person reads it. Conditions are counted from 1, as on the page. */
export function explanationText(told: Told): string {
  const lines = [headline(told)];
  for (const condition of told.conditions) lines.push(conditionText(condition));
  for (const action of told.actions) lines.push(`It ${action.text}.${outcomeText(action)}`);
  return lines.join('\n');
}

function headline(told: Told): string {
  const name = `Rule "${told.ruleName}"`;
  const occasion = occasionText(told);
  switch (told.outcome) {
    case 'activated':
      return `${name} became active ${occasion}.`;
    case 'renewed':
      return `${name} was active already and began anew ${occasion}.`;
    case 'deactivated':
      return `${name} ended ${occasion}${obstacleText(told)}.`;
    case 'stayedActive':
      return `${name} was active already and stayed so ${occasion}.`;
    case 'notActivated':
      return `${name} did not become active ${occasion}${obstacleText(told)}.`;
    case 'notConcerned':
      return `${name} was not concerned ${occasion}: it meets none of its conditions.`;
  }
}

function occasionText({ occasion, eventSequence }: Told): string {
  switch (occasion) {
    case 'event':
      return `at event ${eventSequence}`;
    case 'waitEnded':
      return 'when its wait between actions ended';
    case 'rulesChanged':
      return 'when the rules were changed';
  }
}

function obstacleText({ obstacle }: Told): string {
  switch (obstacle?.kind) {
    case undefined:
      return '';
    case 'disabled':
      return ': it is turned off';
    case 'deleted':
      return ': it was deleted';
    case 'condition':
      return `: condition ${obstacle.condition + 1} is not met`;
    case 'trigger':
      return ': its trigger was met before and did not start anew';
    case 'waiting': {
      const until = new Date(obstacle.until).toISOString();
      const then = obstacle.retried
        ? 'and becomes active then if its conditions still hold'
        : 'so this event is skipped';
      return `: the wait between actions lasts until ${until}, ${then}`;
    }
    case 'runaway':
      return `: it moves itself without end, and is held back until ${new Date(obstacle.until).toISOString()}`;
    case 'loop':
      return `: the event is number ${obstacle.depth} in a chain of rules that feed each other, taken for a loop`;
  }
}

function conditionText({
  condition,
  description,
  inverted,
  trigger,
  holds,
  reason,
}: ConditionExplanation): string {
  const role = trigger ? ' (trigger)' : '';
  const sense = inverted ? 'not: ' : '';
  const state = holds === undefined ? 'waits for' : holds ? 'is met' : 'is not met';
  const misfits = reason.filter((comparison) => !comparison.fits);
  const detail = misfits.map(({ field, expected, actual }) => `${field} is ${actual}, expected ${expected}`);
  const because = detail.length === 0 ? '' : `; in this event ${detail.join(', ')}`;
  return `Condition ${condition + 1}${role} ${state}: ${sense}${description}${because}.`;
}

/** What is done at once and has nothing to tell says nothing. */
function outcomeText({ state, message = '', startedAfterMs = 0, endedAfterMs = 0 }: ActionReport): string {
  const took = Math.round(endedAfterMs - startedAfterMs);
  switch (state) {
    case 'waiting':
      return '';
    case 'underWay':
      return ' That is still under way.';
    case 'failed':
      return ` That failed: ${message}`;
    case 'skipped':
      return ` That was skipped: ${message}.`;
    case 'done':
      return message === '' && took === 0
        ? ''
        : ` Done${took === 0 ? '' : ` in ${took} ms`}${message === '' ? '' : `: ${message}`}.`;
  }
}
