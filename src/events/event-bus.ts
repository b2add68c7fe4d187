import type { Clock } from '../base/clock.js';
import { Emitter, type Unsubscribe } from '../base/emitter.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { DeviceEvent, PublishedEvent } from './device-event.js';

export type EventListener = (published: PublishedEvent) => void;

/**
 * Carries every event to everybody who listens, at once and in order. An event that is published while
 * another is being delivered waits until that one has reached all listeners, so that all see the same order.
 */
export class EventBus {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #emitter = new Emitter<PublishedEvent>();
  readonly #waiting: PublishedEvent[] = [];
  #sequence = 0;
  #delivering: PublishedEvent | undefined;

  constructor(options: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = options.clock;
    this.#log = options.log;
  }

  publish(event: DeviceEvent): void {
    const depth = this.#delivering === undefined ? 0 : this.#delivering.depth + 1;
    this.#waiting.push({ sequence: ++this.#sequence, at: this.#clock.wallTime(), event, depth });
    if (this.#delivering !== undefined) return;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#delivering = next;
      this.#emitter.emit(next);
    }
    this.#delivering = undefined;
  }

  /** A listener that throws is reported and keeps no other from hearing. */
  subscribe(listener: EventListener): Unsubscribe {
    return this.#emitter.subscribe((published) => {
      try {
        listener(published);
      } catch (error) {
        this.#log.error('an event listener failed', { event: published.event.type, error: messageOf(error) });
      }
    });
  }
}
