/** What a machine answers to an input: where it stands now and what its shell must do. Always one of a few constants. */
export interface Transition<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** A transition made once, when the machine's module is loaded, so that a message allocates nothing on its way. */
export function transition<State, Effect>(state: State, ...effects: Effect[]): Transition<State, Effect> {
  return Object.freeze({ state, effects: Object.freeze(effects) });
}
