import type { CallIdentity } from '../events/device-event.js';
import type { Condition } from './conditions/index.js';
import { CallFilter } from './conditions/call-filter.js';
import type { Rule } from './rule.js';

/** What was called. */
type CalledAddress = Pick<CallIdentity, 'account' | 'localUri'>;

/**
 * The profiles that a call to an address starts: those that a rule runs which waits for a call to it, by its state or a
 * change of it, whoever calls and whatever else the rule asks for.
 */
export function profilesOfCall(rules: readonly Rule[], called: CalledAddress): ReadonlySet<string> {
  const profiles = new Set<string>();
  for (const { enabled, conditions, actions } of rules) {
    if (!enabled || !conditions.some((condition) => waitsForCall(condition, called))) continue;
    for (const action of actions) {
      if (action.kind === 'siren.profile' && action.run !== 'stop') profiles.add(action.profile);
    }
  }
  return profiles;
}

function waitsForCall(condition: Condition, called: CalledAddress): boolean {
  if (condition.kind !== 'call.state' && condition.kind !== 'call.stateChange') return false;
  if (condition.invert || (condition.kind === 'call.state' && condition.state === 'Idle')) return false;
  const { direction, account, localUri } = condition;
  return new CallFilter({ direction, account, localUri }).fits({
    ...called,
    direction: 'Incoming',
    remoteUri: '',
  });
}
