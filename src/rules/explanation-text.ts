import type { ActionReport } from './action-outcome.js';
import type { ConditionExplanation, Explanation } from './explanation.js';
import { localTimeOf } from './local-time.js';

type Told = Omit<Explanation, 'text'>;

/** What the text needs beside the data. */
interface Setting {
  /** The event in words. */
  readonly what: string;
  /** The IANA name of the time zone in which times are told. */
  readonly timeZone: string;
}

/** An explanation as a person reads it, a line for each thing. Conditions are counted from 1, as on the page. */
export function explanationText(told: Told, setting: Setting): string {
  const lines = [headline(told, setting)];
  for (const condition of told.conditions) lines.push(conditionText(condition));
  for (const action of told.actions) lines.push(`It ${action.text}.${outcomeText(action)}`);
  return lines.map(oneLine).join('\n');
}

/** What a peer sent stands in the text and must not look like a line of ours. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function headline(told: Told, setting: Setting): string {
  const name = `Rule "${told.ruleName}"`;
  const occasion = occasionText(told, setting);
  switch (told.outcome) {
    case 'activated':
      return `${name} became active ${occasion}.`;
    case 'renewed':
      return `${name} was active already and began anew ${occasion}.`;
    case 'deactivated':
      return `${name} ended ${occasion}${obstacleText(told, setting)}.`;
    case 'stayedActive':
      return `${name} was active already and stayed so ${occasion}.`;
    case 'notActivated':
      return `${name} did not become active ${occasion}${obstacleText(told, setting)}.`;
    case 'notConcerned':
      return `${name} was not concerned ${occasion}: it meets none of its conditions.`;
  }
}

function occasionText({ occasion }: Told, { what }: Setting): string {
  switch (occasion) {
    case 'event':
      return `when ${what}`;
    case 'waitEnded':
      return 'when its wait between actions ended';
    case 'rulesChanged':
      return 'when the rules were changed';
  }
}

function obstacleText({ obstacle }: Told, { timeZone }: Setting): string {
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
      const until = momentText(obstacle.until, timeZone);
      const then = obstacle.retried
        ? 'and becomes active then if its conditions still hold'
        : 'so this event is skipped';
      return `: the wait between actions lasts until ${until}, ${then}`;
    }
    case 'runaway':
      return `: it moves itself without end, and is held back until ${momentText(obstacle.until, timeZone)}`;
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
  const name = `Condition ${condition + 1}${trigger ? ' (trigger)' : ''}`;
  const misfits = reason.filter((comparison) => !comparison.fits);
  const detail = misfits.map(({ field, expected, actual }) => `${field} is ${actual}, expected ${expected}`);
  const because = detail.length === 0 ? '' : ` In this event ${detail.join(', ')}.`;
  if (holds === true)
    return `${name} is met: ${inverted ? 'it is not so that ' : ''}${description}.${because}`;
  const wanted = `${inverted ? 'the opposite of: ' : ''}${description}`;
  const state = holds === undefined ? 'waits for:' : 'is not met. It asks for:';
  return `${name} ${state} ${wanted}.${because}`;
}

function momentText(at: number, timeZone: string): string {
  const { date, time } = localTimeOf(at, timeZone);
  return `${time} on ${date}`;
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
