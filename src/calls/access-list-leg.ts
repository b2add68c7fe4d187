import { IncomingLeg } from './call-leg.js';
import type { IncomingSignalingCall } from './signaling.js';

/** The way back to a caller whom the access list refuses: a bare status, which does not say why, or silence. */
export class TurnedAwayLeg extends IncomingLeg {
  readonly #incoming: IncomingSignalingCall;
  readonly #isSilent: boolean;

  constructor(incoming: IncomingSignalingCall, options: { readonly silent: boolean }) {
    super(incoming);
    this.#incoming = incoming;
    this.#isSilent = options.silent;
  }

  override reject(status: number): void {
    if (this.#isSilent) this.#incoming.drop();
    else this.#incoming.reject(status);
  }
}
