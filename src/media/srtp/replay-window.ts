/** How far back a packet may be late, in packets: five seconds of audio, four times what RFC 3711 section 3.3.2 asks for. */
const WINDOW = 256;

/**
 * Remembers which of the latest packets came, so that nobody can send one of them again (RFC 3711 section
 * 3.3.2). A ring of bits: the one of a packet stands at its index modulo the size.
 */
export class ReplayWindow {
  readonly #seen = new Uint8Array(WINDOW);
  #highest = -1;

  /** The highest index that was accepted; -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether a packet of this index may be looked at: new, and not older than the window. */
  admits(index: number): boolean {
    if (index > this.#highest) return true;
    return this.#highest - index < WINDOW && this.#seen[index % WINDOW] === 0;
  }

  /** Takes in an index that was admitted and whose packet proved genuine. */
  accept(index: number): void {
    const ahead = index - this.#highest;
    if (ahead >= WINDOW) this.#seen.fill(0);
    else for (let skipped = index - ahead + 1; skipped < index; skipped++) this.#seen[skipped % WINDOW] = 0;
    this.#seen[index % WINDOW] = 1;
    if (ahead > 0) this.#highest = index;
  }
}
