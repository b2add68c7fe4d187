import type { ServerEffect } from './server-effect.js';
import type { ServerInput } from './server-input.js';
import { transition, type Transition } from './transition.js';

/**
 * The INVITE server transaction: figure 7 of RFC 3261 section 17.2.1 with the Accepted state of RFC 6026.
 *
 *                                 | INVITE: to the TU; 100 after 200 ms without an answer
 *                                 V
 *      INVITE: response again  +------------+
 *      1xx from TU: sent     ->| proceeding |------------------------+
 *      timer trying: 100       +------------+                        |
 *                                 | 300-699 from TU: sent, G, H      | 2xx from TU: sent, L
 *                                 V                                  V
 *      INVITE: response again  +-----------+                   +----------+ INVITE: absorbed
 *      timer G: resend, G*2  ->| completed |                   | accepted |<- 2xx from TU: sent
 *                              +-----------+                   +----------+ ACK: to the TU
 *                  ACK: to TU, I  |     | timer H: inform TU         | timer L
 *                                 V     +-------------------------+  |
 *      INVITE, ACK: absorbed   +-----------+  timer I             V  V
 *                            ->| confirmed |----------------> [ terminated ]
 *                              +-----------+
 *
 * A transaction user that drops the INVITE goes to `dropped` instead, which is ours: everything is absorbed
 * there until timer L, so that whoever knocks at random learns nothing, not even that somebody is here.
 *
 * On a reliable transport G never runs and I is zero, so the ACK ends the transaction at once. A transport
 * error informs the TU and changes no state, since the peer's next retransmission may still be answered.
 */
export type InviteServerState =
  'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'dropped' | 'terminated';

type Step = Transition<InviteServerState, ServerEffect>;

const to = transition<InviteServerState, ServerEffect>;

const PROCEEDING = to('proceeding');
const PROCEEDING_AGAIN = to('proceeding', 'resend');
const PROCEEDING_TRYING = to('proceeding', 'send trying');
const PROCEEDING_PROVISIONAL = to('proceeding', 'stop trying', 'send');
const PROCEEDING_SUCCESS = to('accepted', 'stop trying', 'send', 'start L');
const PROCEEDING_FAILURE = to('completed', 'stop trying', 'send', 'start G', 'start H');
const PROCEEDING_FAILURE_RELIABLE = to('completed', 'stop trying', 'send', 'start H');
const PROCEEDING_DROPPED = to('dropped', 'stop trying', 'start L');
const PROCEEDING_UNDELIVERED = to('proceeding', 'inform transport error');

const COMPLETED = to('completed');
const COMPLETED_AGAIN = to('completed', 'resend');
const COMPLETED_RESENT = to('completed', 'resend', 'double G');
const COMPLETED_ACK = to('confirmed', 'stop G', 'stop H', 'start I', 'inform ack');
const COMPLETED_ACK_RELIABLE = to('terminated', 'stop H', 'inform ack', 'terminate');
const COMPLETED_TIMEOUT = to('terminated', 'stop G', 'inform timeout', 'terminate');
const COMPLETED_UNDELIVERED = to('completed', 'inform transport error');

const CONFIRMED = to('confirmed');

const ACCEPTED = to('accepted');
const ACCEPTED_SEND = to('accepted', 'send');
const ACCEPTED_ACK = to('accepted', 'pass ack');
const ACCEPTED_UNDELIVERED = to('accepted', 'inform transport error');

const DROPPED = to('dropped');

const OVER = to('terminated', 'terminate');
const TERMINATED = to('terminated');

/** One step of the INVITE server transaction; an input that does not fit the state changes nothing. */
export function nextInviteServer(state: InviteServerState, input: ServerInput, reliable: boolean): Step {
  switch (state) {
    case 'proceeding':
      return whenProceeding(input, reliable);
    case 'completed':
      return whenCompleted(input, reliable);
    case 'confirmed':
      return input === 'timer I' ? OVER : CONFIRMED;
    case 'accepted':
      return whenAccepted(input);
    case 'dropped':
      return input === 'timer L' ? OVER : DROPPED;
    case 'terminated':
      return TERMINATED;
  }
}

function whenProceeding(input: ServerInput, reliable: boolean): Step {
  switch (input) {
    case 'retransmission':
      return PROCEEDING_AGAIN;
    case 'provisional':
      return PROCEEDING_PROVISIONAL;
    case 'success':
      return PROCEEDING_SUCCESS;
    case 'failure':
      return reliable ? PROCEEDING_FAILURE_RELIABLE : PROCEEDING_FAILURE;
    case 'drop':
      return PROCEEDING_DROPPED;
    case 'timer trying':
      return PROCEEDING_TRYING;
    case 'transport error':
      return PROCEEDING_UNDELIVERED;
    default:
      return PROCEEDING;
  }
}

function whenCompleted(input: ServerInput, reliable: boolean): Step {
  switch (input) {
    case 'retransmission':
      return COMPLETED_AGAIN;
    case 'ack':
      return reliable ? COMPLETED_ACK_RELIABLE : COMPLETED_ACK;
    case 'timer G':
      return COMPLETED_RESENT;
    case 'timer H':
      return COMPLETED_TIMEOUT;
    case 'transport error':
      return COMPLETED_UNDELIVERED;
    default:
      return COMPLETED;
  }
}

function whenAccepted(input: ServerInput): Step {
  switch (input) {
    case 'success':
      return ACCEPTED_SEND;
    case 'ack':
      return ACCEPTED_ACK;
    case 'timer L':
      return OVER;
    case 'transport error':
      return ACCEPTED_UNDELIVERED;
    default:
      return ACCEPTED;
  }
}
