/** How far an action is. Skipped: it was not tried at all, and the message says why. */
type ActionState = 'underWay' | 'done' | 'failed' | 'skipped';

/** What came of one intent; it changes until the action has ended. Times are clock time in milliseconds. */
export interface ActionOutcome {
  state: ActionState;
  /** What went wrong, or what an action that is done has to tell. */
  message?: string;
  readonly startedAt: number;
  endedAt?: number;
}

/** What came of a decision, written down while it is carried out. Times are clock time in milliseconds. */
export interface DecisionProgress {
  /** When the event, or whatever moved the engine, came to it. */
  readonly receivedAt: number;
  readonly decidedAt: number;
  /** One for each intent, at its place; none yet where its turn has not come. */
  readonly outcomes: (ActionOutcome | undefined)[];
}

/** An action as an explanation tells of it. Milliseconds count from when the event came. */
export interface ActionReport {
  /** For a person: `starts profile Evacuation`. */
  readonly text: string;
  readonly state: ActionState | 'waiting';
  readonly message?: string;
  readonly startedAfterMs?: number;
  readonly endedAfterMs?: number;
}
