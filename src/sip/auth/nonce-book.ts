/** How many counts below the highest one may still come late, because UDP reorders. */
const WINDOW = 31;

type Page = {
  readonly issuedAt: number;
  highest: number;
  /** Bit n set: the count `highest - n` was used. */
  used: number;
};

/**
 * Which nonce counts were used, so that no answer is taken twice (RFC 7616 section 3.4, `nc`). Bounded: when
 * it is full the oldest page is thrown away and that nonce counts as stale from then on.
 */
export class NonceBook {
  readonly #limit: number;
  readonly #pages = new Map<string, Page>();
  /** Nonces issued up to this time may have lost their page. */
  #forgottenUpTo = -Infinity;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether a nonce issued at `issuedAt` (milliseconds of a clock) may be unknown only because its page was lost. */
  mayBeForgotten(nonce: string, issuedAt: number): boolean {
    return issuedAt <= this.#forgottenUpTo && !this.#pages.has(nonce);
  }

  /** Marks a count as used; false where it was used before or is too far behind. */
  use(nonce: string, count: number, issuedAt: number): boolean {
    const page = this.#pages.get(nonce);
    if (page === undefined) {
      this.#add(nonce, count, issuedAt);
      return true;
    }
    const behind = page.highest - count;
    if (behind < 0) {
      page.used = -behind > WINDOW ? 1 : (page.used << -behind) | 1;
      page.highest = count;
      return true;
    }
    if (behind > WINDOW || (page.used & (1 << behind)) !== 0) return false;
    page.used |= 1 << behind;
    return true;
  }

  #add(nonce: string, count: number, issuedAt: number): void {
    if (this.#pages.size >= this.#limit) this.#dropOldest();
    this.#pages.set(nonce, { issuedAt, highest: count, used: 1 });
  }

  #dropOldest(): void {
    for (const [nonce, page] of this.#pages) {
      this.#pages.delete(nonce);
      this.#forgottenUpTo = Math.max(this.#forgottenUpTo, page.issuedAt);
      return;
    }
  }
}
