import type { CallState, CallStateChangeReason } from '../events/device-event.js';
import type { CallEnd } from './signaling.js';

/**
 * A call, theirs or ours.
 *
 *            deny                      hang up, end
 *   ┌──────────────────────┐      ┌──────────────────────┐
 *   │        ring          │      │                      v
 *  new ───────────────> ringing ──┼─ answer ─> active ─> ended
 *   │                             │              ^
 *   ├──────── answer ─────────────┼──────────────┤
 *   │ dial                        │              │
 *   └─────> calling ──────────────┘── answered ──┘
 *
 * `ringing` is an incoming call that waits for a person or for the time after which it is answered, `calling` an
 * outgoing one that waits for the peer; both end when the calling timeout has passed. An active call ends when its
 * limit has passed, where it has one.
 */
export type CallPhase = 'new' | 'ringing' | 'calling' | 'active' | 'ended';

export type CallInput =
  | { readonly kind: 'ring' }
  | { readonly kind: 'answer' }
  | { readonly kind: 'deny'; readonly status: number; readonly detail: string }
  /** We cannot take the call: no common codec, no free port. */
  | { readonly kind: 'fail'; readonly status: number; readonly detail: string }
  | { readonly kind: 'dial' }
  | { readonly kind: 'answered' }
  /** The calling timeout has passed. */
  | { readonly kind: 'timeout' }
  /** Somebody here ends the call. */
  | { readonly kind: 'hangUp'; readonly detail: string }
  /** Signaling says that the call is over. */
  | { readonly kind: 'end'; readonly end: CallEnd };

export type CallEffect =
  | { readonly kind: 'sendRinging' }
  | { readonly kind: 'sendAccept' }
  | { readonly kind: 'sendReject'; readonly status: number; readonly detail: string }
  | { readonly kind: 'sendEnd'; readonly detail: string }
  /** The calling timeout runs, and for a call that rings before it is answered by itself that time too. */
  | { readonly kind: 'startWaiting' }
  | { readonly kind: 'stopWaiting' }
  /** The call is active: how long it may be, where there is a limit, counts from here. */
  | { readonly kind: 'startLimit' }
  | { readonly kind: 'stopLimit' }
  | { readonly kind: 'reportState'; readonly state: CallState }
  | { readonly kind: 'reportChange'; readonly reason: CallStateChangeReason; readonly detail?: string }
  /** Media, ports and the entry in the list of calls can go. */
  | { readonly kind: 'release' };

export interface CallStep {
  readonly phase: CallPhase;
  readonly effects: readonly CallEffect[];
}

const NOTHING: readonly CallEffect[] = [];

const RING: readonly CallEffect[] = [
  { kind: 'sendRinging' },
  { kind: 'startWaiting' },
  { kind: 'reportState', state: 'Ringing' },
];

const ANSWER: readonly CallEffect[] = [
  { kind: 'sendAccept' },
  { kind: 'startLimit' },
  { kind: 'reportChange', reason: 'AcceptedByDevice' },
  { kind: 'reportState', state: 'Active' },
];

const ANSWER_AFTER_RINGING: readonly CallEffect[] = [{ kind: 'stopWaiting' }, ...ANSWER];

const DIAL: readonly CallEffect[] = [
  { kind: 'startWaiting' },
  { kind: 'reportChange', reason: 'Initiated' },
  { kind: 'reportState', state: 'Calling' },
];

const ANSWERED: readonly CallEffect[] = [
  { kind: 'stopWaiting' },
  { kind: 'startLimit' },
  { kind: 'reportChange', reason: 'AcceptedByRemote' },
  { kind: 'reportState', state: 'Active' },
];

/** One step of a call. Inputs that do not fit the phase change nothing: signaling and people race. */
export function nextCallStep(phase: CallPhase, input: CallInput): CallStep {
  switch (phase) {
    case 'new':
      return whenNew(input);
    case 'ringing':
    case 'calling':
      return whenWaiting(phase, input);
    case 'active':
      return whenActive(input);
    case 'ended':
      return stay('ended');
  }
}

