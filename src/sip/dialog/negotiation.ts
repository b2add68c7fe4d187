/**
 * The offers and answers of one session (RFC 3264, RFC 6337): at most one offer is open at a time.
 *
 *             we offer               they answer: agreed
 *     settled ────────▶ ours open ─────────────────────────▶ settled
 *        │                  └──────── refused: as before ──────▲
 *        │ they offer           we answer: agreed              │
 *        └────────▶ theirs open ───────────────────────────────┘
 */
export class Negotiation {
  #open: 'ours' | 'theirs' | undefined;
  #proposal: string | undefined;
  #local: string | undefined;
  #remote: string | undefined;

  /** Whose offer has no answer. */
  get open(): 'ours' | 'theirs' | undefined {
    return this.#open;
  }

  /** Our description, as last agreed; undefined before. */
  get local(): string | undefined {
    return this.#local;
  }

  /** The peer's description, as last agreed; undefined before. */
  get remote(): string | undefined {
    return this.#remote;
  }

  weOffer(description: string): void {
    this.#open = 'ours';
    this.#proposal = description;
  }

  theyOffer(description: string): void {
    this.#open = 'theirs';
    this.#proposal = description;
  }

  /** The answer to the offer that is open, from the other side. Without an open offer it changes nothing. */
  answer(description: string): void {
    if (!this.#open) return;
    const [local, remote] =
      this.#open === 'ours' ? [this.#proposal, description] : [description, this.#proposal];
    this.#local = local;
    this.#remote = remote;
    this.refuse();
  }

  /** The open offer is refused, or will never be answered; what was agreed before holds. */
  refuse(): void {
    this.#open = undefined;
    this.#proposal = undefined;
  }
}
