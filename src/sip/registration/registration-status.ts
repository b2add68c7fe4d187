import type { RegistrationProblem, RegistrationState } from './registration-machine.js';

/** How a registration stands. */
export type RegistrationStatus = {
  readonly state:
    | 'unregistered'
    | 'registering'
    | 'registered'
    /** The registrar said no. */
    | 'refused'
    /** Nobody answered, or could not answer now. */
    | 'unreachable'
    /** The server's certificate proves nothing. */
    | 'untrusted';
  /** The final status that refused, or that spoiled the last refresh. */
  readonly status?: number;
  /** Words for a person, with `status` or alone. */
  readonly reason?: string;
  /** When the registrar drops us, in milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
  /** No more attempts are made by themselves: so many in a row were not answered. */
  readonly gaveUpAfter?: number;
};

/** What a state is called outside; `expiresAt` as the wall clock has it. */
export function statusOf(
  state: RegistrationState,
  facts: { readonly expiresAt: number | undefined; readonly gaveUp: boolean },
): RegistrationStatus {
  const end = facts.gaveUp && 'failures' in state ? { gaveUpAfter: state.failures } : {};
  switch (state.kind) {
    case 'unregistered':
    case 'unregistering':
      return { state: 'unregistered' };
    case 'registering':
      return { state: 'registering' };
    case 'registered': {
      const until = facts.expiresAt === undefined ? {} : { expiresAt: facts.expiresAt };
      return { state: 'registered', ...until, ...wordsOf(state.problem), ...end };
    }
    default:
      return { state: state.kind, ...wordsOf(state), ...end };
  }
}

/** Whether two statuses tell a person the same. */
export function isSameStatus(one: RegistrationStatus, other: RegistrationStatus): boolean {
  return (
    one.state === other.state &&
    one.status === other.status &&
    one.reason === other.reason &&
    one.expiresAt === other.expiresAt &&
    one.gaveUpAfter === other.gaveUpAfter
  );
}

function wordsOf(problem: Omit<RegistrationProblem, 'kind'> | undefined): Partial<RegistrationStatus> {
  if (problem === undefined) return {};
  const { status, reason } = problem;
  return status === undefined ? { reason } : { status, reason };
}
