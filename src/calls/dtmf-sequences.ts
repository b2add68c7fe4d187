import type { Account } from './account.js';
import { dtmfIndex, type DtmfIndex } from './dtmf-matcher.js';
import { ALL_PEER_TO_PEER, type DtmfSequence, type DtmfSettings } from './dtmf-settings.js';

type AccountOfCall = Pick<Account, 'id' | 'mode'>;

/** The sequences that are set now, sorted once for each account that has calls. */
export class DtmfSequences {
  #settings: DtmfSettings;
  #indexes = new Map<string, DtmfIndex<DtmfSequence>>();

  constructor(settings: DtmfSettings) {
    this.#settings = settings;
  }

  /** How long a pause between two keys may be, in milliseconds. */
  get keyTimeout(): number {
    return this.#settings.keyTimeoutSeconds * 1_000;
  }

  /** Takes others from the next key on, also in calls in progress. */
  apply(settings: DtmfSettings): void {
    this.#settings = settings;
    this.#indexes = new Map();
  }

  /** The sequences that count in calls of this account. */
  of({ id, mode }: AccountOfCall): DtmfIndex<DtmfSequence> {
    const key = `${mode} ${id}`;
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = dtmfIndex(this.#settings.sequences.filter((one) => countsIn(one, { id, mode })));
      this.#indexes.set(key, index);
    }
    return index;
  }
}

function countsIn({ accounts }: DtmfSequence, { id, mode }: AccountOfCall): boolean {
  if (accounts.length === 0 || accounts.includes(id)) return true;
  return mode === 'peer-to-peer' && accounts.includes(ALL_PEER_TO_PEER);
}
