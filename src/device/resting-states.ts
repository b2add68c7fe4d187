import { type AccountId, type CallId } from '../base/ids.js';
import type { DeviceDocument } from '../control/services.js';
import type { DeviceEvent } from '../events/device-event.js';
import { ruleIdOf } from '../rules/rule.js';

/** What is so as long as no event tells otherwise: no rule is active, and there is no call. */
export function restingStates({ rules }: Pick<DeviceDocument, 'rules'>): readonly DeviceEvent[] {
  return [
    ...rules.map((rule): DeviceEvent => {
      return { type: 'rule', rule: ruleIdOf(rule), name: rule.name, change: 'deactivated' };
    }),
    {
      type: 'call.state',
      state: 'Idle',
      callId: '' as CallId,
      direction: 'Incoming',
      account: '' as AccountId,
      localUri: '',
      remoteUri: '',
    },
  ];
}
