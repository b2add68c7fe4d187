import { messageOf } from '../../base/errors.js';
import type { RoutedRequest } from '../dialog/request-in-dialog.js';
import type { Target } from '../transport/flow.js';
import type { TlsClientSettings } from '../transport/tls-settings.js';
import type { SentRequest } from '../transport/transport.js';
import { confidentialWays } from './confidential-ways.js';
import type { UserAgentPort } from './user-agent-port.js';
import { withWayBack } from './way-back.js';

/** The ACK of a 2xx, kept so that each repetition of the 2xx is acknowledged again (RFC 3261 section 13.2.2.4). */
export class SentAck {
  readonly #agent: UserAgentPort;
  readonly #routed: RoutedRequest;
  #fallback: Target | undefined;
  #sent: SentRequest | undefined;

  constructor(
    agent: UserAgentPort,
    routed: RoutedRequest,
    fallback: Target | undefined,
    tls?: TlsClientSettings,
  ) {
    this.#agent = agent;
    this.#routed = routed;
    this.#fallback = fallback;
    try {
      const targets = agent.nextHops.targetsOf(routed.nextHop, { tls });
      if (targets instanceof Promise) targets.then(this.#sendOver).catch(this.#giveUp);
      else this.#sendOver(targets);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** The 2xx came again, so the ACK was lost. */
  resend(): void {
    this.#sent?.resend();
  }

  #sendTo(target: Target): void {
    try {
      this.#sent = this.#agent.sendAck(this.#routed.request, target);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  readonly #sendOver = (targets: readonly Target[]): void => {
    const ordered = this.#agent.nextHops.inOrderFor(this.#routed.request, targets);
    const [target] = confidentialWays(this.#routed.request, withWayBack(ordered, this.#fallback));
    if (target) this.#sendTo(target);
  };

  /** The peer repeats its 2xx and ends the call after 64*T1; there is nobody else to tell. */
  readonly #giveUp = (error: unknown): void => {
    const [fallback] = confidentialWays(this.#routed.request, this.#fallback ? [this.#fallback] : []);
    this.#fallback = undefined;
    if (fallback) {
      this.#sendTo(fallback);
      return;
    }
    this.#agent.log.warn('An ACK could not be sent', { reason: messageOf(error) });
  };
}
