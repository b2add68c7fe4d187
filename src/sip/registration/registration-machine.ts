import type { Uri } from '../message/index.js';
import { refreshDelay, retryDelay } from './registration-backoff.js';

/** Why an attempt failed. */
export type RegistrationProblem = {
  readonly kind: 'refused' | 'unreachable';
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
  /** Attempts that failed in a row. */
  readonly failures: number;
  /** Redirections followed in this attempt. */
  readonly redirects: number;
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
 * A failed refresh leaves `registered` alone until the binding really expires, because calls still come.
 * 401 and 407 are answered below, once per nonce; one that arrives here means that the password is refused.
 */
export type RegistrationState =
  | { readonly kind: 'unregistered' }
  | ({ readonly kind: 'registering' } & Effort)
  | ({
      readonly kind: 'registered';
      /** When the binding ends, in milliseconds of the clock. */
      readonly expiresAt: number;
      /** What went wrong since. */
      readonly problem?: RegistrationProblem | undefined;
    } & Effort)
  | (RegistrationProblem & Effort)
  | { readonly kind: 'unregistering' };

export type RegistrationInput =
  /** Interval in seconds, at least 1. */
  | { readonly type: 'start'; readonly interval: number }
  | { readonly type: 'stop' }
  /** Somebody wants to know now. */
  | { readonly type: 'refresh now' }
  | { readonly type: 'timer attempt' }
  | { readonly type: 'timer expiry' }
  | { readonly type: 'timer deadline' }
  /** A 2xx; for how long, in seconds. */
  | { readonly type: 'granted'; readonly seconds: number }
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
  const { interval } = input;
  return {
    state: { kind: 'registering', interval, busy: true, failures: 0, redirects: 0 },
    effects: [{ type: 'register', interval }],
  };
}

function whenUnregistering(state: RegistrationState, input: RegistrationInput): RegistrationStep {
  switch (input.type) {
    case 'granted':
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
    case 'timer attempt':
      return state.busy ? { state, effects: [] } : attempt(state);
    case 'timer expiry':
      return expire(state);
    case 'timer deadline':
      return { state, effects: [] };
    default:
      return state.busy ? whenAnswered(state, input, moment) : { state, effects: [] };
  }
}

type Answer = Extract<RegistrationInput, { type: 'granted' | 'too brief' | 'redirected' | 'failed' }>;

function whenAnswered(state: Active, input: Answer, moment: RegistrationMoment): RegistrationStep {
  switch (input.type) {
    case 'granted':
      return grant(state, input.seconds, moment);
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

function grant(state: Active, seconds: number, { now, chance }: RegistrationMoment): RegistrationStep {
  if (seconds <= 0) {
    const problem = {
      kind: 'refused',
      reason: 'The registrar accepted the request but no contact.',
    } as const;
    return fail(state, { problem }, { now, chance });
  }
  const granted = seconds * 1_000;
  const { interval } = state;
  return {
    state: { kind: 'registered', interval, busy: false, failures: 0, redirects: 0, expiresAt: now + granted },
    effects: [
      { type: 'start timer', timer: 'expiry', delay: granted },
      { type: 'start timer', timer: 'attempt', delay: refreshDelay(granted, chance) },
    ],
  };
}

/** A registrar that finds a time too brief must say what it wants (section 10.3), and more than before. */
function lengthen(state: Active, minimum: number | undefined, moment: RegistrationMoment): RegistrationStep {
  if (minimum === undefined || minimum <= state.interval) {
    const reason = 'The registrar finds the interval too brief and does not say what would do.';
    return fail(state, { problem: { kind: 'refused', status: 423, reason } }, moment);
  }
  return { state: { ...state, interval: minimum }, effects: [{ type: 'register', interval: minimum }] };
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
  const effort = { interval: state.interval, busy: false, failures: state.failures + 1, redirects: 0 };
  return {
    state:
      state.kind === 'registered'
        ? { kind: 'registered', expiresAt: state.expiresAt, problem, ...effort }
        : { ...problem, ...effort },
    effects: [{ type: 'start timer', timer: 'attempt', delay }],
  };
}

/** The attempts go on as they were; only what is said changes. */
function expire(state: Active): RegistrationStep {
  if (state.kind !== 'registered') return { state, effects: [] };
  const { interval, busy, failures, redirects } = state;
  const problem = state.problem ?? {
    kind: 'unreachable',
    reason: 'The registration expired before it was refreshed.',
  };
  return { state: { ...problem, interval, busy, failures, redirects }, effects: [] };
}