function whenNew(input: CallInput): CallStep {
  switch (input.kind) {
    case 'ring':
      return { phase: 'ringing', effects: RING };
    case 'answer':
      return { phase: 'active', effects: ANSWER };
    case 'dial':
      return { phase: 'calling', effects: DIAL };
    case 'deny':
      return refuse('Denied', input.status, input.detail);
    case 'fail':
      return refuse('Failed', input.status, input.detail);
    case 'hangUp':
      return refuse('Denied', 480, input.detail);
    case 'end':
      return { phase: 'ended', effects: over(reasonOf(input.end), detailOf(input.end)) };
    case 'answered':
    case 'timeout':
      return stay('new');
  }
}

function whenWaiting(phase: 'ringing' | 'calling', input: CallInput): CallStep {
  switch (input.kind) {
    case 'answer':
      return phase === 'ringing' ? { phase: 'active', effects: ANSWER_AFTER_RINGING } : stay(phase);
    case 'answered':
      return phase === 'calling' ? { phase: 'active', effects: ANSWERED } : stay(phase);
    case 'timeout':
      return endWaiting(phase, 'NoAnswer', 'nobody answered within the calling timeout');
    case 'hangUp':
      return endWaiting(phase, phase === 'ringing' ? 'Denied' : 'Terminated', input.detail);
    case 'deny':
      return endWaiting(phase, 'Denied', input.detail);
    case 'fail':
      return endWaiting(phase, 'Failed', input.detail);
    case 'end':
      return {
        phase: 'ended',
        effects: [{ kind: 'stopWaiting' }, ...over(reasonOf(input.end), detailOf(input.end))],
      };
    case 'ring':
    case 'dial':
      return stay(phase);
  }
}

function whenActive(input: CallInput): CallStep {
  switch (input.kind) {
    case 'hangUp':
    case 'fail':
      return {
        phase: 'ended',
        effects: [
          { kind: 'stopLimit' },
          { kind: 'sendEnd', detail: input.detail },
          ...over('Terminated', input.detail),
        ],
      };
    case 'end':
      return {
        phase: 'ended',
        effects: [{ kind: 'stopLimit' }, ...over('Terminated', detailOf(input.end))],
      };
    default:
      return stay('active');
  }
}

function endWaiting(phase: 'ringing' | 'calling', reason: CallStateChangeReason, detail: string): CallStep {
  const send: CallEffect =
    phase === 'ringing' ? { kind: 'sendReject', status: 480, detail } : { kind: 'sendEnd', detail };
  return { phase: 'ended', effects: [{ kind: 'stopWaiting' }, send, ...over(reason, detail)] };
}

function refuse(reason: CallStateChangeReason, status: number, detail: string): CallStep {
  return { phase: 'ended', effects: [{ kind: 'sendReject', status, detail }, ...over(reason, detail)] };
}

function over(reason: CallStateChangeReason, detail: string): readonly CallEffect[] {
  return [
    { kind: 'reportChange', reason, detail },
    { kind: 'reportState', state: 'Idle' },
    { kind: 'release' },
  ];
}

function stay(phase: CallPhase): CallStep {
  return { phase, effects: NOTHING };
}

/** The manual's reason for a call that ended before it was active. */
function reasonOf(end: CallEnd): CallStateChangeReason {
  if (end.by === 'timeout' || end.by === 'remote') return 'NoAnswer';
  switch (end.status) {
    case 486:
    case 600:
      return 'Busy';
    case 408:
    case 480:
    case 487:
      return 'NoAnswer';
    default:
      return 'Failed';
  }
}

function detailOf(end: CallEnd): string {
  const said = end.reason ?? '';
  // A status that refuses says why; one in the Reason header of an ordinary BYE says nothing.
  if (end.status !== undefined && end.status >= 300) return `${end.status} ${said}`.trim();
  if (said !== '') return said;
  switch (end.by) {
    case 'remote':
      return 'the other side hung up';
    case 'local':
      return 'ended here';
    case 'timeout':
      return 'no answer came in time';
    case 'failure':
      return 'the call failed';
  }
}
