/** Who turned it on by hand, or by a command. */
export const BY_HAND = 'hand';

/** On while somebody holds it: a person or a program until they turn it off, a rule for as long as it is active. */
export class HeldSwitch {
  readonly #holders = new Set<string>();

  get isOn(): boolean {
    return this.#holders.size > 0;
  }

  get holders(): readonly string[] {
    return [...this.#holders];
  }

  get isHeldByHand(): boolean {
    return this.#holders.has(BY_HAND);
  }

  /** Whether that turned it on. */
  hold(holder: string): boolean {
    const wasOn = this.isOn;
    this.#holders.add(holder);
    return !wasOn;
  }

  /** Whether that turned it off. */
  letGo(holder: string): boolean {
    return this.#holders.delete(holder) && !this.isOn;
  }

  /** Whoever holds it. Whether that turned it off. */
  turnOff(): boolean {
    const wasOn = this.isOn;
    this.#holders.clear();
    return wasOn;
  }
}
