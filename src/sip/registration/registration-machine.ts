import type { Uri } from '../message/index.js';
import { refreshDelay, retryDelay } from './registration-backoff.js';

/** Why an attempt failed. */
export type RegistrationProblem = {
  readonly kind: 'refused' | 'unreachable' | 'untrusted';
  /** The final status, where there was a response. */
  readonly status?: number | undefined;
  /** Words for a person. */
  readonly reason: string;
};

/** What goes on under the surface of a wish to be registered. */
type Effort = {
  /** The time that is asked for, in seconds; a registrar may have raised it (423). */
  readonly interval: number;
  /** Whether a REGISTER is under way. */
  readonly busy: boolean;
  /** How many attempts in a row may stay without an answer until no more are made; 0 for ever. */
  readonly limit: number;
  /** Attempts that failed in a row. */
  readonly failures: number;
  /** Redirections followed, longer times that were asked for, and changes of our own address, in this attempt. */
  readonly redirects: number;
  /** Flows that were lost in a row, each soon after it was made. */
  readonly losses: number;
};

/**
 * A registration (RFC 3261 section 10.2).
 *
 *     [ unregistered ] --start: REGISTER--> [ registering ] --2xx--> [ registered ] --refresh: REGISTER, 2xx--+
 *            ^                                   |                      ^  |    ^                            |
 *            |                     4xx, 6xx, 3xx |                      |  |    +----------------------------+
 *            |          5xx, 408, 480, no answer |                  2xx |  | expiry, when no refresh succeeded
 *            |                                   V                      |  V
 *            |                         [ refused | unreachable ] -------+
 *            |                              retry: REGISTER, with growing pauses
 *            +---- final response, failure or 2 s ---- [ unregistering ] <--stop: REGISTER, Expires 0-- (any)
 *
 * `untrusted` stands beside `refused` and `unreachable`. A failed refresh leaves `registered` alone until the
 * binding really expires, because calls still come, unless the flow by which they came is gone.
 * 401 and 407 are answered below, once per nonce; one that arrives here means that the password is refused.
 * After `limit` attempts without an answer no more are made by themselves; `refresh now` and `probe` still do.
 */
export type RegistrationState =
  | { readonly kind: 'unregistered' }
  | ({ readonly kind: 'registering' } & Effort)
  | ({
      readonly kind: 'registered';
      /** When the binding ends, in milliseconds of the clock. */
      readonly expiresAt: number;
      /** When the flow to the registrar was first known to work, in milliseconds of the clock. */
      readonly since: number;
      /** Whether that flow is gone. */
      readonly isFlowLost: boolean;
      /** What went wrong since. */
      readonly problem?: RegistrationProblem | undefined;
    } & Effort)
  | (RegistrationProblem & Effort)
  | { readonly kind: 'unregistering' };

export type RegistrationInput =
  /** Interval in seconds, at least 1; the limit of attempts without an answer, 0 for none. */
  | { readonly type: 'start'; readonly interval: number; readonly limit: number }
  | { readonly type: 'stop' }
  /** Somebody wants to know now; attempts that failed are forgotten. */
  | { readonly type: 'refresh now' }
  /** One attempt, whatever came before. */
  | { readonly type: 'probe' }
  /** The connection or the NAT binding by which calls come is gone (RFC 5626 section 4.4). */
  | { readonly type: 'flow lost' }
  | { readonly type: 'timer attempt' }
  | { readonly type: 'timer expiry' }
  | { readonly type: 'timer deadline' }
  /** A 2xx; for how long, in seconds, and whether our Contact has turned out to be another than was sent. */
  | { readonly type: 'granted'; readonly seconds: number; readonly isMoved?: boolean }
  /** Refused for an extension that the next REGISTER leaves out (439). */
  | { readonly type: 'simpler' }
  /** A 423; Min-Expires in seconds where it was given. */
  | { readonly type: 'too brief'; readonly minimum: number | undefined }
  | {
      readonly type: 'redirected';
      readonly to: Uri | undefined;
      readonly status: number;
      readonly reason: string;
    }
  /** Any other final response, or none. Retry-After in milliseconds. */
  | {
      readonly type: 'failed';
      readonly problem: RegistrationProblem;
      readonly retryAfter?: number | undefined;
    };

export type RegistrationEffect =
  | { readonly type: 'register'; readonly interval: number; /** Default: the registrar. */ readonly to?: Uri }
  | { readonly type: 'unregister' }
  /** The request under way is forgotten. */
  | { readonly type: 'abandon' }
  | {
      readonly type: 'start timer';
      readonly timer: 'attempt' | 'expiry' | 'deadline';
      readonly delay: number;
    }
  | { readonly type: 'stop timers' }
  /** Nothing is left to do. */
  | { readonly type: 'stopped' };

