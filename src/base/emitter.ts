/** Takes back a subscription. Calling it twice does nothing. */
export type Unsubscribe = () => void;

/**
 * One kind of event with its listeners. Listeners are called in the order they subscribed; one that is
 * added or removed during an emission takes part from the next one on.
 */
export class Emitter<Event> {
  #listeners: readonly ((event: Event) => void)[] = [];

  subscribe(listener: (event: Event) => void): Unsubscribe {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  emit(event: Event): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** How many listen; nobody reads what nobody asked for. */
  get size(): number {
    return this.#listeners.length;
  }
}
