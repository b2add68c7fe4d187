import type { ClientEffect } from './client-effect.js';
import type { ClientInput } from './client-input.js';
import { transition, type Transition } from './transition.js';

/**
 * The INVITE client transaction: figure 5 of RFC 3261 section 17.1.1.2 with the Accepted state of RFC 6026.
 *
 *                        | INVITE from the TU: sent, A (unreliable only) and B started
 *                        V
 *      timer A       +---------+  timer B or transport error: inform TU
 *      resend, A*2 ->| calling |----------------------------------------------+
 *                    +---------+                                              |
 *             1xx to TU |   | 2xx to TU, M  | 300-699 to TU, ACK, D           |
 *                       V   |               |                                 |
 *      1xx to TU  +------------+ 300-699    |                                 |
 *               ->| proceeding |------------+------> +-----------+ 300-699:   |
 *                 +------------+  to TU, ACK, D       | completed | ACK again  |
 *      CANCEL sent: |    |  |                         +-----------+            |
 *      64*T1, then  |    |  | 2xx to TU, M                 | timer D,         |
 *      timeout      |    V  V                              | transport error  |
 *                   |  +----------+ 2xx to TU              |                  |
 *                   |  | accepted |<--+                    |                  |
 *                   |  +----------+---+                    |                  |
 *                   |       | timer M                      V                  V
 *                   +-------+-----------------------> [ terminated ] <--------+
 *
 * On a reliable transport A never runs and D is zero, so 300-699 ends the transaction at once.
 */
export type InviteClientState = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';

type Step = Transition<InviteClientState, ClientEffect>;

const to = transition<InviteClientState, ClientEffect>;

const BEGUN_UNRELIABLE = to('calling', 'start A', 'start B');
const BEGUN_RELIABLE = to('calling', 'start B');

const CALLING = to('calling');
const CALLING_RESENT = to('calling', 'resend', 'double A');
const CALLING_PROVISIONAL = to('proceeding', 'stop A', 'stop B', 'inform response');
const CALLING_SUCCESS = to('accepted', 'stop A', 'stop B', 'start M', 'inform response');
const CALLING_FAILURE = to('completed', 'stop A', 'stop B', 'ack', 'start D', 'inform response');
const CALLING_FAILURE_RELIABLE = to('terminated', 'stop B', 'ack', 'inform response', 'terminate');
const CALLING_TIMEOUT = to('terminated', 'stop A', 'inform timeout', 'terminate');
const CALLING_UNDELIVERED = to('terminated', 'stop A', 'stop B', 'inform transport error', 'terminate');
const CALLING_ABANDONED = to('terminated', 'stop A', 'stop B', 'terminate');

const PROCEEDING = to('proceeding');
const PROCEEDING_PROVISIONAL = to('proceeding', 'inform response');
const PROCEEDING_SUCCESS = to('accepted', 'start M', 'inform response');
const PROCEEDING_FAILURE = to('completed', 'ack', 'start D', 'inform response');
const PROCEEDING_FAILURE_RELIABLE = to('terminated', 'ack', 'inform response', 'terminate');
const PROCEEDING_CANCELLED = to('proceeding', 'start cancel');
const PROCEEDING_TIMEOUT = to('terminated', 'inform timeout', 'terminate');

const COMPLETED = to('completed');
const COMPLETED_AGAIN = to('completed', 'resend ack');

const ACCEPTED = to('accepted');
const ACCEPTED_AGAIN = to('accepted', 'inform response');

const OVER = to('terminated', 'terminate');
const TERMINATED = to('terminated');

/** What sending an INVITE starts. */
export function beginInviteClient(reliable: boolean): Step {
  return reliable ? BEGUN_RELIABLE : BEGUN_UNRELIABLE;
}

/** One step of the INVITE client transaction; an input that does not fit the state changes nothing. */
export function nextInviteClient(state: InviteClientState, input: ClientInput, reliable: boolean): Step {
  switch (state) {
    case 'calling':
      return whenCalling(input, reliable);
    case 'proceeding':
      return whenProceeding(input, reliable);
    case 'completed':
      return whenCompleted(input);
    case 'accepted':
      return whenAccepted(input);
    case 'terminated':
      return TERMINATED;
  }
}

function whenCalling(input: ClientInput, reliable: boolean): Step {
  switch (input) {
    case 'provisional':
      return CALLING_PROVISIONAL;
    case 'success':
      return CALLING_SUCCESS;
    case 'failure':
      return reliable ? CALLING_FAILURE_RELIABLE : CALLING_FAILURE;
    case 'timer A':
      return CALLING_RESENT;
    case 'timer B':
      return CALLING_TIMEOUT;
    case 'transport error':
      return CALLING_UNDELIVERED;
    case 'abandon':
      return CALLING_ABANDONED;
    default:
      return CALLING;
  }
}

/** A transport error is ignored here: somebody answered, so the request was delivered. */
function whenProceeding(input: ClientInput, reliable: boolean): Step {
  switch (input) {
    case 'provisional':
      return PROCEEDING_PROVISIONAL;
    case 'success':
      return PROCEEDING_SUCCESS;
    case 'failure':
      return reliable ? PROCEEDING_FAILURE_RELIABLE : PROCEEDING_FAILURE;
    case 'cancel sent':
      return PROCEEDING_CANCELLED;
    case 'timer cancel':
      return PROCEEDING_TIMEOUT;
    case 'abandon':
      return OVER;
    default:
      return PROCEEDING;
  }
}

/**
 * An ACK that cannot be delivered ends the transaction but is not reported: the transaction user has its
 * final response already, and to it "not delivered" means that another target may be tried.
 */
function whenCompleted(input: ClientInput): Step {
  switch (input) {
    case 'failure':
      return COMPLETED_AGAIN;
    case 'timer D':
    case 'transport error':
    case 'abandon':
      return OVER;
    default:
      return COMPLETED;
  }
}

function whenAccepted(input: ClientInput): Step {
  switch (input) {
    case 'success':
      return ACCEPTED_AGAIN;
    case 'timer M':
    case 'abandon':
      return OVER;
    default:
      return ACCEPTED;
  }
}
