interface Deadline<Item> {
  readonly due: number;
  readonly item: Item;
}

/** What falls due when, earliest first: a binary heap. What became void is recognised by who takes it out. */
export class Deadlines<Item> {
  readonly #heap: Deadline<Item>[] = [];

  get next(): number | undefined {
    return this.#heap[0]?.due;
  }

  add(due: number, item: Item): void {
    const heap = this.#heap;
    const deadline = { due, item };
    let index = heap.push(deadline) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || parent.due <= due) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = deadline;
  }

  /** Takes out the earliest where it is due by `now`. */
  takeDue(now: number): Item | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.due > now) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first.item;
  }

  #sink(deadline: Deadline<Item>): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = heap[childIndex];
      const right = heap[childIndex + 1];
      if (child !== undefined && right !== undefined && right.due < child.due) {
        childIndex++;
        child = right;
      }
      if (child === undefined || child.due >= deadline.due) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = deadline;
  }
}
