import type { CallIdentity, DeviceEvent } from '../../events/device-event.js';
import type { EntityTopics } from './entity-topics.js';

/** What an event entity of Home Assistant says of an event; none where none does. */
export function entityEvent(
  event: DeviceEvent,
  at: number,
  topics: EntityTopics,
): { readonly topic: string; readonly payload: string } | undefined {
  switch (event.type) {
    case 'call.stateChange': {
      const { reason, detail } = event;
      return message(topics.state('call_event'), reason, at, { ...ofCall(event), detail });
    }
    case 'call.dtmf': {
      const { digit, keys } = event;
      return message(topics.state('dtmf_event'), 'key', at, { digit, keys, ...ofCall(event) });
    }
    case 'call.dtmfSequence': {
      const { sequence, sequenceId, description } = event;
      return message(topics.state('dtmf_event'), 'sequence', at, {
        ...{ sequence, sequenceId, description },
        ...ofCall(event),
      });
    }
    default:
      return undefined;
  }
}

function message(topic: string, type: string, at: number, attributes: object) {
  return {
    topic,
    payload: JSON.stringify({ event_type: type, at: new Date(at).toISOString(), ...attributes }),
  };
}

function ofCall({ callId, direction, account, localUri, remoteUri }: CallIdentity): object {
  return { callId, direction, account, localUri, remoteUri };
}
