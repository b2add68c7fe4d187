/** Collects what must be undone and undoes it once, newest first. See docs/closures.md for who closes what. */
export class Disposer {
  #steps: (() => void | Promise<void>)[] = [];

  add(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  /** Runs every step, newest first, each even where an earlier one failed; throws what failed, together. Idempotent. */
  async close(): Promise<void> {
    const steps = this.#steps.reverse();
    this.#steps = [];
    const failures: unknown[] = [];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Closing failed in part.');
  }
}
