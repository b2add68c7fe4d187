import type { PublishedEvent } from '../events/device-event.js';
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

  add(published: PublishedEvent): void {
    const told = topicMessageOf(published.event);
    if (told?.isProperty !== true) return;
    const about = aboutOf(told);
    this.#latest.delete(about);
    this.#latest.set(about, published);
    const [oldest] = this.#latest.keys();
    if (this.#latest.size > MOST_STATES && oldest !== undefined) this.#latest.delete(oldest);
  }
}
