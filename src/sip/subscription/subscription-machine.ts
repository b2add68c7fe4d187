/**
 * The life of a subscription at the notifier (RFC 6665 section 4.2; figure 2 is that of the subscriber):
 *
 *            subscribe                terminate                    told
 *      new ─────────────▶ active ────────────────▶ leaving ─────────────────▶ terminated
 *       │                 │    ▲                    ▲    │                        ▲
 *       │                 └────┘                    │    └──lost──────────────────┤
 *       │           subscribe, change,              │                             │
 *       │           told, deferred, rested          │                             │
 *       └──────────────terminate (a fetch)──────────┘     active ──lost───────────┘
 *
 * While it is active, one NOTIFY is under way at most, and between two of them the subscription rests; what changes
 * meanwhile is told by the next one, which has the newest state. Nothing queues up for a subscriber that is slow.
 */
export type SubscriptionState = {
  readonly phase: 'new' | 'active' | 'leaving' | 'terminated';
  /** A NOTIFY waits for its response. */
  readonly isTelling: boolean;
  /** The last NOTIFY is so young that the next one has to wait. */
  readonly isResting: boolean;
  /** There is something to tell as soon as that is over. */
  readonly isDue: boolean;
};

/**
 * `subscribe`: accepted or refreshed. `change`: there is something new to tell. `told`: a NOTIFY was taken. `deferred`:
 * the subscriber asked for it later. `rested`: the pause is over. `terminate`: unsubscribed, expired, or ended here.
 * `lost`: the subscriber does not know the subscription or does not answer.
 */
export type SubscriptionInput =
  'subscribe' | 'change' | 'told' | 'deferred' | 'rested' | 'terminate' | 'lost';

/** `notify-last` says that the subscription is over; `report` tells the layer above so. */
export type SubscriptionEffect =
  'start-expiry' | 'notify' | 'start-rest' | 'stop-timers' | 'notify-last' | 'report' | 'release';

type Step = { readonly state: SubscriptionState; readonly effects: readonly SubscriptionEffect[] };

export const NEW_SUBSCRIPTION: SubscriptionState = {
  phase: 'new',
  isTelling: false,
  isResting: false,
  isDue: false,
};

const OVER: SubscriptionState = { ...NEW_SUBSCRIPTION, phase: 'terminated' };
const LEAVING: SubscriptionState = { ...NEW_SUBSCRIPTION, phase: 'leaving', isTelling: true };

export function nextOfSubscription(state: SubscriptionState, input: SubscriptionInput): Step {
  switch (state.phase) {
    case 'new':
      return whileNew(state, input);
    case 'active':
      return whileActive(state, input);
    case 'leaving':
      return input === 'told' || input === 'deferred' || input === 'lost'
        ? { state: OVER, effects: ['release'] }
        : stay(state);
    case 'terminated':
      return stay(state);
  }
}

function whileNew(state: SubscriptionState, input: SubscriptionInput): Step {
  if (input === 'subscribe') return begun(state);
  return input === 'terminate' ? { state: LEAVING, effects: ['notify-last', 'report'] } : stay(state);
}

function whileActive(state: SubscriptionState, input: SubscriptionInput): Step {
  switch (input) {
    case 'subscribe':
      // Section 4.2.1.2: a refresh is answered by a NOTIFY at once, however young the last one is.
      return state.isTelling ? { state: { ...state, isDue: true }, effects: ['start-expiry'] } : begun(state);
    case 'change':
      return whenDue({ ...state, isDue: true });
    case 'told':
      return whenDue({ ...state, isTelling: false });
    case 'deferred':
      return { state: { ...state, isTelling: false, isResting: true, isDue: true }, effects: ['start-rest'] };
    case 'rested':
      return whenDue({ ...state, isResting: false });
    case 'terminate':
      return { state: LEAVING, effects: ['stop-timers', 'notify-last', 'report'] };
    case 'lost':
      return { state: OVER, effects: ['stop-timers', 'report', 'release'] };
  }
}

function begun(state: SubscriptionState): Step {
  return { state: telling(state), effects: ['start-expiry', 'notify', 'start-rest'] };
}

function whenDue(state: SubscriptionState): Step {
  if (!state.isDue || state.isTelling || state.isResting) return stay(state);
  return { state: telling(state), effects: ['notify', 'start-rest'] };
}

function telling(state: SubscriptionState): SubscriptionState {
  return { ...state, phase: 'active', isTelling: true, isResting: true, isDue: false };
}

function stay(state: SubscriptionState): Step {
  return { state, effects: [] };
}
