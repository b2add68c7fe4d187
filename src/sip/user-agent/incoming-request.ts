import type { SipRequest } from '../message/index.js';
import type { Flow } from '../transport/flow.js';
import type { CallerSecret, CallerVerdict } from './caller-check.js';
import type { ResponseContent } from './content.js';

/** A request outside every dialog that is not an INVITE: OPTIONS, MESSAGE and what else the endpoint allows. */
export interface IncomingRequest {
  readonly request: SipRequest;
  /** Through which it came. */
  readonly flow: Flow;
  /** Whether a final answer was given. */
  readonly isAnswered: boolean;
  /** Answers it; further final answers are ignored. */
  respond(status: number, content?: ResponseContent): void;
  /** Answers nothing, as if nobody were here. */
  drop(): void;
  /**
   * Whether its sender knows a password (RFC 3261 section 22, RFC 8760). Unless it does, it gets a 401 that
   * challenges it; a sender that can answer comes back with another request.
   */
  authenticate(caller: CallerSecret): CallerVerdict;
}
