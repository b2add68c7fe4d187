/** Real time that something may take to come before a test gives up on it. */
const PATIENCE_MS = 15_000;

/** Everything that came so far, and a way to wait for what has not come yet. */
export class AwaitedList<Item> {
  readonly #items: Item[] = [];
  readonly #waiting = new Set<() => void>();

  get all(): readonly Item[] {
    return this.#items;
  }

  add(item: Item): void {
    this.#items.push(item);
    this.lookAgain();
  }

  /** Lets everybody who waits look again, where something else than a new item may have ended the waiting. */
  lookAgain(): void {
    for (const check of this.#waiting) check();
  }

  clear(): void {
    this.#items.length = 0;
  }

  /** The first item, past or to come, that fits. */
  first<Fitting extends Item>(what: string, fits: (item: Item) => item is Fitting): Promise<Fitting>;
  first(what: string, fits: (item: Item) => boolean): Promise<Item>;
  first(what: string, fits: (item: Item) => boolean): Promise<Item> {
    return this.until(what, () => this.#items.find(fits));
  }

  /** Looks again at each new item until there is a value. */
  until<Value>(what: string, look: () => Value | undefined): Promise<Value> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(limit);
        this.#waiting.delete(check);
        finish();
      };
      const limit = setTimeout(() => {
        const seen = this.#items.slice(-50).map(String).join('\n  ');
        settle(() => reject(new Error(`waited for ${what} in vain; the last that came:\n  ${seen}`)));
      }, PATIENCE_MS);
      const check = () => {
        const value = look();
        if (value !== undefined) settle(() => resolve(value));
      };
      this.#waiting.add(check);
      check();
    });
  }
}
