import { SipsirenError } from '../base/errors.js';
import { randomToken, type AccountId, type CallId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { Call } from './call.js';
import type { CallStatus } from './call-status.js';
import { CALL_LIMITS } from './limits.js';

/** Every call of the device by its id: those in progress, and the last ones that are over. */
export class CallLedger {
  readonly #log: Log;
  /** In the order in which they began. */
  readonly #calls = new Map<CallId, Call>();
  /** Over, newest last. */
  #history: CallStatus[] = [];
  #count = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** An id that no other call has had. */
  nextId(prefix: 'In' | 'Out'): CallId {
    return `${prefix}-${++this.#count}-${randomToken(6)}` as CallId;
  }

  /** Calls in progress. */
  get size(): number {
    return this.#calls.size;
  }

  /** Calls in progress, oldest first; ending one while they are gone through is allowed. */
  get inProgress(): Call[] {
    return [...this.#calls.values()];
  }

  /** Calls of an account in progress, oldest first. */
  callsOf(account: AccountId): readonly Call[] {
    return this.inProgress.filter((call) => call.facts.account === account);
  }

  /** The status of each call in progress, newest first. */
  list(): readonly CallStatus[] {
    return this.inProgress.reverse().map((call) => call.status());
  }

  /** Calls that are over, and calls that were refused, newest first. */
  history(): readonly CallStatus[] {
    return [...this.#history].reverse();
  }

  /** A call in progress. Throws NOT_FOUND. */
  find(callId: CallId): Call {
    const call = this.#calls.get(callId);
    if (!call) throw new SipsirenError('NOT_FOUND', `There is no call ${callId} in progress.`);
    return call;
  }

  add(call: Call): void {
    this.#calls.set(call.facts.callId, call);
  }

  /** A call is over: from now on it is history. */
  retire(call: Call): void {
    this.#calls.delete(call.facts.callId);
    const status = call.status();
    this.#history.push(status);
    if (this.#history.length >= 2 * CALL_LIMITS.rememberedCalls) {
      this.#history = this.#history.slice(-CALL_LIMITS.rememberedCalls);
    }
    const { callId, direction, localUri, remoteUri, reason, detail } = status;
    this.#log.info('a call is over', { callId, direction, localUri, remoteUri, reason, detail });
  }
}
