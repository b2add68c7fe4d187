import type { Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';
import { SipsirenError } from '../../base/errors.js';
import { SipResponse, type SipRequest } from '../message/index.js';
import type { Flow } from '../transport/flow.js';
import type { SentResponse } from '../transport/transport.js';
import type { ExpiryGroup, Expiring } from './expiry-wheel.js';
import type { ServerEffect } from './server-effect.js';
import type { ServerInput } from './server-input.js';
import type { ServerTransaction, ServerTransactionUser } from './transaction.js';
import type { TransactionFloor } from './transaction-floor.js';

/** What a server transaction stands on. */
export interface ServerFloor extends TransactionFloor<ServerShell> {
  /** The transaction did its work and only waits for stray retransmissions now. */
  onSettled(shell: ServerShell): void;
  /** An ACK that acknowledges a 2xx. */
  onAck(ack: SipRequest, flow: Flow): void;
  /** A request was refused with this answer. */
  onRefused(response: SipResponse, flow: Flow): void;
}

/** What a server transaction is made of. */
export interface ServerShellOptions {
  readonly floor: ServerFloor;
  /** The key in the layer's table. */
  readonly key: string;
  /** The key in the table of requests that may come over two paths, where it stands in there. */
  readonly mergeKey: string | undefined;
  readonly request: SipRequest;
  readonly flow: Flow;
}

/**
 * Performs what a server machine decides. It stays in the layer's table for up to 32 seconds after the
 * answer, so it lets go of the request with its final response and keeps little more than the answer's bytes.
 */
export abstract class ServerShell implements Expiring {
  abstract readonly isInvite: boolean;
  expiryGroup: ExpiryGroup | undefined;
  expiryIndex = 0;
  readonly key: string;
  readonly mergeKey: string | undefined;
  user: ServerTransactionUser | undefined;
  /** Our tag in the final response: for a late CANCEL, and for the ACK of a peer of RFC 2543. */
  localTag: string | undefined;
  protected readonly reliable: boolean;
  readonly #floor: ServerFloor;
  #received: ReceivedRequest | undefined;
  #isFinal = false;
  #isDropped = false;
  #isSettled = false;
  #hasFailed = false;
  #sent: SentResponse | undefined;
  #sendTimer: Timer | undefined;
  #interval = 0;
  #expiryInput: ServerInput = 'timer H';
  #outgoing: SipResponse | undefined;
  #ack: SipRequest | undefined;
  #flow: Flow | undefined;
  #error: SipsirenError | undefined;

  constructor(options: ServerShellOptions) {
    this.key = options.key;
    this.mergeKey = options.mergeKey;
    this.reliable = options.flow.reliable;
    this.#floor = options.floor;
    this.#received = new ReceivedRequest(options.request, options.flow, this);
  }

  /** One step of the machine. */
  protected abstract step(input: ServerInput): readonly ServerEffect[];

  /** What a response of the transaction user is to the machine; undefined where it must not be sent. */
  protected abstract inputOf(status: number): ServerInput | undefined;

  /** What the transaction user answers; undefined once that has happened for good. */
  get transaction(): ServerTransaction | undefined {
    return this.#received;
  }

  /** Whether a final response was sent, or none will be. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** Whether nothing is answered. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** Whether only stray retransmissions are waited for. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Called when the transaction user has seen the request: where it did not answer at once, the wait begins. */
  awaitAnswer(): void {
    if (this.#isFinal) return;
    const { durations, wheel } = this.#floor;
    if (!this.isInvite) {
      this.#expiryInput = 'timer patience';
      wheel.schedule(this, durations.giveUp);
    }
    if (this.#sent !== undefined) return;
    this.#startSendTimer('server trying', this.isInvite ? durations.inviteTrying : durations.nonInviteTrying);
  }

  respond(response: SipResponse, flow: Flow): void {
    const input = this.inputOf(response.status);
    if (input === undefined) return;
    this.#outgoing = response;
    this.#flow = flow;
    this.#run(input);
    this.#outgoing = undefined;
    this.#flow = undefined;
  }

  /** Answers nothing any more. */
  drop(): void {
    if (this.#isFinal) return;
    this.#isFinal = true;
    this.#isDropped = true;
    this.#received = undefined;
    this.#run('drop');
  }

  onRetransmission(): void {
    this.#run('retransmission');
  }

  onAck(ack: SipRequest, flow: Flow): void {
    this.#ack = ack;
    this.#flow = flow;
    this.#run('ack');
    this.#ack = undefined;
    this.#flow = undefined;
  }

  onExpiry(): void {
    this.#run(this.#expiryInput);
  }

  /** Stops the timers without a word to anybody; the layer is closing. */
  close(): void {
    this.#stopSendTimer();
    this.#floor.wheel.cancel(this);
  }

  #run(input: ServerInput): void {
    for (const effect of this.step(input)) this.#perform(effect);
  }

  #perform(effect: ServerEffect): void {
    switch (effect) {
      case 'send': {
        this.#send();
        return;
      }
      case 'resend':
        return this.#sent?.resend();
      case 'send trying': {
        this.#sendTrying();
        return;
      }
      case 'start G':
        this.#interval = this.#floor.durations.firstRetransmission;
        {
          this.#startSendTimer('invite-server G', this.#interval);
          return;
        }
      case 'double G':
        this.#interval = Math.min(2 * this.#interval, this.#floor.durations.longestRetransmission);
        {
          this.#startSendTimer('invite-server G', this.#interval);
          return;
        }
      case 'stop G':
      case 'stop trying': {
        this.#stopSendTimer();
        return;
      }
      case 'start H': {
        this.#startExpiry('timer H', this.#floor.durations.giveUp);
        return;
      }
      case 'start I':
        this.#sent = undefined;
        this.#settle();
        {
          this.#startExpiry('timer I', this.#floor.durations.drain);
          return;
        }
      case 'start J':
        this.#settle();
        {
          this.#startExpiry('timer J', this.#floor.durations.giveUp);
          return;
        }
      case 'start L':
        // The 2xx belongs to the transaction user from now on (RFC 6026 section 7.1).
        this.#sent = undefined;
        this.#settle();
        {
          this.#startExpiry('timer L', this.#floor.durations.giveUp);
          return;
        }
      case 'stop H':
      case 'stop patience': {
        this.#floor.wheel.cancel(this);
        return;
      }
      case 'inform ack': {
        this.#informAck();
        return;
      }
      case 'pass ack': {
        this.#passAck();
        return;
      }
      case 'inform timeout': {
        this.#informFailure(new SipsirenError('TIMEOUT', this.timeoutText));
        return;
      }
      case 'inform transport error': {
        this.#informFailure(
          this.#error ?? new SipsirenError('SIP_TRANSPORT', 'The response was not delivered.'),
        );
        return;
      }
      case 'terminate': {
        this.#terminate();
        return;
      }
    }
  }

  /** What a transaction that was waited for in vain tells. */
  protected abstract readonly timeoutText: string;

  #send(): void {
    const response = this.#outgoing;
    const flow = this.#flow;
    if (response === undefined || flow === undefined) return;
    this.#sent = this.#floor.transport.sendResponse(response, flow, this.#onTransportFailure);
    if (response.status < 200 || this.#isFinal) return;
    this.#isFinal = true;
    this.localTag = response.toTag;
    if (response.status >= 400) this.#floor.onRefused(response, flow);
    this.#received = undefined;
  }

  #sendTrying(): void {
    const received = this.#received;
    if (received === undefined) return;
    const trying = SipResponse.to(received.request, 100);
    this.#sent = this.#floor.transport.sendResponse(trying, received.flow, this.#onTransportFailure);
  }

  readonly #onTransportFailure = (error: SipsirenError): void => {
    this.#error = error;
    this.#run('transport error');
  };

  #startSendTimer(name: string, delay: number): void {
    this.#sendTimer?.cancel();
    this.#sendTimer = this.#floor.clock.startTimer(name, milliseconds(delay), () => {
      this.#sendTimer = undefined;
      this.#run(this.#isFinal ? 'timer G' : 'timer trying');
    });
  }

  #stopSendTimer(): void {
    this.#sendTimer?.cancel();
    this.#sendTimer = undefined;
  }

  #startExpiry(input: ServerInput, delay: number): void {
    this.#expiryInput = input;
    this.#floor.wheel.schedule(this, delay);
  }

  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#floor.onSettled(this);
  }

  #informAck(): void {
    try {
      this.user?.onAck?.();
    } catch (error) {
      this.#floor.onInternalError(error);
    }
  }

  #passAck(): void {
    if (this.#ack !== undefined && this.#flow !== undefined) this.#floor.onAck(this.#ack, this.#flow);
  }

  /** The transaction user hears of the first failure only: G may fail ten times over. */
  #informFailure(error: SipsirenError): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    try {
      this.user?.onFailure?.(error);
    } catch (thrown) {
      this.#floor.onInternalError(thrown);
    }
  }

  #terminate(): void {
    this.close();
    this.#settle();
    this.#sent = undefined;
    this.#received = undefined;
    this.#floor.onTerminated(this);
    try {
      this.user?.onTerminated?.();
    } catch (error) {
      this.#floor.onInternalError(error);
    }
    this.user = undefined;
  }
}

/** What the transaction user holds: the request and the way to answer it. */
class ReceivedRequest implements ServerTransaction {
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly #shell: ServerShell;

  constructor(request: SipRequest, flow: Flow, shell: ServerShell) {
    this.request = request;
    this.flow = flow;
    this.#shell = shell;
  }

  get user(): ServerTransactionUser | undefined {
    return this.#shell.user;
  }

  set user(user: ServerTransactionUser | undefined) {
    this.#shell.user = user;
  }

  get isCompleted(): boolean {
    return this.#shell.isFinal;
  }

  respond(response: SipResponse): void {
    this.#shell.respond(response, this.flow);
  }

  drop(): void {
    this.#shell.drop();
  }
}
