import { transition, type Transition } from '../transaction/transition.js';

/**
 * The life of an INVITE that was sent (RFC 3261 sections 9.1, 13.2 and 15; there is no figure):
 *
 *               1xx                  2xx: ACK
 *     calling ───────▶ early ─────────────────────▶ confirmed
 *        │ └──────────────┼───2xx: ACK──────────────▶  │ end: BYE
 *        │ end            │ end: CANCEL                │ bye
 *        ▼                ▼                            ▼
 *     withdrawn ──1xx──▶ cancelling ──────────▶ terminated
 *        │    CANCEL        300-699, 64*T1; 2xx: ACK and BYE  ▲
 *        └──300-699, nobody; 2xx: ACK and BYE─────────────────┘
 *
 * `withdrawn` exists because a CANCEL must wait for a provisional response (section 9.1).
 */
export type OutgoingInviteState =
  'calling' | 'early' | 'withdrawn' | 'cancelling' | 'confirmed' | 'terminated';

/**
 * `redirected`: a 3xx was followed, and another address has the INVITE now; `unreachable`: timer B, no target could be reached, or nothing came in 64*T1 after the CANCEL; `no-answer`: it
 * rang too long; `lost`: the peer does not know the dialog or does not answer in it.
 */
export type OutgoingInviteInput =
  'provisional' | 'success' | 'refusal' | 'redirected' | 'unreachable' | 'no-answer' | 'end' | 'bye' | 'lost';

export type OutgoingInviteEffect =
  | 'report-progress'
  | 'confirm'
  | 'confirm-and-bye'
  | 'send-cancel'
  | 'send-bye'
  | 'report-local'
  | 'report-remote'
  | 'report-refusal'
  | 'report-unreachable'
  | 'report-timeout'
  | 'report-lost';

type Step = Transition<OutgoingInviteState, OutgoingInviteEffect>;
type Row = Partial<Record<OutgoingInviteInput, Step>>;

const ENDED = transition<OutgoingInviteState, OutgoingInviteEffect>('terminated');

const TABLE: Readonly<Record<OutgoingInviteState, Row>> = {
  calling: {
    provisional: transition('early', 'report-progress'),
    success: transition('confirmed', 'confirm'),
    redirected: transition('calling'),
    refusal: transition('terminated', 'report-refusal'),
    unreachable: transition('terminated', 'report-unreachable'),
    'no-answer': transition('withdrawn', 'report-timeout'),
    end: transition('withdrawn', 'report-local'),
  },
  early: {
    provisional: transition('early', 'report-progress'),
    success: transition('confirmed', 'confirm'),
    // A CANCEL must again wait for a provisional response.
    redirected: transition('calling'),
    refusal: transition('terminated', 'report-refusal'),
    unreachable: transition('terminated', 'report-unreachable'),
    'no-answer': transition('cancelling', 'send-cancel', 'report-timeout'),
    // Not before its 2xx was acknowledged (section 15), but who has lost every 2xx hears this first.
    bye: transition('cancelling', 'send-cancel', 'report-remote'),
    end: transition('cancelling', 'send-cancel', 'report-local'),
  },
  withdrawn: {
    provisional: transition('cancelling', 'send-cancel'),
    success: transition('terminated', 'confirm-and-bye'),
    refusal: ENDED,
    unreachable: ENDED,
  },
  cancelling: {
    success: transition('terminated', 'confirm-and-bye'),
    refusal: ENDED,
    unreachable: ENDED,
  },
  confirmed: {
    end: transition('terminated', 'send-bye', 'report-local'),
    bye: transition('terminated', 'report-remote'),
    lost: transition('terminated', 'send-bye', 'report-lost'),
  },
  terminated: {},
};

/** What an input does in a state; undefined where it has no meaning there and is ignored. */
export function nextOfOutgoingInvite(
  state: OutgoingInviteState,
  input: OutgoingInviteInput,
): Step | undefined {
  return TABLE[state][input];
}
