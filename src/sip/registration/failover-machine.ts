/** How a server stands, as far as failing over depends on it. */
export type ServerCondition =
  /** Not asked, or being asked. */
  | 'open'
  /** Registered, and the last REGISTER succeeded. */
  | 'well'
  /** Its last REGISTER failed, and more will be sent. */
  | 'ailing'
  /** It refused, it cannot be trusted, or it did not answer often enough. */
  | 'failed';

/**
 * Which of two servers serves an address. The second one is registered with in addition to the first, never in
 * its place, so that nothing is lost where both still work:
 *
 *     [ primary ] --primary failed: register with the secondary--> [ secondary ] --failback timer: ask the primary--+
 *          ^                                                            |  ^                                        |
 *          +------ primary well: unregister from the secondary ---------+  +----------------------------------------+
 */
export type FailoverState = { readonly serving: 'primary' | 'secondary' };

export type FailoverInput =
  | { readonly type: 'primary'; readonly condition: ServerCondition }
  | { readonly type: 'timer failback'; readonly secondary: ServerCondition }
  | { readonly type: 'stop' };

export type FailoverEffect = {
  readonly type:
    'start secondary' | 'stop secondary' | 'probe primary' | 'probe secondary' | 'start timer' | 'stop timer';
};

export type FailoverStep = { readonly state: FailoverState; readonly effects: readonly FailoverEffect[] };

/** One step; an input that does not fit the state changes nothing. */
export function nextFailover(state: FailoverState, input: FailoverInput): FailoverStep {
  switch (input.type) {
    case 'primary':
      return whenPrimary(state, input.condition);
    case 'timer failback':
      return state.serving === 'secondary' ? failBack(state, input.secondary) : { state, effects: [] };
    case 'stop':
      return { state: { serving: 'primary' }, effects: [{ type: 'stop timer' }, { type: 'stop secondary' }] };
  }
}

function whenPrimary(state: FailoverState, condition: ServerCondition): FailoverStep {
  if (state.serving === 'primary' && condition === 'failed') {
    return {
      state: { serving: 'secondary' },
      effects: [{ type: 'start secondary' }, { type: 'start timer' }],
    };
  }
  if (state.serving === 'secondary' && condition === 'well') {
    return { state: { serving: 'primary' }, effects: [{ type: 'stop timer' }, { type: 'stop secondary' }] };
  }
  return { state, effects: [] };
}

/** A secondary that was given up is asked along with the primary: one of the two must come back. */
function failBack(state: FailoverState, secondary: ServerCondition): FailoverStep {
  const effects: FailoverEffect[] = [{ type: 'probe primary' }];
  if (secondary === 'failed') effects.push({ type: 'probe secondary' });
  return { state, effects: [...effects, { type: 'start timer' }] };
}
