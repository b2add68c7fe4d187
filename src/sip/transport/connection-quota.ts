import type { TransportLimits } from './transport-limits.js';

/** How many stream connections there are, over all listening points, against the limits. */
export class ConnectionQuota {
  readonly #limits: TransportLimits;
  readonly #bySource = new Map<string, number>();
  #accepted = 0;
  #dialled = 0;

  constructor(limits: TransportLimits) {
    this.#limits = limits;
  }

  /** Takes a place for a connection that `source` opened; false where there is none. */
  accept(source: string): boolean {
    const held = this.#bySource.get(source) ?? 0;
    if (this.#accepted >= this.#limits.maxConnections || held >= this.#limits.maxConnectionsPerSource)
      return false;
    this.#accepted++;
    this.#bySource.set(source, held + 1);
    return true;
  }

  /** Takes a place for a connection that we open; strangers' connections leave these places alone. */
  dial(): boolean {
    if (this.#dialled >= this.#limits.maxDialled) return false;
    this.#dialled++;
    return true;
  }

  releaseAccepted(source: string): void {
    this.#accepted--;
    const held = (this.#bySource.get(source) ?? 1) - 1;
    if (held > 0) this.#bySource.set(source, held);
    else this.#bySource.delete(source);
  }

  releaseDialled(): void {
    this.#dialled--;
  }
}
