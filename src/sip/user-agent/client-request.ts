import { messageOf, SipsirenError } from '../../base/errors.js';
import type { CredentialSource } from '../auth/credential-source.js';
import {
  readLeniently,
  retryAfterField,
  type SipRequest,
  type SipResponse,
  type Uri,
} from '../message/index.js';
import type { ClientTransaction, ClientTransactionUser } from '../transaction/transaction.js';
import type { Flow, Target } from '../transport/flow.js';
import { confidentialWays } from './confidential-ways.js';
import type { HeaderLines } from './content.js';
import type { HopWishes } from './next-hops.js';
import type { OwnContact } from './own-contact.js';
import { repeatedRequest } from './repeated-request.js';
import type { RequestSteps } from './request-steps.js';
import type { Pending, UserAgentPort } from './user-agent-port.js';
import { withWayBack } from './way-back.js';

const OPEN_WAYS = 'The description holds keys of encrypted audio, and no way to the next hop is encrypted.';

/** As many proxies as may be on the way, each with a realm and a nonce that has run out; who asks again means no good. */
const MOST_CHALLENGES = 8;

/** Who wants to know what becomes of a request of ours. */
export interface ClientRequestUser {
  /** Every provisional response, the final one, and each further 2xx of an INVITE. */
  onResponse(response: SipResponse, request: ClientRequest): void;
  /** Nobody answered (TIMEOUT), nothing could be reached (SIP_TRANSPORT, SIP_UNRESOLVED), or it was given up (CANCELLED). */
  onFailure(error: SipsirenError, request: ClientRequest): void;
}

/** One request and how it is to be sent. */
export type ClientRequestPlan = HopWishes & {
  readonly request: SipRequest;
  /** The URI whose address the request goes to. */
  readonly nextHop: Uri;
  /** Tried last: where the dialog's first request came from, should its Contact lead nowhere. */
  readonly fallback?: Target | undefined;
  readonly credentials?: CredentialSource | undefined;
  /** Our Contact, whose host depends on the target. Undefined: the request carries none. */
  readonly contact: OwnContact | undefined;
  /** The CSeq number for a repetition with credentials. */
  readonly nextSequence: () => number;
  /**
   * Another form of the request after a final response that asks for it (422), or undefined where the response is
   * final. Default: every one is.
   */
  readonly revise?: ((response: SipResponse, request: SipRequest) => HeaderLines | undefined) | undefined;
  /** Told of each response before anything is made of it, and who gave it. Default: nobody. */
  readonly observe?: ((response: SipResponse, target: Target) => void) | undefined;
  /** Told of each step. Default: nobody. */
  readonly steps?: RequestSteps | undefined;
};

/**
 * A request of ours until its final response: over the targets of RFC 3263 section 4.3 (the next one on
 * timeout, transport error and 503) and through challenges (RFC 3261 section 22.2).
 */
export class ClientRequest implements ClientTransactionUser, Pending {
  readonly #agent: UserAgentPort;
  readonly #plan: ClientRequestPlan;
  readonly #user: ClientRequestUser;
  #request: SipRequest;
  #targets: readonly Target[] = [];
  #position = 0;
  #transaction: ClientTransaction | undefined;
  #isOver = false;
  #isGivenUp = false;
  #challenges = 0;
  /** Why a server was not trusted, which tells more than that others could not be reached. */
  #distrust: SipsirenError | undefined;
  /** Only where somebody wants to know. */
  readonly onCarried: ((flow: Flow) => void) | undefined;

  constructor(agent: UserAgentPort, plan: ClientRequestPlan, user: ClientRequestUser) {
    this.#agent = agent;
    this.#plan = plan;
    this.#user = user;
    this.#request = plan.request;
    const { steps } = plan;
    if (!steps) return;
    this.onCarried = (flow) => {
      steps.carried(flow);
      if (this.target) steps.sent(this.target);
    };
  }

  /** The request as it was last sent. */
  get request(): SipRequest {
    return this.#request;
  }

  /** Where it was last sent to. */
  get target(): Target | undefined {
    return this.#targets[this.#position];
  }

  /** The transaction under way, or the last one; undefined while a name is being looked up. */
  get transaction(): ClientTransaction | undefined {
    return this.#transaction;
  }

