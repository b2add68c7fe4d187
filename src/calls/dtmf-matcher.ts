import { CALL_LIMITS } from './limits.js';

/** Sequences, ready to be looked for: by their last key, the longest first. */
export type DtmfIndex<Sequence extends { readonly sequence: string }> = ReadonlyMap<
  string,
  readonly Sequence[]
>;

/** Prepares sequences for a matcher. */
export function dtmfIndex<Sequence extends { readonly sequence: string }>(
  sequences: readonly Sequence[],
): DtmfIndex<Sequence> {
  const index = new Map<string, Sequence[]>();
  for (const one of sequences) {
    const last = one.sequence.at(-1) ?? '';
    index.set(last, [...(index.get(last) ?? []), one]);
  }
  for (const list of index.values()) list.sort((one, other) => other.sequence.length - one.sequence.length);
  return index;
}

/** Where a sequence was found: the places of its first and last key, counted from the first key of the call. */
interface Found {
  readonly first: number;
  readonly last: number;
}

/**
 * Finds sequences among the keys of one call. A sequence is found with its last key, at once, whatever was pressed
 * before it: nobody who mistypes has to hang up. What decides where several could be found:
 *
 * - Of those that end with the same key the longest is found.
 * - A short one that begins a longer one is found first, and the longer one too when it is complete: an alarm does not
 *   wait for a key that may never come.
 * - A key serves one sequence, or several of which each contains the one before: `11` is found twice in `1111`, not
 *   three times.
 * - After a pause longer than the key timeout everything begins anew. No key is special.
 */
export class DtmfMatcher {
  #keys = '';
  /** The place of the first key of `#keys`. */
  #offset = 0;
  #found: Found[] = [];
  #lastAt = Number.NEGATIVE_INFINITY;

  /** The keys since the last pause, the newest last; at most twice the longest sequence. */
  get keys(): string {
    return this.#keys;
  }

  /** Takes a key in, `at` in milliseconds of the clock, and gives the sequence that it completes. */
  press<Sequence extends { readonly sequence: string }>(
    key: string,
    {
      at,
      timeout,
      index,
    }: { readonly at: number; readonly timeout: number; readonly index: DtmfIndex<Sequence> },
  ): Sequence | undefined {
    if (at - this.#lastAt > timeout) this.#beginAnew();
    this.#lastAt = at;
    this.#keys += key;
    if (this.#keys.length > MOST_KEYS) this.#dropOldest();
    const last = this.#offset + this.#keys.length - 1;
    for (const candidate of index.get(key) ?? []) {
      if (!this.#keys.endsWith(candidate.sequence)) continue;
      const first = last - candidate.sequence.length + 1;
      if (!this.#found.every((found) => first > found.last || first <= found.first)) continue;
      this.#found.push({ first, last });
      return candidate;
    }
    return undefined;
  }

  #beginAnew(): void {
    this.#keys = '';
    this.#offset = 0;
    this.#found = [];
  }

  #dropOldest(): void {
    const dropped = this.#keys.length - MOST_KEYS;
    this.#keys = this.#keys.slice(dropped);
    this.#offset += dropped;
    this.#found = this.#found.filter(({ last }) => last >= this.#offset);
  }
}

const MOST_KEYS = 2 * CALL_LIMITS.dtmfSequenceLength;