/** What the machine may know of the world. */
export type RegistrationMoment = {
  /** Milliseconds of the clock. */
  readonly now: number;
  /** From 0 to below 1. */
  readonly chance: number;
};

export type RegistrationStep = {
  readonly state: RegistrationState;
  readonly effects: readonly RegistrationEffect[];
};

type Active = Exclude<RegistrationState, { kind: 'unregistered' } | { kind: 'unregistering' }>;

/** How long the farewell may take when the device stops, in milliseconds. */
const FAREWELL = 2_000;
const MOST_REDIRECTS = 3;
/**
 * A day, in seconds. A registrar may find only less than an hour too brief (RFC 3261 section 10.3); one that wants more than
 * this, or grants more than was asked for, would have us stay away while nobody reaches us.
 */
const LONGEST_INTERVAL = 86_400;
/** A flow that lived so long was a good one, and its loss an accident (RFC 5626 section 4.5), in milliseconds. */
const GOOD_FLOW = 120_000;

/** One step; an input that does not fit the state changes nothing. */
export function nextRegistration(
  state: RegistrationState,
  input: RegistrationInput,
  moment: RegistrationMoment,
): RegistrationStep {
  switch (state.kind) {
    case 'unregistered':
      return whenUnregistered(state, input);
    case 'unregistering':
      return whenUnregistering(state, input);
    default:
      return whenActive(state, input, moment);
  }
}

function whenUnregistered(state: RegistrationState, input: RegistrationInput): RegistrationStep {
  if (input.type === 'stop') return { state, effects: [{ type: 'stopped' }] };
  if (input.type !== 'start') return { state, effects: [] };
  const { interval, limit } = input;
  return {
    state: { kind: 'registering', interval, limit, busy: true, failures: 0, redirects: 0, losses: 0 },
    effects: [{ type: 'register', interval }],
  };
}

function whenUnregistering(state: RegistrationState, input: RegistrationInput): RegistrationStep {
  switch (input.type) {
    case 'granted':
    case 'simpler':
    case 'too brief':
    case 'redirected':
    case 'failed':
    case 'timer deadline':
      return {
        state: { kind: 'unregistered' },
        effects: [{ type: 'stop timers' }, { type: 'abandon' }, { type: 'stopped' }],
      };
    default:
      return { state, effects: [] };
  }
}

function whenActive(state: Active, input: RegistrationInput, moment: RegistrationMoment): RegistrationStep {
  switch (input.type) {
    case 'start':
      return { state, effects: [] };
    case 'stop':
      return stop(state);
    case 'refresh now':
      return state.busy ? { state, effects: [] } : attempt({ ...state, failures: 0 });
    case 'probe':
    case 'timer attempt':
      return state.busy ? { state, effects: [] } : attempt(state);
    case 'flow lost':
      return loseFlow(state, moment);
    case 'timer expiry':
      return expire(state);
    case 'timer deadline':
      return { state, effects: [] };
    default:
      return state.busy ? whenAnswered(state, input, moment) : { state, effects: [] };
  }
}

type Answer = Extract<
  RegistrationInput,
  { type: 'granted' | 'simpler' | 'too brief' | 'redirected' | 'failed' }
>;

function whenAnswered(state: Active, input: Answer, moment: RegistrationMoment): RegistrationStep {
  switch (input.type) {
    case 'granted':
      return grant(state, input, moment);
    case 'simpler':
      return { state, effects: [{ type: 'register', interval: state.interval }] };
    case 'too brief':
      return lengthen(state, input.minimum, moment);
    case 'redirected':
      return redirect(state, input, moment);
    case 'failed':
      return fail(state, input, moment);
  }
}

/** A binding may exist wherever one was or is being asked for; there, the registrar is told. */
function stop(state: Active): RegistrationStep {
  const quiet: RegistrationEffect[] = [{ type: 'stop timers' }, { type: 'abandon' }];
  if (state.kind !== 'registered' && !state.busy) {
    return { state: { kind: 'unregistered' }, effects: [...quiet, { type: 'stopped' }] };
  }
  const deadline: RegistrationEffect = { type: 'start timer', timer: 'deadline', delay: FAREWELL };
  return { state: { kind: 'unregistering' }, effects: [...quiet, { type: 'unregister' }, deadline] };
}

function attempt(state: Active): RegistrationStep {
  return {
    state: { ...state, busy: true, redirects: 0 },
    effects: [{ type: 'register', interval: state.interval }],
  };
}

