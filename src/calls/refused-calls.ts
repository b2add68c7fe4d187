import type { Log } from '../base/log.js';
import { TurnedAwayLeg } from './access-list-leg.js';
import type { Account } from './account.js';
import type { Refusal } from './admission.js';
import type { CallFactory } from './call-factory.js';
import type { CallLedger } from './call-ledger.js';
import { IncomingLeg, type CallLeg } from './call-leg.js';
import type { CallerIdentity } from './caller-identity.js';
import { incomingFacts } from './incoming-facts.js';
import type { IncomingSignalingCall } from './signaling.js';

export interface RefusedCallsOptions {
  readonly log: Log;
  readonly ledger: CallLedger;
  readonly factory: CallFactory;
}

/** A call that is refused, and what is known of it. */
export interface RefusedCall {
  readonly incoming: IncomingSignalingCall;
  readonly account: Account | undefined;
  readonly identity: CallerIdentity;
}

/** Answers calls that may not come in, and tells of them, but never so that a flood pushes everything else out. */
export class RefusedCalls {
  readonly #options: RefusedCallsOptions;
  /** Counts calls beyond the limit, to spread when their callers try again. */
  #overflow = 0;

  constructor(options: RefusedCallsOptions) {
    this.#options = options;
  }

  /** Refuses with the reason in a Warning, and lists the call. */
  refuse(call: RefusedCall, refusal: Refusal): void {
    this.#tell(call, refusal);
    if (refusal.refusal === 'tooManyCalls') {
      call.incoming.reject(refusal.status, { retryAfterSeconds: 1 + (this.#overflow++ % 5) });
    } else {
      this.#list(call, refusal, new IncomingLeg(call.incoming));
    }
  }

  /** Lists a call that has its answer already. */
  note(call: RefusedCall, refusal: Refusal): void {
    this.#tell(call, refusal);
    this.#list(call, refusal, new AnsweredLeg(call.incoming));
  }

  /**
   * Turns away somebody who is to learn as little as possible. The log has it already; it is listed where that is
   * wanted (`isReported`).
   */
  turnAway(
    call: RefusedCall,
    refusal: Refusal,
    options: { readonly silent: boolean; readonly isReported: boolean },
  ): void {
    const leg = new TurnedAwayLeg(call.incoming, options);
    if (options.isReported) this.#list(call, refusal, leg);
    else leg.reject(refusal.status);
  }

  #tell({ incoming: { invitation } }: RefusedCall, { detail, refusal, status }: Refusal): void {
    this.#options.log.warn(`refused a call: ${detail}`, {
      source: `${invitation.sourceAddress}:${invitation.sourcePort}`,
      from: invitation.fromUri,
      to: invitation.requestUri,
      status,
      refusal,
    });
  }

  #list(
    { incoming: { invitation }, account, identity }: RefusedCall,
    { refusal, status, detail }: Refusal,
    leg: CallLeg,
  ): void {
    const { ledger, factory } = this.#options;
    const facts = incomingFacts(invitation, {
      callId: ledger.nextId('In'),
      account: account?.id,
      identity,
      refusal,
    });
    factory.create({ facts, leg }).step({ kind: 'deny', status, detail });
  }
}

/** A call whose INVITE has got its final response. */
class AnsweredLeg extends IncomingLeg {
  override reject(): void {
    // The challenge was the response.
  }
}
