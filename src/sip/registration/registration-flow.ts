import { seconds, type Duration } from '../../base/duration.js';
import type { Target } from '../transport/flow.js';
import type { GrantedBinding } from './granted-binding.js';
import type { RequestSender } from './request-sender.js';

/** The flow of one registration, kept open while there is a binding (RFC 5626 section 4.4). */
export class RegistrationFlow {
  readonly #sender: RequestSender;
  readonly #wish: Duration | undefined;
  readonly #onLost: () => void;
  #kept: { readonly key: string; readonly keeper: { close(): void } } | undefined;

  /** `wish`: how often the flow is asked for; undefined for never. */
  constructor(sender: RequestSender, wish: Duration | undefined, onLost: () => void) {
    this.#sender = sender;
    this.#wish = wish;
    this.#onLost = onLost;
  }

  /**
   * Keeps the flow to this target, at least as often as the server wants it (`flowTimer`, seconds). A server that
   * names a time, or serves by the flow alone, has promised to answer (RFC 5626 section 4.4).
   */
  keep(target: Target, { flowTimer, isOutbound }: Pick<GrantedBinding, 'flowTimer' | 'isOutbound'>): void {
    if (this.#wish === undefined) return;
    const mustAnswer = flowTimer !== undefined || isOutbound;
    const wanted = flowTimer === undefined || flowTimer === 0 ? this.#wish : seconds(flowTimer);
    const interval = wanted < this.#wish ? wanted : this.#wish;
    const key = `${target.protocol} ${target.address} ${target.port} ${target.serverName ?? ''} ${interval} ${mustAnswer}`;
    if (this.#kept?.key === key) return;
    this.close();
    const keeper = this.#sender.keepFlow(target, {
      interval,
      mustAnswer,
      onLost: () => {
        if (this.#kept?.keeper !== keeper) return;
        this.#kept = undefined;
        this.#onLost();
      },
    });
    this.#kept = { key, keeper };
  }

  close(): void {
    const { keeper } = this.#kept ?? {};
    this.#kept = undefined;
    keeper?.close();
  }
}
