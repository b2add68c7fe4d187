import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import type { Activity } from './activity.js';
import { next, type ArbitrationEffect, type ArbitrationInput, type ArbitrationState } from './arbitration.js';

interface ActivityListOptions {
  /** `light` or `siren`, for the timer's name. */
  readonly name: string;
  readonly clock: Clock;
  /** Called when the time of an activity is over, to be answered with a `tick`. */
  readonly onTimeOver: () => void;
}

/** The activities of one function: feeds the arbitration and keeps its one timer, for whichever ends first. */
export class ActivityList<Content> {
  readonly #options: ActivityListOptions;
  #state: ArbitrationState<Content> = { activities: [] };
  #timer: Timer | undefined;
  #timerAt: number | undefined;

  constructor(options: ActivityListOptions) {
    this.#options = options;
  }

  /** Highest priority first. */
  get activities(): readonly Activity<Content>[] {
    return this.#state.activities;
  }

  /** What `input` changes. Its time is read once for light and siren, so that they keep the same rhythm. */
  apply(input: ArbitrationInput<Content>): readonly ArbitrationEffect<Content>[] {
    const makesOne = input.type === 'start' || input.type === 'restore';
    if (!makesOne && this.#state.activities.length === 0) return [];
    const { state, effects } = next(this.#state, input);
    this.#state = state;
    this.#armTimer(input.now);
    return effects;
  }

  /** Forgets every activity without a word. */
  close(): void {
    this.#timer?.cancel();
    this.#state = { activities: [] };
  }

  #armTimer(now: number): void {
    const end = firstEnd(this.#state.activities);
    if (end === this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = end;
    if (end === undefined) return;
    const { clock, name, onTimeOver } = this.#options;
    this.#timer = clock.startTimer(`${name} activity end`, milliseconds(end - now), () => {
      this.#timerAt = undefined;
      onTimeOver();
    });
  }
}

function firstEnd(activities: readonly Activity[]): number | undefined {
  let first: number | undefined;
  for (const { endsAt } of activities) {
    if (endsAt !== undefined && (first === undefined || endsAt < first)) first = endsAt;
  }
  return first;
}
