import type { Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';
import { SipsirenError } from '../../base/errors.js';
import { ackOf, type SipRequest, type SipResponse } from '../message/index.js';
import { isReliable, type Flow, type Target } from '../transport/flow.js';
import type { SentRequest } from '../transport/transport.js';
import type { ClientEffect } from './client-effect.js';
import type { ClientInput } from './client-input.js';
import type { ExpiryGroup, Expiring } from './expiry-wheel.js';
import type { ClientTransaction, ClientTransactionUser } from './transaction.js';
import type { TransactionFloor } from './transaction-floor.js';

/** What a client transaction is made of. */
export interface ClientShellOptions {
  readonly floor: TransactionFloor<ClientShell>;
  /** The key in the layer's table. */
  readonly key: string;
  /** Complete, with its Via. */
  readonly request: SipRequest;
  readonly target: Target;
  readonly user: ClientTransactionUser;
}

/** Performs what a client machine decides. With the final response it lets go of the request. */
export abstract class ClientShell implements Expiring {
  abstract readonly isInvite: boolean;
  expiryGroup: ExpiryGroup | undefined;
  expiryIndex = 0;
  readonly key: string;
  /** The method that a response must name in its CSeq (section 17.1.3). */
  readonly method: string;
  protected readonly reliable: boolean;
  readonly #floor: TransactionFloor<ClientShell>;
  readonly #user: ClientTransactionUser;
  #waiting: SentToTarget | undefined;
  #sent: SentRequest | undefined;
  #sendTimer: Timer | undefined;
  #interval = 0;
  #expiryInput: ClientInput = 'timer B';
  #response: SipResponse | undefined;
  #error: SipsirenError | undefined;

  constructor(options: ClientShellOptions) {
    this.key = options.key;
    this.method = options.request.method;
    this.reliable = isReliable(options.target.protocol);
    this.#floor = options.floor;
    this.#user = options.user;
    this.#waiting = new SentToTarget(options.request, options.target, this);
  }

  protected abstract begin(): readonly ClientEffect[];

  /** One step of the machine. */
  protected abstract step(input: ClientInput): readonly ClientEffect[];

  /** Sends the request and starts the timers. */
  send(): ClientTransaction {
    const waiting = this.#waiting;
    if (waiting === undefined) throw new SipsirenError('SIP_STATE', 'The request was sent before.');
    const { transport } = this.#floor;
    const { onCarried } = this.#user;
    this.#sent = transport.sendRequest(
      waiting.request,
      waiting.target,
      this.#onTransportFailure,
      onCarried && ((flow) => this.#informCarried(flow)),
    );
    this.#perform(this.begin());
    return waiting;
  }

  onResponse(response: SipResponse): void {
    const status = response.status;
    this.#response = response;
    this.#run(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure');
    this.#response = undefined;
    if (status < 200) return;
    this.#waiting = undefined;
    if (status < 300 || !this.isInvite) this.#sent = undefined;
  }

  onCancelSent(): void {
    this.#run('cancel sent');
  }

  abandon(): void {
    this.#run('abandon');
  }

  onExpiry(): void {
    this.#run(this.#expiryInput);
  }

  /** Stops the timers without a word to anybody; the layer is closing. */
  close(): void {
    this.#stopSendTimer();
    this.#floor.wheel.cancel(this);
  }

  #run(input: ClientInput): void {
    this.#perform(this.step(input));
  }

  #perform(effects: readonly ClientEffect[]): void {
    for (const effect of effects) this.#performOne(effect);
  }

  #performOne(effect: ClientEffect): void {
    const { durations } = this.#floor;
    switch (effect) {
      case 'resend':
      case 'resend ack':
        return this.#sent?.resend();
      case 'ack': {
        this.#acknowledge();
        return;
      }
      case 'start A':
      case 'start E': {
        this.#startSendTimer(durations.firstRetransmission);
        return;
      }
      case 'double A': {
        this.#startSendTimer(2 * this.#interval);
        return;
      }
      case 'double E': {
        this.#startSendTimer(Math.min(2 * this.#interval, durations.longestRetransmission));
        return;
      }
      case 'start E at T2': {
        this.#startSendTimer(durations.longestRetransmission);
        return;
      }
      case 'stop A':
      case 'stop E': {
        this.#stopSendTimer();
        return;
      }
      case 'start B': {
        this.#startExpiry('timer B', durations.giveUp);
        return;
      }
      case 'start D': {
        this.#startExpiry('timer D', durations.giveUp);
        return;
      }
      case 'start F': {
        this.#startExpiry('timer F', durations.giveUp);
        return;
      }
      case 'start K': {
        this.#startExpiry('timer K', durations.drain);
        return;
      }
      case 'start M': {
        this.#startExpiry('timer M', durations.giveUp);
        return;
      }
      case 'start cancel': {
        this.#startExpiry('timer cancel', durations.giveUp);
        return;
      }
      case 'stop B':
      case 'stop F': {
        this.#floor.wheel.cancel(this);
        return;
      }
      case 'inform response': {
        this.#informResponse();
        return;
      }
      case 'inform timeout': {
        this.#informTimeout();
        return;
      }
      case 'inform transport error': {
        this.#informTransportError();
        return;
      }
      case 'terminate': {
        this.#terminate();
        return;
      }
    }
  }

  /** The ACK of a non-2xx goes where the INVITE went, in the same transaction (section 17.1.1.3). */
  #acknowledge(): void {
    const waiting = this.#waiting;
    const response = this.#response;
    if (waiting === undefined || response === undefined) return;
    const ack = ackOf(waiting.request, response);
    this.#sent = this.#floor.transport.sendRequest(ack, waiting.target, this.#onTransportFailure);
  }

  readonly #onTransportFailure = (error: SipsirenError): void => {
    this.#error = error;
    this.#run('transport error');
  };

  #startSendTimer(interval: number): void {
    this.#interval = interval;
    const name = this.isInvite ? 'invite-client A' : 'non-invite-client E';
    this.#sendTimer?.cancel();
    this.#sendTimer = this.#floor.clock.startTimer(name, milliseconds(interval), () => {
      this.#sendTimer = undefined;
      this.#run(this.isInvite ? 'timer A' : 'timer E');
    });
  }

  #stopSendTimer(): void {
    this.#sendTimer?.cancel();
    this.#sendTimer = undefined;
  }

  #startExpiry(input: ClientInput, delay: number): void {
    this.#expiryInput = input;
    this.#floor.wheel.schedule(this, delay);
  }

  #informResponse(): void {
    if (this.#response === undefined) return;
    try {
      this.#user.onResponse(this.#response);
    } catch (error) {
      this.#floor.onInternalError(error);
    }
  }

  #informCarried(flow: Flow): void {
    try {
      this.#user.onCarried?.(flow);
    } catch (error) {
      this.#floor.onInternalError(error);
    }
  }

  #informTimeout(): void {
    try {
      this.#user.onTimeout();
    } catch (error) {
      this.#floor.onInternalError(error);
    }
  }

  #informTransportError(): void {
    const error = this.#error ?? new SipsirenError('SIP_TRANSPORT', 'The request was not delivered.');
    try {
      this.#user.onTransportError(error);
    } catch (thrown) {
      this.#floor.onInternalError(thrown);
    }
  }

  #terminate(): void {
    this.close();
    this.#waiting = undefined;
    this.#sent = undefined;
    this.#floor.onTerminated(this);
  }
}

/** What the transaction user holds. */
class SentToTarget implements ClientTransaction {
  readonly request: SipRequest;
  readonly target: Target;
  readonly #shell: ClientShell;

  constructor(request: SipRequest, target: Target, shell: ClientShell) {
    this.request = request;
    this.target = target;
    this.#shell = shell;
  }

  abandon(): void {
    this.#shell.abandon();
  }
}
