import type { FactChange, StateFactChange } from '../fact-change.js';
import { ANY_SOURCE, type Facts } from '../facts.js';
import type { StateEvent, StateTopic } from '../state-topics.js';
import type { Interest, Observation, StatefulCondition } from './condition-kind.js';

type EventOf<Topic extends StateTopic> = Extract<StateEvent, { type: Topic }>;

interface StateConditionOptions<Topic extends StateTopic> {
  readonly topic: Topic;
  /** The only source that it asks for; none asks for any. */
  readonly source?: string | undefined;
  /** Whether a source that tells this is as wanted. */
  readonly fits: (event: EventOf<Topic>) => boolean;
}

/** Holds while at least one source, or the one it names, is as wanted. */
export class StateCondition<Topic extends StateTopic> implements StatefulCondition {
  readonly stateful = true;
  readonly interest: Interest;
  readonly #topic: Topic;
  readonly #source: string | undefined;
  readonly #fits: (event: EventOf<Topic>) => boolean;
  /** The sources that are as wanted. */
  #count = 0;

  constructor({ topic, source, fits }: StateConditionOptions<Topic>) {
    this.#topic = topic;
    this.#source = source === '' ? undefined : source;
    this.#fits = fits;
    this.interest = { topic, keys: [this.#source ?? ANY_SOURCE] };
  }

  get holds(): boolean {
    return this.#count > 0;
  }

  load(facts: Facts): void {
    this.#count = facts
      .states(this.#topic, this.#source)
      .reduce((count, event) => count + (this.#fits(event) ? 1 : 0), 0);
  }

  observe(change: FactChange): Observation {
    if (change.topic !== this.#topic) return 'unconcerned';
    // The topic tells the type, which TypeScript cannot follow through a type parameter.
    const { event, before } = change as unknown as StateFactChange<EventOf<Topic>>;
    const fitted = before !== undefined && this.#fits(before);
    const fits = this.#fits(event);
    if (fitted === fits) return 'unconcerned';
    const isRenewed = fits && this.#count > 0;
    this.#count += fits ? 1 : -1;
    return isRenewed ? 'renewed' : 'changed';
  }
}
