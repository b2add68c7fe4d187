/** The last so many of something, oldest first; adding costs one write. */
export class Ring<Item> {
  readonly #items: Item[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(item: Item): void {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  *[Symbol.iterator](): Generator<Item> {
    const count = this.#items.length;
    const start = count < this.#capacity ? 0 : this.#next;
    for (let offset = 0; offset < count; offset++) {
      const item = this.#items[(start + offset) % count];
      if (item !== undefined) yield item;
    }
  }
}
