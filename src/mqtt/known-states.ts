import type { DeviceEvent, PublishedEvent } from '../events/device-event.js';
import { topicMessageOf } from '../events/event-topic.js';
import { aboutOf } from './publications.js';

/** Of so many things the state is remembered; the one that changed longest ago is forgotten first. */
const MOST_STATES = 1_000;

/** How everything is, as far as events told, for a broker that is new or has forgotten it. */
export class KnownStates {
  readonly #latest = new Map<string, PublishedEvent>();

  /** Oldest change first. */
  get all(): readonly PublishedEvent[] {
    return [...this.#latest.values()];
  }

  /** What is so as long as no event has told otherwise. */
  rest(published: PublishedEvent): void {
    const about = subjectOf(published);
    if (about !== undefined && !this.#latest.has(about)) this.#latest.set(about, published);
  }

  /** Forgets the states of what is there no longer, and gives them. */
  takeGone(isGone: (event: DeviceEvent) => boolean): readonly PublishedEvent[] {
    const gone = [...this.#latest].filter(([, { event }]) => isGone(event));
    for (const [about] of gone) this.#latest.delete(about);
    return gone.map(([, published]) => published);
  }

  add(published: PublishedEvent): void {
    const about = subjectOf(published);
    if (about === undefined) return;
    this.#latest.delete(about);
    this.#latest.set(about, published);
    const [oldest] = this.#latest.keys();
    if (this.#latest.size > MOST_STATES && oldest !== undefined) this.#latest.delete(oldest);
  }
}

/** What a state is about; undefined of an event that is no state. */
function subjectOf({ event }: PublishedEvent): string | undefined {
  const told = topicMessageOf(event);
  return told?.isProperty === true ? aboutOf(told) : undefined;
}
