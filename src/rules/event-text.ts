import { userOf } from '../calls/parsed-address.js';
import type {
  ActivityEvent,
  AlarmEvent,
  CallIdentity,
  CallState,
  CallStateChangeReason,
  DeviceEvent,
} from '../events/device-event.js';
import { OWN_ACTIVITY_NAMES } from './own-activity-names.js';

const CALL_STATES: Readonly<Record<CallState, string>> = {
  Idle: 'was over',
  Calling: 'was dialled',
  Ringing: 'rang',
  Active: 'became active',
};

const CALL_CHANGES: Readonly<Record<CallStateChangeReason, string>> = {
  Initiated: 'was begun',
  Denied: 'was refused',
  NoAnswer: 'was not answered',
  Busy: 'found the other side busy',
  Failed: 'failed',
  AcceptedByRemote: 'was answered by the other side',
  AcceptedByDevice: 'was answered by the device',
  Terminated: 'ended',
};

const ACTIVITY_CHANGES: Readonly<Record<ActivityEvent['change'], string>> = {
  started: 'started',
  interrupted: 'gave way to something else',
  resumed: 'went on',
  ended: 'ended',
};

const ALARM_CHANGES: Readonly<Record<AlarmEvent['change'], string>> = {
  raised: 'was raised',
  delivered: 'was shown',
  acknowledged: 'was acknowledged',
  escalated: 'was acknowledged by nobody in time',
  cleared: 'was over',
};

/** What happened, for a person, after "when": `the call from guard to 1001 became active`. */
export function eventText(event: DeviceEvent): string {
  switch (event.type) {
    case 'call.state':
      return `${callText(event)} ${CALL_STATES[event.state]}`;
    case 'call.stateChange':
      return `${callText(event)} ${CALL_CHANGES[event.reason]}`;
    case 'call.dtmf':
      return `the key ${event.digit} was pressed in ${callText(event)}`;
    case 'call.dtmfSequence':
      return `${event.sequence} was dialled in ${callText(event)}`;
    case 'message.received':
      return `a message came from ${nameOf(event.remoteUri)} to ${nameOf(event.localUri)}`;
    case 'account.registration':
      return `the registration of the account ${event.account} was ${event.state}`;
    case 'activity':
      return `${activityText(event)} ${ACTIVITY_CHANGES[event.change]}`;
    case 'alarm':
      return `the alarm ${event.profile} ${ALARM_CHANGES[event.change]}`;
    case 'input.virtual':
      return `virtual input ${event.input} became ${activeText(event)}`;
    case 'input.digital':
      return `the digital ${event.direction} ${event.port} became ${event.state}`;
    case 'trigger.manual':
      return `the manual trigger ${event.trigger} was turned ${event.active ? 'on' : 'off'}`;
    case 'schedule':
      return `the schedule ${event.schedule} ${event.active ? 'began' : 'ended'}`;
    case 'pulse':
      return `the pulse ${event.schedule} came`;
    case 'heartbeat':
      return `the heartbeat ${event.heartbeat} was ${event.state}`;
    case 'mqtt.message':
    case 'mqtt.state':
      return `a message came on the MQTT topic ${event.topic}`;
    case 'mqtt.connection':
      return `the connection with the MQTT broker was ${event.state}`;
    case 'output.state':
      return `the output ${event.output} ${workingText(event)}`;
    case 'recipient.state':
      return `the recipient ${event.recipient} ${workingText(event)}`;
    case 'healthCheck':
      return event.state === 'started' ? 'a health check began' : `a health check ${event.state}`;
    case 'source.blocked':
      return `${event.address} was ${event.change}`;
    case 'system':
      return event.state === 'ready' ? 'the device was ready' : 'the device began to stop';
    case 'network':
      return event.state === 'lost' ? 'the network was lost' : 'the network was there';
    case 'storage':
      return event.state === 'full' ? 'the storage was full' : 'the storage had space';
    case 'certificate':
      return `the certificate ${event.certificate} was looked at`;
    default:
      return `${event.type} came`;
  }
}

function callText({ direction, localUri, remoteUri }: CallIdentity): string {
  const [from, to] = direction === 'Incoming' ? [remoteUri, localUri] : [localUri, remoteUri];
  return `the call from ${nameOf(from)} to ${nameOf(to)}`;
}

function nameOf(uri: string): string {
  return userOf(uri) ?? uri;
}

function activityText({ function: part, profile, purpose }: ActivityEvent): string {
  if (profile !== undefined) return `the ${part} of ${profile}`;
  return purpose === undefined ? `the ${part}` : `the ${part} of ${OWN_ACTIVITY_NAMES[purpose]}`;
}

function activeText({ active }: { readonly active: boolean }): string {
  return active ? 'active' : 'inactive';
}

function workingText({ state }: { readonly state: 'ok' | 'failing' }): string {
  return state === 'ok' ? 'worked again' : 'failed';
}
