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

  /** The first item, past or to come, that fits. */
  first<Fitting extends Item>(what: string, fits: (item: Item) => item is Fitting): Promise<Fitting>;
  first(what: string, fits: (item: Item) => boolean): Promise<Item>;
  first(what: string, fits: (item: Item) => boolean): Promise<Item> {
    // Each item is looked at once: what a flood brings is long.
    let looked = 0;
    return this.until(what, () => {
      while (looked < this.#items.length) {
        const item = this.#items[looked++] as Item;
        if (fits(item)) return item;
      }
      return undefined;
    });
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
        const seen = this.#items.slice(-50).map(inWords).join('\n  ');
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

function inWords(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}
