import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Flow, Target } from './flow.js';
import { isIpv6 } from './ip-address.js';
import type { FlowKeeping, KeptFlow } from './keep-flow.js';
import type { Listener } from './listener.js';
import { SentOnStream } from './sent-on-stream.js';
import { PoolCarrier, type StreamPool } from './stream-pool.js';
import { bindError } from './transport-error.js';
import type { ListeningPoint, SentRequest, TransportFailure } from './transport.js';

export interface StreamListenerOptions {
  readonly point: ListeningPoint;
  readonly pool: StreamPool;
  readonly log: Log;
}

/**
 * One listening point of a stream protocol: its server, and the place that requests leave from. One that is never
 * opened only dials.
 */
export class StreamListener implements Listener {
  readonly #pool: StreamPool;
  readonly #log: Log;
  #point: ListeningPoint;
  #server: Server | undefined;

  constructor(options: StreamListenerOptions) {
    this.#point = options.point;
    this.#pool = options.pool;
    this.#log = options.log;
  }

  get point(): ListeningPoint {
    return this.#point;
  }

  async open(): Promise<void> {
    const { address, port } = this.#point;
    const server = createServer({ noDelay: true, keepAlive: true }, (socket) =>
      this.#pool.accept(socket, this.#point),
    );
    try {
      server.listen({ host: address, port, ipv6Only: isIpv6(address), exclusive: true });
      await once(server, 'listening');
    } catch (error) {
      throw bindError(this.#point, error);
    }
    server.on('error', (error) =>
      this.#log.warn('The stream server reports an error.', { error: messageOf(error) }),
    );
    const bound = server.address();
    if (bound !== null && typeof bound === 'object') this.#point = { ...this.#point, port: bound.port };
    this.#server = server;
  }

  /** Accepts no more. The connections stay until the pool is closed, and only then is this over. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    await closed;
  }

  deliver(
    bytes: Buffer,
    to: Target,
    onFailure: TransportFailure,
    _isAnswerExpected?: boolean,
    onCarried?: (flow: Flow) => void,
  ): SentRequest {
    const carrier = new PoolCarrier(this.#pool, this.#point);
    const sent = new SentOnStream({ carrier, bytes, destination: () => to, onFailure, onCarried });
    sent.resend();
    return sent;
  }

  keepFlow(to: Target, keeping: FlowKeeping): KeptFlow {
    return this.#pool.keepFlow(to, this.#point, keeping);
  }
}
