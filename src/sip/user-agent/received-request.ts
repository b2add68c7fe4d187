import type { SipRequest } from '../message/index.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Flow } from '../transport/flow.js';
import { callerVerdictOf, type CallerSecret, type CallerVerdict } from './caller-check.js';
import type { ResponseContent } from './content.js';
import type { IncomingRequest } from './incoming-request.js';
import type { UserAgentPort } from './user-agent-port.js';

/** The handle by which the layer above answers a request outside every dialog. */
export class ReceivedRequest implements IncomingRequest {
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly #agent: UserAgentPort;
  readonly #transaction: ServerTransaction;

  constructor(agent: UserAgentPort, transaction: ServerTransaction) {
    this.#agent = agent;
    this.#transaction = transaction;
    this.request = transaction.request;
    this.flow = transaction.flow;
  }

  get isAnswered(): boolean {
    return this.#transaction.isCompleted;
  }

  respond(status: number, content: ResponseContent = {}): void {
    const told = this.request.method === 'OPTIONS' ? this.#withCapabilities(content) : content;
    this.#transaction.respond(this.#agent.makeResponse(this.request, { status, content: told }));
  }

  drop(): void {
    this.#transaction.drop();
  }

  authenticate(caller: CallerSecret): CallerVerdict {
    const verdict = this.#agent.callers.check(this.request, this.flow.remote.address, caller);
    if (!verdict.ok) this.respond(401, { headers: verdict.challenge });
    return callerVerdictOf(verdict);
  }

  /** RFC 3261 section 11.2: whatever its status, the answer to an OPTIONS tells what we can. */
  #withCapabilities(content: ResponseContent): ResponseContent {
    return { ...content, headers: [...this.#agent.capabilities, ...(content.headers ?? [])] };
  }
}
