import type { ClientEffect } from './client-effect.js';
import type { ClientInput } from './client-input.js';
import { transition, type Transition } from './transition.js';

/**
 * The client transaction of every other method: figure 6 of RFC 3261 section 17.1.2.2.
 *
 *                              | request from the TU: sent, E (unreliable only) and F started
 *                              V
 *      timer E            +--------+  timer F or transport error: inform TU
 *      resend, E*2 to T2->| trying |------------------------------------------+
 *                         +--------+                                          |
 *                 1xx to TU |   | final to TU, K                              |
 *                           V   +-------------+                               |
 *      timer E: resend,  +------------+       |   timer F, transport error    |
 *      E at T2         ->| proceeding |-------|------------------------------>+
 *                        |            |       |   (reliable only): inform TU  |
 *      1xx to TU         +------------+       |                               |
 *                           | final to TU, K  V                               |
 *                           +-----------> +-----------+   timer K             V
 *                                         | completed |---------------> [ terminated ]
 *                                         +-----------+
 *
 * On a reliable transport E never runs and K is zero, so a final response ends the transaction at once. On an
 * unreliable one a transport error counts only before the first response: a late ICMP error, which anybody may
 * have sent, says less than somebody who answered.
 */
export type NonInviteClientState = 'trying' | 'proceeding' | 'completed' | 'terminated';

type Step = Transition<NonInviteClientState, ClientEffect>;

const to = transition<NonInviteClientState, ClientEffect>;

const BEGUN_UNRELIABLE = to('trying', 'start E', 'start F');
const BEGUN_RELIABLE = to('trying', 'start F');

const TRYING = to('trying');
const TRYING_RESENT = to('trying', 'resend', 'double E');
const PROVISIONAL = to('proceeding', 'inform response');
const PROCEEDING = to('proceeding');
const PROCEEDING_RESENT = to('proceeding', 'resend', 'start E at T2');
const ANSWERED = to('completed', 'stop E', 'stop F', 'start K', 'inform response');
const ANSWERED_RELIABLE = to('terminated', 'stop F', 'inform response', 'terminate');
const TIMEOUT = to('terminated', 'stop E', 'inform timeout', 'terminate');
const UNDELIVERED = to('terminated', 'stop E', 'stop F', 'inform transport error', 'terminate');
const ABANDONED = to('terminated', 'stop E', 'stop F', 'terminate');
const COMPLETED = to('completed');
const OVER = to('terminated', 'terminate');
const TERMINATED = to('terminated');

/** What sending the request starts. */
export function beginNonInviteClient(reliable: boolean): Step {
  return reliable ? BEGUN_RELIABLE : BEGUN_UNRELIABLE;
}

/** One step of the non-INVITE client transaction; an input that does not fit the state changes nothing. */
export function nextNonInviteClient(
  state: NonInviteClientState,
  input: ClientInput,
  reliable: boolean,
): Step {
  switch (state) {
    case 'trying':
    case 'proceeding':
      return whenUnanswered(state, input, reliable);
    case 'completed':
      return input === 'timer K' || input === 'abandon' ? OVER : COMPLETED;
    case 'terminated':
      return TERMINATED;
  }
}

function whenUnanswered(state: 'trying' | 'proceeding', input: ClientInput, reliable: boolean): Step {
  switch (input) {
    case 'provisional':
      return PROVISIONAL;
    case 'success':
    case 'failure':
      return reliable ? ANSWERED_RELIABLE : ANSWERED;
    case 'timer E':
      return state === 'trying' ? TRYING_RESENT : PROCEEDING_RESENT;
    case 'timer F':
      return TIMEOUT;
    case 'transport error':
      return state === 'proceeding' && !reliable ? PROCEEDING : UNDELIVERED;
    case 'abandon':
      return ABANDONED;
    default:
      return state === 'trying' ? TRYING : PROCEEDING;
  }
}
