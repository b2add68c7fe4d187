import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import type { Activity } from './activity.js';
import {
  next,
  type ActivityStart,
  type ArbitrationEffect,
  type ArbitrationInput,
  type ArbitrationState,
  type StopTarget,
} from './arbitration.js';

interface ActivityListOptions<Content> {
  /** `light` or `siren`, for the timer's name. */
  readonly name: string;
  readonly clock: Clock;
  /** Told what changed when the time of an activity is over. */
  readonly onTimeOver: (effects: readonly ArbitrationEffect<Content>[]) => void;
}

/** The activities of one function: feeds the arbitration and keeps its one timer, for whichever ends first. */
export class ActivityList<Content> {
  readonly #options: ActivityListOptions<Content>;
  #state: ArbitrationState<Content> = { activities: [] };
  #timer: Timer | undefined;
  #timerAt: number | undefined;

  constructor(options: ActivityListOptions<Content>) {
    this.#options = options;
  }

  /** Highest priority first. */
  get activities(): readonly Activity<Content>[] {
    return this.#state.activities;
  }

  start(start: ActivityStart<Content>): readonly ArbitrationEffect<Content>[] {
    return this.#apply({ type: 'start', now: this.#options.clock.now(), start });
  }

  stop(target: StopTarget, cause: string): readonly ArbitrationEffect<Content>[] {
    if (this.#state.activities.length === 0) return [];
    return this.#apply({ type: 'stop', now: this.#options.clock.now(), target, cause });
  }

  /** Forgets every activity without a word. */
  close(): void {
    this.#timer?.cancel();
    this.#state = { activities: [] };
  }

  #apply(input: ArbitrationInput<Content>): readonly ArbitrationEffect<Content>[] {
    const { state, effects } = next(this.#state, input);
    this.#state = state;
    this.#armTimer(input.now);
    return effects;
  }

  #armTimer(now: number): void {
    const end = firstEnd(this.#state.activities);
    if (end === this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = end;
    if (end === undefined) return;
    const { clock, name } = this.#options;
    this.#timer = clock.startTimer(`${name} activity end`, milliseconds(end - now), () => {
      this.#timerAt = undefined;
      this.#options.onTimeOver(this.#apply({ type: 'tick', now: clock.now() }));
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
