import type { DeviceEvent } from '../../../src/events/device-event.js';
import type { Action, ActionOf } from './rule-types.js';

/** For whom an action acts, and what moved its rule; nothing did where a wait ended or the rules were changed. */
interface Occasion {
  readonly owner: string;
  readonly event: DeviceEvent | undefined;
}

/** What an action does, in the words of `wordsOf`; those of light and siren begin with "siren". */
interface Deed {
  readonly begins: string;
  /** When the rule ends; an action that has it lasts. */
  readonly ends?: string;
  /** Whether what it holds is still there after a crash, so that somebody has to undo it. */
  readonly outlives?: boolean;
}

type Deeds = { readonly [Kind in Action['kind']]: (action: ActionOf<Kind>, occasion: Occasion) => Deed };

const DEEDS: Deeds = {
  'siren.profile': ({ profile, run }, { owner }) =>
    run === 'stop'
      ? { begins: `siren stops ${profile}` }
      : {
          begins: `siren holds ${profile} for ${owner}`,
          ...(run === 'whileActive' && { ends: `siren lets go of what ${owner} runs` }),
        },
  'siren.stopAll': (action) => ({
    begins: `siren stops ${action.function === 'both' ? 'light,siren' : action.function}`,
  }),
  'siren.maintenance': (action, { owner }) => ({ ...own('maintenance', action, owner), outlives: true }),
  'siren.identify': (action, { owner }) =>
    own('identify', { ...action, ...(action.run === 'on' && { seconds: action.seconds ?? 60 }) }, owner),
  'siren.healthCheck': ({ silent }) => ({ begins: `siren is checked${silent ? ' silently' : ''}` }),
  'alarm.acknowledge': ({ profile }) => ({ begins: `siren's alarm ${profile ?? 'of any'} is acknowledged` }),
  'call.place': ({ run, to, contact }, { owner }) =>
    run === 'once'
      ? { begins: `call ${to ?? contact}` }
      : { begins: `call ${to ?? contact} for ${owner}`, ends: `hang up for ${owner}` },
  'call.end': (action, { event }) => ({ begins: `end ${callsOf(action, event)}` }),
  'call.answer': (action, { event }) => ({ begins: `answer ${callsOf(action, event)}` }),
  'call.sendDtmf': ({ digits }, { event }) => ({ begins: `press ${digits} in ${moving(event)}` }),
  'sip.message': ({ to, text }, { event }) => ({ begins: `write ${text} to ${to} at ${event?.type}` }),
  'mqtt.publish': ({ topic, payload, endPayload }) => ({
    begins: `publish ${payload} to ${topic}`,
    ...(endPayload !== undefined && { ends: `publish ${endPayload} to ${topic}`, outlives: true }),
  }),
  'notification.send': ({ recipient, text }, { event }) => ({
    begins: `tell ${recipient} ${text} at ${event?.type}`,
  }),
  'rule.enable': ({ rule, enabled }) => ({ begins: `turn ${rule} ${enabled ? 'on' : 'off'}` }),
  'log.write': ({ level, text }, { event }) => ({ begins: `log ${level} ${text} at ${event?.type}` }),
  'io.output': ({ port, run, milliseconds, times }, { owner }) =>
    run === 'whileActive'
      ? held(`output ${port}`, owner)
      : { begins: `output ${port} ${run === 'pulse' ? `${times} times ${milliseconds} ms` : run}` },
  'io.virtualInput': ({ port, run, seconds }, { owner }) =>
    run === 'whileActive'
      ? held(`virtual input ${port}`, owner)
      : { begins: `virtual input ${port} ${run === 'off' ? 'off' : `on for ${seconds ?? 'good'}`}` },
};

/** What an action does that begins, or ends, for an owner. */
export function deedOf(action: Action, owner: string, event?: DeviceEvent): Deed {
  return DEEDS[action.kind](action as never, { owner, event });
}

function held(what: string, owner: string): Deed {
  return { begins: `hold ${what} for ${owner}`, ends: `let go of ${what} for ${owner}`, outlives: true };
}

/** Turned on, turned off, or while the rule is active. */
function own(
  purpose: string,
  { run, seconds }: { readonly run: string; readonly seconds?: number | undefined },
  owner: string,
): Deed {
  if (run === 'off') return { begins: `siren ends ${purpose}` };
  return run === 'on'
    ? { begins: `siren holds ${purpose} for ${purpose}, ${seconds ?? 'no'} s` }
    : {
        begins: `siren holds ${purpose} for ${owner}, no s`,
        ends: `siren lets go of ${purpose} for ${owner}`,
      };
}

function callsOf(action: ActionOf<'call.end' | 'call.answer'>, event: DeviceEvent | undefined): string {
  const { calls, direction, account } = action;
  return calls === 'cause' ? moving(event) : `every call ${direction ?? ''} ${account ?? ''}`;
}

/** The call that moved the rule. */
function moving(event: DeviceEvent | undefined): string {
  return event !== undefined && 'callId' in event ? `the call ${event.callId}` : 'no call';
}
