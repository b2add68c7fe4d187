import type { SipRequest } from '../message/index.js';
import type { Flow } from '../transport/flow.js';
import type { ResponseContent } from './content.js';

/** A request outside every dialog that is not an INVITE: OPTIONS, MESSAGE and what else the endpoint allows. */
export interface IncomingRequest {
  readonly request: SipRequest;
  /** Through which it came. */
  readonly flow: Flow;
  /** Answers it; further final answers are ignored. A request left unanswered by the handler gets the endpoint's default answer. */
  respond(status: number, content?: ResponseContent): void;
}
