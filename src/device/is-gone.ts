import type { DeviceDocument } from '../control/services.js';
import type { DeviceEvent } from '../events/device-event.js';
import { CLIENT_HEARTBEAT } from '../inputs/heartbeat-settings.js';
import { VIRTUAL_ID } from '../outputs/outputs-schema.js';
import { ruleIdOf } from '../rules/rule.js';

/** Whether a state is of something that is configured no longer; never of what is not configured. */
export function isGone(event: DeviceEvent, document: DeviceDocument): boolean {
  const lacks = (items: readonly { readonly id: string | number }[], id: string | number) =>
    !items.some((item) => item.id === id);
  switch (event.type) {
    case 'rule':
      return !document.rules.some((rule) => ruleIdOf(rule) === event.rule);
    case 'schedule':
      return lacks(document.schedules, event.schedule);
    case 'trigger.manual':
      return lacks(document.manualTriggers, event.trigger);
    case 'heartbeat':
      return event.heartbeat !== CLIENT_HEARTBEAT && lacks(document.heartbeats, event.heartbeat);
    case 'input.digital':
      return lacks(document.ioPorts, event.port);
    case 'output.state':
      return event.output !== VIRTUAL_ID && lacks(document.outputs, event.output);
    default:
      return false;
  }
}
