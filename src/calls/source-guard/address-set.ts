import { addressBlock, blockKey, type AddressBlock, type ComparableAddress } from '../access-list-address.js';

/** Many addresses and blocks of them; finding one takes a look for each length of prefix, however many there are. */
export class AddressSet {
  /** By family and number of bits. */
  readonly #kinds = new Map<string, { readonly block: AddressBlock; readonly keys: Set<number | string> }>();

  constructor(texts: readonly string[]) {
    for (const text of texts) {
      const block = addressBlock(text);
      if (block !== undefined) this.#add(block);
    }
  }

  has(address: ComparableAddress): boolean {
    for (const { block, keys } of this.#kinds.values()) {
      if (block.address.family === address.family && keys.has(blockKey(address, block.bits))) return true;
    }
    return false;
  }

  #add(block: AddressBlock): void {
    const kind = `${block.address.family} ${block.bits}`;
    const known = this.#kinds.get(kind) ?? { block, keys: new Set() };
    known.keys.add(blockKey(block.address, block.bits));
    this.#kinds.set(kind, known);
  }
}
