import { transition, type Transition } from '../transaction/transition.js';

/**
 * The life of an INVITE that came in (RFC 3261 sections 13.3 and 15; there is no figure):
 *
 *                progress                ack
 *     inviting ───────────▶ early   ┌───────────▶ confirmed
 *        │  └────accept───┐   │accept             │ end: BYE
 *        │                ▼   ▼     │             │ bye
 *        │               accepted ──┤ bye, no-ack │
 *        │ reject, drop,      │     │             ▼
 *        │ cancel, bye    end │     └──────▶ terminated
 *        │                    ▼                   ▲
 *        │                 leaving ──ack, no-ack: BYE; bye
 *        └────────────────────────────────────────┘
 *
 * `leaving` exists because a callee must not send BYE before the ACK (section 15).
 */
export type IncomingInviteState = 'inviting' | 'early' | 'accepted' | 'leaving' | 'confirmed' | 'terminated';

/**
 * `ack`, `bye` and `cancel` come from the caller; `no-ack` is the end of 64*T1 after the 2xx; `lost`: the peer
 * does not know the dialog or does not answer in it; `expired`: the INVITE's Expires passed; the rest from above.
 */
export type IncomingInviteInput =
  | 'progress'
  | 'accept'
  | 'reject'
  | 'drop'
  | 'end'
  | 'cancel'
  | 'expired'
  | 'bye'
  | 'ack'
  | 'no-ack'
  | 'lost';

/** `refuse-…` answer the INVITE; `report-…` tell the layer above that it is over. */
export type IncomingInviteEffect =
  | 'send-provisional'
  | 'send-success'
  | 'send-refusal'
  | 'answer-nothing'
  | 'refuse-480'
  | 'refuse-487'
  | 'stop-repeating'
  | 'send-bye'
  | 'report-confirmed'
  | 'report-local'
  | 'report-remote'
  | 'report-timeout'
  | 'report-lost';

type Step = Transition<IncomingInviteState, IncomingInviteEffect>;
type Row = Partial<Record<IncomingInviteInput, Step>>;

const WAITING: Row = {
  progress: transition('early', 'send-provisional'),
  accept: transition('accepted', 'send-success'),
  reject: transition('terminated', 'send-refusal', 'report-local'),
  drop: transition('terminated', 'answer-nothing', 'report-local'),
  end: transition('terminated', 'refuse-480', 'report-local'),
  cancel: transition('terminated', 'refuse-487', 'report-remote'),
  expired: transition('terminated', 'refuse-487', 'report-timeout'),
  bye: transition('terminated', 'refuse-487', 'report-remote'),
};

const TABLE: Readonly<Record<IncomingInviteState, Row>> = {
  inviting: WAITING,
  early: WAITING,
  accepted: {
    ack: transition('confirmed', 'stop-repeating', 'report-confirmed'),
    bye: transition('terminated', 'stop-repeating', 'report-remote'),
    end: transition('leaving', 'report-local'),
    'no-ack': transition('terminated', 'stop-repeating', 'send-bye', 'report-timeout'),
    lost: transition('terminated', 'stop-repeating', 'send-bye', 'report-lost'),
  },
  leaving: {
    ack: transition('terminated', 'stop-repeating', 'send-bye'),
    'no-ack': transition('terminated', 'stop-repeating', 'send-bye'),
    bye: transition('terminated', 'stop-repeating'),
  },
  confirmed: {
    end: transition('terminated', 'send-bye', 'report-local'),
    bye: transition('terminated', 'report-remote'),
    lost: transition('terminated', 'send-bye', 'report-lost'),
  },
  terminated: {},
};

/** What an input does in a state; undefined where it has no meaning there and is ignored. */
export function nextOfIncomingInvite(
  state: IncomingInviteState,
  input: IncomingInviteInput,
): Step | undefined {
  return TABLE[state][input];
}
