import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import { TokenBucket } from '../sip/transport/token-bucket.js';
import type { CallInvitation } from './call-invitation.js';
import type { CallerJudgement } from './caller-admission.js';

/** Refusals that are logged in a second. */
const LOGGED = 2;

/** How a request that is no call is answered when it is refused. */
interface RefusableRequest {
  readonly invitation: CallInvitation;
  refuse(status: number, words: { readonly warning?: string }): void;
  drop(): void;
}

/** Refuses messages and subscriptions as calls are refused, and logs that, but not without end. */
export class RefusedRequests {
  readonly #log: Log;
  readonly #bucket: TokenBucket;

  constructor({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#log = log;
    this.#bucket = new TokenBucket(clock, LOGGED);
  }

  refuse(
    what: string,
    request: RefusableRequest,
    { refusal, way }: Extract<CallerJudgement, { verdict: 'refused' }>,
  ): void {
    const { sourceAddress, sourcePort, fromUri, requestUri } = request.invitation;
    if (this.#bucket.take()) {
      this.#log.warn(`refused a ${what}: ${refusal.detail}`, {
        source: `${sourceAddress}:${sourcePort}`,
        from: fromUri,
        to: requestUri,
        status: refusal.status,
        refusal: refusal.refusal,
      });
    }
    if (way.kind === 'refuse') request.refuse(refusal.status, { warning: refusal.detail });
    else if (way.kind === 'turnAway' && way.silent) request.drop();
    else if (way.kind === 'turnAway') request.refuse(refusal.status, {});
  }
}