function grant(
  state: Active,
  { seconds, isMoved = false }: { readonly seconds: number; readonly isMoved?: boolean },
  { now, chance }: RegistrationMoment,
): RegistrationStep {
  if (seconds <= 0) {
    const problem = {
      kind: 'refused',
      reason: 'The registrar accepted the request but no contact.',
    } as const;
    return fail(state, { problem }, { now, chance });
  }
  const { interval, limit, losses } = state;
  const granted = Math.min(seconds, Math.max(interval, LONGEST_INTERVAL)) * 1_000;
  const again = isMoved && state.redirects < MOST_REDIRECTS;
  return {
    state: {
      ...{ kind: 'registered', interval, limit, losses, busy: again, failures: 0 },
      redirects: again ? state.redirects + 1 : 0,
      expiresAt: now + granted,
      since: state.kind === 'registered' && !state.isFlowLost ? state.since : now,
      isFlowLost: false,
    },
    effects: [
      { type: 'start timer', timer: 'expiry', delay: granted },
      again
        ? { type: 'register', interval }
        : { type: 'start timer', timer: 'attempt', delay: refreshDelay(granted, chance) },
    ],
  };
}

/**
 * Calls can come no more, so the way is made anew at once; but one that breaks each time as soon as it is made
 * is made with growing pauses (RFC 5626 section 4.5).
 */
function loseFlow(state: Active, { now, chance }: RegistrationMoment): RegistrationStep {
  if (state.kind !== 'registered') return { state, effects: [] };
  const losses = now - state.since < GOOD_FLOW ? state.losses + 1 : 1;
  const lost = { ...state, losses, isFlowLost: true };
  if (state.busy) return { state: lost, effects: [] };
  if (losses === 1) return attempt(lost);
  const delay = retryDelay('unreachable', { failures: losses - 2, chance });
  return { state: lost, effects: [{ type: 'start timer', timer: 'attempt', delay }] };
}

/** A registrar that finds a time too brief must say what it wants (section 10.3), more than before, and once for all. */
function lengthen(state: Active, minimum: number | undefined, moment: RegistrationMoment): RegistrationStep {
  const reason = whyNotLonger(state, minimum);
  if (minimum === undefined || reason !== undefined) {
    return fail(state, { problem: { kind: 'refused', status: 423, reason: reason ?? '' } }, moment);
  }
  return {
    state: { ...state, interval: minimum, redirects: state.redirects + 1 },
    effects: [{ type: 'register', interval: minimum }],
  };
}

function whyNotLonger({ interval, redirects }: Active, minimum: number | undefined): string | undefined {
  if (minimum === undefined || minimum <= interval) {
    return 'The registrar finds the interval too brief and does not say what would do.';
  }
  if (minimum > LONGEST_INTERVAL)
    return `The registrar wants an interval of ${minimum} seconds, more than a day.`;
  return redirects < MOST_REDIRECTS ? undefined : 'The registrar wants a longer interval each time.';
}

function redirect(
  state: Active,
  { to, status, reason }: { to: Uri | undefined; status: number; reason: string },
  moment: RegistrationMoment,
): RegistrationStep {
  if (to === undefined || state.redirects >= MOST_REDIRECTS) {
    return fail(state, { problem: { kind: 'refused', status, reason } }, moment);
  }
  return {
    state: { ...state, redirects: state.redirects + 1 },
    effects: [{ type: 'register', interval: state.interval, to }],
  };
}

type Failure = { readonly problem: RegistrationProblem; readonly retryAfter?: number | undefined };

function fail(
  state: Active,
  { problem, retryAfter }: Failure,
  { chance }: RegistrationMoment,
): RegistrationStep {
  const delay = retryDelay(problem.kind, { failures: state.failures, chance, retryAfter });
  const { interval, limit, losses } = state;
  const effort = { interval, limit, losses, busy: false, failures: state.failures + 1, redirects: 0 };
  const next: Active =
    state.kind === 'registered' && !state.isFlowLost
      ? { ...state, problem, ...effort }
      : { ...problem, ...effort };
  return {
    state: next,
    effects: hasGivenUp(next) ? [] : [{ type: 'start timer', timer: 'attempt', delay }],
  };
}

/** Whether no more attempts are made by themselves: only a server that does not answer is given up. */
export function hasGivenUp(state: RegistrationState): boolean {
  if (!('failures' in state) || state.busy) return false;
  const problem = state.kind === 'registered' ? state.problem : state;
  return problem?.kind === 'unreachable' && state.limit > 0 && state.failures >= state.limit;
}

/** The attempts go on as they were; only what is said changes. */
function expire(state: Active): RegistrationStep {
  if (state.kind !== 'registered') return { state, effects: [] };
  const { interval, limit, busy, failures, redirects, losses } = state;
  const problem = state.problem ?? {
    kind: 'unreachable',
    reason: 'The registration expired before it was refreshed.',
  };
  return { state: { ...problem, interval, limit, busy, failures, redirects, losses }, effects: [] };
}