  /** Sends it. What comes of it is never reported before this returns. */
  start(): void {
    this.#agent.begin(this);
    try {
      const targets = this.#agent.nextHops.targetsOf(this.#plan.nextHop, this.#plan);
      if (targets instanceof Promise) targets.then(this.#sendOver, this.#failLookup);
      else this.#sendOver(targets);
    } catch (error) {
      queueMicrotask(() => this.#failLookup(error));
    }
  }

  /** No further target and no challenge is answered any more; what is on its way may still be answered. */
  giveUp(): void {
    this.#isGivenUp = true;
    if (!this.#transaction)
      this.#fail(new SipsirenError('CANCELLED', 'The request was taken back before it was sent.'));
  }

  abandon(): void {
    this.#isOver = true;
    this.#transaction?.abandon();
    this.#agent.finish(this);
  }

  onResponse(response: SipResponse): void {
    this.#plan.steps?.answered(response);
    if (this.#plan.observe && this.target) this.#plan.observe(response, this.target);
    if (response.status >= 200 && !this.#isOver) {
      const target = this.#targets[this.#position];
      if (target && response.status !== 503) this.#agent.nextHops.markAnswered(target);
      if (!this.#isGivenUp && this.#isRetried(response)) return;
      this.#end();
    }
    this.#user.onResponse(response, this);
  }

  onTimeout(): void {
    this.#failOver(new SipsirenError('TIMEOUT', `Nobody answered ${this.#description()} in time.`));
  }

  onTransportError(error: SipsirenError): void {
    this.#failOver(error);
  }

  readonly #sendOver = (targets: readonly Target[]): void => {
    if (this.#isOver) return;
    const ordered = this.#agent.nextHops.inOrderFor(this.#request, targets);
    const ways = withWayBack(ordered, this.#plan.fallback);
    this.#targets = confidentialWays(this.#request, ways);
    if (this.#targets.length === 0 && ways.length > 0) {
      queueMicrotask(() => this.#fail(new SipsirenError('SIP_UNRESOLVED', OPEN_WAYS)));
      return;
    }
    this.#plan.steps?.resolved(this.#targets);
    this.#sendToCurrent();
  };

  /** A Contact that no name server knows (`….invalid`, RFC 7118 appendix B) still leaves the way back. */
  readonly #failLookup = (error: unknown): void => {
    if (this.#plan.fallback && this.#targets.length === 0 && !this.#isGivenUp) {
      this.#sendOver([]);
      return;
    }
    const known = error instanceof SipsirenError;
    this.#fail(known ? error : new SipsirenError('SIP_UNRESOLVED', messageOf(error), { cause: error }));
  };

  #sendToCurrent(): void {
    const target = this.#targets[this.#position];
    if (!target) {
      this.#failLookup(new SipsirenError('SIP_UNRESOLVED', 'The next hop has no address.'));
      return;
    }
    const { contact } = this.#plan;
    try {
      if (contact) this.#request.headers.set('Contact', this.#agent.contactFor(target, contact));
      this.#transaction = this.#agent.send(this.#request, target, this);
      if (target.protocol === 'udp') this.#plan.steps?.sent(target);
    } catch (error) {
      queueMicrotask(() => this.#failOver(asTransportError(error)));
    }
  }

  /** Whether a final response leads to another attempt instead of to the user. */
  #isRetried(response: SipResponse): boolean {
    if (response.status === 503) return this.#retryElsewhere(response);
    if (response.status === 401 || response.status === 407) return this.#retryWithCredentials(response);
    return response.status < 300 ? false : this.#retryRevised(response);
  }

  #retryRevised(response: SipResponse): boolean {
    const lines = this.#plan.revise?.(response, this.#request);
    if (!lines) return false;
    this.#request = repeatedRequest(this.#request, this.#plan.nextSequence(), lines);
    this.#sendToCurrent();
    return true;
  }

  #retryElsewhere(response: SipResponse): boolean {
    const target = this.#targets[this.#position];
    if (target) this.#agent.nextHops.markFailed(target, readLeniently(response, retryAfterField)?.seconds);
    return this.#tryNextTarget();
  }

  #retryWithCredentials(response: SipResponse): boolean {
    const target = this.#targets[this.#position];
    const { credentials } = this.#plan;
    if (!credentials || !target || this.#challenges >= MOST_CHALLENGES) return false;
    this.#challenges += 1;
    const lines = this.#answerOf(credentials, response, target);
    if (!lines) return false;
    this.#request = repeatedRequest(this.#request, this.#plan.nextSequence(), lines);
    this.#sendToCurrent();
    return true;
  }

  /** Credentials come from the layer above; where they fail, the challenge is simply final. */
  #answerOf(credentials: CredentialSource, response: SipResponse, target: Target): HeaderLines | undefined {
    try {
      return credentials.answer(response, this.#request, target);
    } catch (error) {
      this.#agent.reportFault('of the credentials', error);
      return undefined;
    }
  }

  #failOver(error: SipsirenError): void {
    if (this.#isOver) return;
    const target = this.#targets[this.#position];
    if (target) this.#agent.nextHops.markFailed(target);
    if (error.code === 'SIP_UNTRUSTED') this.#distrust ??= error;
    if (this.#isGivenUp || !this.#tryNextTarget()) this.#fail(this.#distrust ?? error);
  }

  /** A new transaction with a branch of its own, otherwise the same request (RFC 3263 section 4.3). */
  #tryNextTarget(): boolean {
    if (this.#position + 1 >= this.#targets.length) return false;
    this.#position += 1;
    this.#request = repeatedRequest(this.#request, this.#request.cseq.sequence);
    this.#sendToCurrent();
    return true;
  }

  #fail(error: SipsirenError): void {
    if (this.#isOver) return;
    this.#end();
    this.#user.onFailure(error, this);
  }

  #end(): void {
    this.#isOver = true;
    this.#agent.finish(this);
  }

  #description(): string {
    const target = this.#targets[this.#position];
    return target
      ? `${this.#request.method} at ${target.protocol} ${target.address} port ${target.port}`
      : this.#request.method;
  }
}

function asTransportError(error: unknown): SipsirenError {
  if (error instanceof SipsirenError) return error;
  return new SipsirenError('SIP_TRANSPORT', messageOf(error), { cause: error });
}
