import { actionKindOf, type Action } from './actions/index.js';
import { conditionKindOf, type Condition } from './conditions/index.js';
import { ruleIdOf, type Rule } from './rule.js';

/** A longer way is not followed: with thousands of rules it would hold up the device. */
const MOST_VISITED = 1_000;

/** Whether what a recipient is told comes back to the device itself, which can then do anything. */
export type ComesBack = (recipient: string) => boolean;

const NOTHING_COMES_BACK: ComesBack = () => false;

/** Which rules an action of a rule can move: what it causes, another one waits for; or it turns that one on. */
function feedsOf(rule: Rule, rules: readonly Rule[], comesBack: ComesBack): readonly Rule[] {
  return rules.filter((other) =>
    rule.actions.some((action) => {
      if (action.kind === 'rule.enable') return turnsOn(action, other, rule);
      if (!other.enabled) return false;
      return action.kind === 'notification.send' ? comesBack(action.recipient) : canMove(action, other);
    }),
  );
}

type Turn = Extract<Action, { kind: 'rule.enable' }>;

/** What is on need not be turned on: of itself a rule must have been turned off before, to be moved by that. */
function turnsOn(action: Turn, rule: Rule, by: Rule): boolean {
  if (!action.enabled || action.rule !== ruleIdOf(rule)) return false;
  const own = ruleIdOf(by);
  return (
    action.rule !== own ||
    by.actions.some((other) => other.kind === 'rule.enable' && !other.enabled && other.rule === own)
  );
}

/** Whether what a rule does can move it again, by itself or by way of others. */
export function isInCircle(rule: Rule, rules: readonly Rule[], comesBack = NOTHING_COMES_BACK): boolean {
  return wayBack(rule, (one) => feedsOf(one, rules, comesBack)) !== undefined;
}

/** The rules that move each other in a circle, each circle once, shortest first; one rule can be a circle. */
export function circlesIn(
  rules: readonly Rule[],
  comesBack = NOTHING_COMES_BACK,
): readonly (readonly Rule[])[] {
  const enabled = rules.filter((rule) => rule.enabled);
  const feeds = new Map(enabled.map((rule) => [rule, feedsOf(rule, enabled, comesBack)]));
  const circles: Rule[][] = [];
  const inCircle = new Set<Rule>();
  for (const start of enabled) {
    if (inCircle.has(start)) continue;
    const circle = wayBack(start, (rule) => feeds.get(rule) ?? []);
    if (circle === undefined) continue;
    circles.push(circle);
    for (const rule of circle) inCircle.add(rule);
  }
  return circles.sort((one, other) => one.length - other.length);
}

/** The shortest way from a rule back to itself. */
function wayBack(start: Rule, feeds: (rule: Rule) => readonly Rule[]): Rule[] | undefined {
  const cameFrom = new Map<Rule, Rule>();
  const queue = [start];
  for (let rule = queue.shift(); rule !== undefined && cameFrom.size < MOST_VISITED; rule = queue.shift()) {
    for (const next of feeds(rule)) {
      if (next === start) {
        const circle = [rule];
        for (let before = rule; before !== start;) {
          before = cameFrom.get(before) ?? start;
          circle.unshift(before);
        }
        return circle;
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, rule);
      queue.push(next);
    }
  }
  return undefined;
}

function canMove(action: Action, rule: Rule): boolean {
  const causes = actionKindOf(action).causes ?? [];
  return (
    causes.length > 0 &&
    rule.conditions.some(
      (condition) =>
        conditionKindOf(condition).topics.some((topic) => causes.includes(topic)) &&
        canMeet(action, condition),
    )
  );
}

/** Where both name something of the same kind it must be the same; a call of ours never comes in. */
function canMeet(action: Action, condition: Condition): boolean {
  const named = new Map(
    actionKindOf(action)
      .references(action)
      .map(({ to, id }) => [to, id]),
  );
  const isOther = conditionKindOf(condition)
    .references(condition)
    .some(({ to, id }) => named.has(to) && named.get(to) !== id);
  if (isOther) return false;
  if (action.kind === 'io.virtualInput' && condition.kind === 'io.virtualInput') {
    return condition.port === undefined || condition.port === action.port;
  }
  return !(action.kind === 'call.place' && 'direction' in condition && condition.direction === 'Incoming');
}
