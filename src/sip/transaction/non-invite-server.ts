import type { ServerEffect } from './server-effect.js';
import type { ServerInput } from './server-input.js';
import { transition, type Transition } from './transition.js';

/**
 * The server transaction of every other method: figure 8 of RFC 3261 section 17.2.2 with RFC 4320.
 *
 *                                | request: to the TU
 *                                V
 *                           +--------+  timer patience: inform TU
 *      request: absorbed  ->| trying |-----------------------------------------+
 *                           +--------+                                         |
 *      timer trying: 100,   |   | final from TU: sent, J                       |
 *      100 from TU: sent    V   +-----------+                                  |
 *                        +------------+     |   timer patience: inform TU      |
 *      request: 100    ->| proceeding |-----|--------------------------------->+
 *      again             +------------+     |                                  |
 *                           | final, sent,J V                                  |
 *      request: response    +--------> +-----------+   timer J                 V
 *      again                         ->| completed |-------------------> [ terminated ]
 *                                      +-----------+
 *
 * On a reliable transport J is zero, so a final response ends the transaction at once. Patience is 64*T1:
 * after that the client has given up (timer F) and RFC 4320 section 4.2 forbids answering it.
 *
 * A transaction user that drops the request goes to `dropped` instead, which is ours: everything is absorbed
 * there until timer J, as if the request had never come.
 */
export type NonInviteServerState = 'trying' | 'proceeding' | 'completed' | 'dropped' | 'terminated';

type Step = Transition<NonInviteServerState, ServerEffect>;

const to = transition<NonInviteServerState, ServerEffect>;

const TRYING = to('trying');
const PROCEEDING = to('proceeding');
const PROCEEDING_AGAIN = to('proceeding', 'resend');
const PROCEEDING_SEND = to('proceeding', 'stop trying', 'send');
const PROCEEDING_TRYING = to('proceeding', 'send trying');
const PROCEEDING_UNDELIVERED = to('proceeding', 'inform transport error');
const ANSWERED = to('completed', 'stop trying', 'stop patience', 'send', 'start J');
const ANSWERED_RELIABLE = to('terminated', 'stop trying', 'stop patience', 'send', 'terminate');
const TIMEOUT = to('terminated', 'stop trying', 'inform timeout', 'terminate');
const COMPLETED = to('completed');
const COMPLETED_AGAIN = to('completed', 'resend');
const COMPLETED_UNDELIVERED = to('completed', 'inform transport error');
const DROP = to('dropped', 'stop trying', 'stop patience', 'start J');
const DROP_RELIABLE = to('terminated', 'stop trying', 'stop patience', 'terminate');
const DROPPED = to('dropped');
const OVER = to('terminated', 'terminate');
const TERMINATED = to('terminated');

/** One step of the non-INVITE server transaction; an input that does not fit the state changes nothing. */
export function nextNonInviteServer(
  state: NonInviteServerState,
  input: ServerInput,
  reliable: boolean,
): Step {
  switch (state) {
    case 'trying':
    case 'proceeding':
      return whenUnanswered(state, input, reliable);
    case 'completed':
      return whenCompleted(input);
    case 'dropped':
      return input === 'timer J' ? OVER : DROPPED;
    case 'terminated':
      return TERMINATED;
  }
}

function whenUnanswered(state: 'trying' | 'proceeding', input: ServerInput, reliable: boolean): Step {
  switch (input) {
    case 'retransmission':
      return state === 'trying' ? TRYING : PROCEEDING_AGAIN;
    case 'provisional':
      return PROCEEDING_SEND;
    case 'success':
    case 'failure':
      return reliable ? ANSWERED_RELIABLE : ANSWERED;
    case 'drop':
      return reliable ? DROP_RELIABLE : DROP;
    case 'timer trying':
      return PROCEEDING_TRYING;
    case 'timer patience':
      return TIMEOUT;
    case 'transport error':
      return state === 'trying' ? TRYING : PROCEEDING_UNDELIVERED;
    default:
      return state === 'trying' ? TRYING : PROCEEDING;
  }
}

function whenCompleted(input: ServerInput): Step {
  switch (input) {
    case 'retransmission':
      return COMPLETED_AGAIN;
    case 'timer J':
      return OVER;
    case 'transport error':
      return COMPLETED_UNDELIVERED;
    default:
      return COMPLETED;
  }
}
