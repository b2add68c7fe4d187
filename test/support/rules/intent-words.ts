import type { Intent } from '../../../src/rules/intent.js';
import type { IntentCause } from '../../../src/rules/intent-cause.js';

type Words = {
  readonly [Kind in Intent['kind']]: (intent: Extract<Intent, { kind: Kind }>) => string;
};

const WORDS: Words = {
  'siren.start': ({ profile, owner }) => `siren holds ${profile} for ${owner}`,
  'siren.stop': ({ profile }) => `siren stops ${profile}`,
  'siren.release': ({ owner, purpose }) =>
    purpose === undefined
      ? `siren lets go of what ${owner} runs`
      : `siren lets go of ${purpose} for ${owner}`,
  'siren.stopAll': ({ functions }) => `siren stops ${functions.join()}`,
  'siren.startOwn': ({ purpose, owner, seconds }) =>
    `siren holds ${purpose} for ${owner}, ${seconds ?? 'no'} s`,
  'siren.stopOwn': ({ purpose }) => `siren ends ${purpose}`,
  'siren.healthCheck': ({ silent }) => `siren is checked${silent ? ' silently' : ''}`,
  'alarm.acknowledge': ({ profile }) => `siren's alarm ${profile ?? 'of any'} is acknowledged`,
  'call.place': ({ call, owner }) =>
    `call ${call.to ?? call.contact}${owner === undefined ? '' : ` for ${owner}`}`,
  'call.hangUp': ({ owner }) => `hang up for ${owner}`,
  'call.end': ({ target, cause }) => `end ${callsOf(target, cause)}`,
  'call.answer': ({ target, cause }) => `answer ${callsOf(target, cause)}`,
  'call.sendDtmf': ({ digits, cause }) => `press ${digits} in ${callsOf('cause', cause)}`,
  'sip.message': ({ to, text, cause }) => `write ${text} to ${to} at ${eventOf(cause)}`,
  'mqtt.publish': ({ topic, payload }) => `publish ${payload} to ${topic}`,
  'notification.send': ({ recipient, wish, cause }) => `tell ${recipient} ${wish.text} at ${eventOf(cause)}`,
  'output.set': ({ port, active }) => `output ${port} ${active ? 'on' : 'off'}`,
  'output.pulse': ({ port, milliseconds, times }) => `output ${port} ${times} times ${milliseconds} ms`,
  'output.hold': ({ port, owner }) => `hold output ${port} for ${owner}`,
  'output.release': ({ port, owner }) => `let go of output ${port} for ${owner}`,
  'virtualInput.set': ({ port, active, seconds }) =>
    `virtual input ${port} ${active ? `on for ${seconds ?? 'good'}` : 'off'}`,
  'virtualInput.hold': ({ port, owner }) => `hold virtual input ${port} for ${owner}`,
  'virtualInput.release': ({ port, owner }) => `let go of virtual input ${port} for ${owner}`,
  'rule.enable': ({ rule, enabled }) => `turn ${rule} ${enabled ? 'on' : 'off'}`,
  'log.write': ({ level, text, cause }) => `log ${level} ${text} at ${eventOf(cause)}`,
};

/** What the engine wants done, in the words that the reference has for it. */
export function wordsOf(intent: Intent): string {
  return WORDS[intent.kind](intent as never);
}

function callsOf(
  target: Extract<Intent, { kind: 'call.end' }>['target'],
  { published }: IntentCause,
): string {
  if (target !== 'cause') return `every call ${target.direction ?? ''} ${target.account ?? ''}`;
  const { event } = published ?? {};
  return event !== undefined && 'callId' in event ? `the call ${event.callId}` : 'no call';
}

function eventOf({ published }: IntentCause): string {
  return String(published?.event.type);
}
