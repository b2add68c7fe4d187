import type { CallIdentity } from '../../../src/events/device-event.js';
import type { ConditionOf } from './rule-types.js';

/** Which calls are meant: what a condition about calls has beside its own fields. */
type Wanted = Pick<ConditionOf<'call.state'>, 'direction' | 'account' | 'localUri' | 'remoteUri'>;

/** Whether a call, or a message, is one of those that are meant. */
export function fitsCall(wanted: Wanted, call: Omit<CallIdentity, 'callId'>): boolean {
  if (wanted.direction !== undefined && wanted.direction !== call.direction) return false;
  if (wanted.account !== undefined && wanted.account !== call.account) return false;
  return isTaken(wanted.localUri, call.localUri) && isTaken(wanted.remoteUri, call.remoteUri);
}

/** The table of docs/rules.md for the addresses of the test, which are all `sip:`, a user of four digits, `@` and a host. */
function isTaken(pattern: string | undefined, uri: string): boolean {
  const [, user = '', host = ''] = /^sip:(.*)@(.*)$/.exec(uri) ?? [];
  return (pattern ?? '*').split(',').some((part) => {
    const [from = '', to] = part.split('-');
    if (['*', '', uri, user, `sip:${user}@*`, `sip:*@${host}`].includes(part)) return true;
    return to !== undefined && user >= from && user <= to;
  });
}
