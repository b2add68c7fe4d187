import type { ActivityEvent } from '../../events/device-event.js';
import type { ActivityStanding, FactChange } from '../fact-change.js';
import type { Facts } from '../facts.js';
import type { Interest, Observation, StatefulCondition } from './condition-kind.js';

interface ActivityConditionOptions {
  /** The key of the changes that can concern it; one of `keysOfActivity`. */
  readonly key: string;
  readonly fits: (event: ActivityEvent) => boolean;
  /** Whether one that waits for a higher priority counts as well. */
  readonly waitingCounts: boolean;
  /** Whether one that shows in place of another is as good as the other. Default: it is not. */
  readonly anyIsAlike?: boolean;
}

/** Holds while there is an activity that fits. */
export class ActivityCondition implements StatefulCondition {
  readonly stateful = true;
  readonly interest: Interest;
  readonly #options: ActivityConditionOptions;
  #count = 0;

  constructor(options: ActivityConditionOptions) {
    this.#options = options;
    this.interest = { topic: 'activity', keys: [options.key] };
  }

  get holds(): boolean {
    return this.#count > 0;
  }

  load(facts: Facts): void {
    this.#count = 0;
    for (const { event, standing } of facts.activities) {
      if (this.#counts(standing) && this.#options.fits(event)) this.#count++;
    }
  }

  /** One more of the same, as the sound beside the light of a profile, begins nothing anew. */
  observe(change: FactChange): Observation {
    if (change.topic !== 'activity' || !this.#options.fits(change.event)) return 'unconcerned';
    // Both halves are left out, so that the count is right afterwards and does not fall in between.
    if (this.#options.anyIsAlike === true && change.event.isHandover === true) return 'unconcerned';
    const counted = this.#counts(change.before);
    const counts = this.#counts(change.after);
    if (counted === counts) return 'unconcerned';
    this.#count += counts ? 1 : -1;
    return 'changed';
  }

  #counts(standing: ActivityStanding): boolean {
    return standing === 'running' || (this.#options.waitingCounts && standing === 'waiting');
  }
}
