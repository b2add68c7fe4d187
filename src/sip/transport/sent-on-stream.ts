import type { SipsirenError } from '../../base/errors.js';
import type { Flow, Target, TransportProtocol } from './flow.js';
import type { MessageConnection, StreamSender } from './message-connection.js';
import type { SentRequest, SentResponse, TransportFailure } from './transport.js';

/** What a sent message needs of the listener that carries it. */
export interface StreamCarrier {
  readonly protocol: TransportProtocol;
  readonly isOpen: boolean;
  /** The connection to an address, dialled where there is none; an error where none may be opened. */
  connectionTo(to: Target): MessageConnection | SipsirenError;
  countFailure(): void;
}

export interface SentOnStreamOptions {
  readonly carrier: StreamCarrier;
  readonly bytes: Buffer;
  /** Where a new connection goes when the present one is closed. */
  readonly destination: () => Target;
  /** The connection of the request, for its response. Default: the one to the destination. */
  readonly connection?: MessageConnection;
  readonly onFailure: TransportFailure;
  /** Told which open connection the bytes went to. Default: nobody. */
  readonly onCarried?: ((flow: Flow) => void) | undefined;
}

/** A message on a stream, which can be sent again, over a new connection if need be. */
export class SentOnStream implements SentRequest, SentResponse, StreamSender {
  readonly reliable = true;
  readonly #options: SentOnStreamOptions;
  #connection: MessageConnection | undefined;
  #onFailure: TransportFailure | undefined;
  #mayRetry = false;

  constructor(options: SentOnStreamOptions) {
    this.#options = options;
    this.#connection = options.connection;
    this.#onFailure = options.onFailure;
  }

  get protocol(): TransportProtocol {
    return this.#options.carrier.protocol;
  }

  resend(): void {
    const { carrier, destination, bytes } = this.#options;
    if (!carrier.isOpen) return;
    if (!this.#connection?.isOpen) {
      const connection = carrier.connectionTo(destination());
      if (connection instanceof Error) {
        queueMicrotask(() => this.#report(connection));
        return;
      }
      this.#connection = connection;
    }
    // A connection that was open already may have been closed by the peer a moment ago, unseen by us.
    this.#mayRetry = this.#connection.isConnected;
    this.#connection.send(bytes, this);
  }

  carried(flow: Flow): void {
    this.#options.onCarried?.(flow);
  }

  failed(error: SipsirenError, byPeer: boolean): void {
    if (byPeer && this.#mayRetry && this.#options.carrier.isOpen) this.#retry();
    else this.#report(error);
  }

  /** On a fresh connection; should that fail too, it counts. */
  #retry(): void {
    this.#connection = undefined;
    this.resend();
    this.#mayRetry = false;
  }

  #report(error: SipsirenError): void {
    const report = this.#onFailure;
    if (!report || !this.#options.carrier.isOpen) return;
    this.#onFailure = undefined;
    this.#options.carrier.countFailure();
    report(error);
  }
}
