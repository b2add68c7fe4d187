import type { Flow, Target } from './flow.js';
import type { FlowKeeping, KeptFlow } from './keep-flow.js';
import type { ListeningPoint, SentRequest, TransportFailure } from './transport.js';

/** One listening point with its sockets: the port behind which each protocol stands. */
export interface Listener {
  /** What is bound, with the real port once it is open. */
  readonly point: ListeningPoint;
  /** Binds. Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE. */
  open(): Promise<void>;
  /** Closes every socket; nothing is reported afterwards. Idempotent. */
  close(): Promise<void>;
  /**
   * Sends bytes to a numeric address of this listener's family. Where an answer is expected, it is also a
   * failure that nobody is there to give one, as far as that can be found out.
   */
  deliver(
    bytes: Buffer,
    to: Target,
    onFailure: TransportFailure,
    isAnswerExpected?: boolean,
    onCarried?: (flow: Flow) => void,
  ): SentRequest;
  /** Keeps the flow to a target open, and tells when it is lost. */
  keepFlow(to: Target, options: FlowKeeping): KeptFlow;
}
