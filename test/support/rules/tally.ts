/** Counts what happened, so that a test can see that anything did. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** Of these the ones that were seen less often, each with its number. */
  rarerThan(least: number, expected: readonly string[]): string[] {
    return expected
      .filter((what) => (this.#counts.get(what) ?? 0) < least)
      .map((what) => `${what}: ${this.#counts.get(what) ?? 0}`);
  }
}
