import type { Clock } from '../base/clock.js';
import type { CallIdentity, DeviceEvent } from '../events/device-event.js';
import type { Account } from './account.js';
import { DtmfMatcher } from './dtmf-matcher.js';
import { DtmfPressFilter, type DtmfMethod } from './dtmf-press-filter.js';
import type { DtmfSequences } from './dtmf-sequences.js';

export interface DtmfListenerOptions {
  /** What every event of the call carries. */
  readonly identity: CallIdentity;
  readonly account: Pick<Account, 'id' | 'mode' | 'dtmf'>;
  readonly sequences: DtmfSequences;
  readonly clock: Clock;
  readonly publish: (event: DeviceEvent) => void;
}

/** Hears the keys of one call: each press is reported once, and each sequence with its last key. */
export class DtmfListener {
  readonly #options: DtmfListenerOptions;
  readonly #filter = new DtmfPressFilter();
  readonly #matcher = new DtmfMatcher();

  constructor(options: DtmfListenerOptions) {
    const { callId, direction, account, localUri, remoteUri } = options.identity;
    this.#options = { ...options, identity: { callId, direction, account, localUri, remoteUri } };
  }

  /** Whether keys are looked for in the audio itself. */
  get hearsTones(): boolean {
    return this.#options.account.dtmf.inband;
  }

  /**
   * The key that was reported last in this way was still down at that time: an INFO that comes when it is released,
   * and states some usual duration, tells of the same press.
   */
  hold(method: DtmfMethod, at: number): void {
    this.#filter.hold(method, at);
  }

  /** A key that had been down for so many milliseconds; whether it was taken as a press of its own. */
  hear(digit: string, method: DtmfMethod, milliseconds: number): boolean {
    const { account, identity, sequences, clock, publish } = this.#options;
    if (!account.dtmf[method]) return false;
    const at = clock.now();
    if (!this.#filter.isNew({ digit, method, at, duration: milliseconds })) return false;
    const index = sequences.of(account);
    const found = this.#matcher.press(digit, { at, timeout: sequences.keyTimeout, index });
    publish({ ...identity, type: 'call.dtmf', digit, method, keys: this.#matcher.keys });
    if (found === undefined) return true;
    const { id: sequenceId, sequence, description } = found;
    publish({ ...identity, type: 'call.dtmfSequence', sequenceId, sequence, description });
    return true;
  }
}
