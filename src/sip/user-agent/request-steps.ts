import { formatAddress } from '../transport/ip-address.js';
import type { Flow, Target } from '../transport/flow.js';
import type { SipResponse } from '../message/index.js';
import type { RequestStep } from './request-step.js';
import type { UserAgentPort } from './user-agent-port.js';

/** Tells whoever asked of each step of one request. */
export class RequestSteps {
  readonly #agent: UserAgentPort;
  readonly #onStep: (step: RequestStep) => void;
  readonly #method: string;
  #attempt = 0;

  constructor(agent: UserAgentPort, method: string, onStep: (step: RequestStep) => void) {
    this.#agent = agent;
    this.#method = method;
    this.#onStep = onStep;
  }

  resolved(targets: readonly Target[]): void {
    this.#tell({ step: 'resolved', targets: targets.map(nameOf) });
  }

  carried(flow: Flow): void {
    const { protocol, remote, tls } = flow;
    const agreed = tls && { version: tls.version, cipher: tls.cipher, subject: tls.peerSubject ?? '' };
    this.#tell({ step: 'connected', protocol, remote: nameOf(remote), ...(agreed ? { tls: agreed } : {}) });
  }

  sent(target: Target): void {
    this.#attempt += 1;
    this.#tell({ step: 'sent', method: this.#method, remote: nameOf(target), attempt: this.#attempt });
  }

  answered({ status, reason }: SipResponse): void {
    this.#tell({ step: 'response', method: this.#method, status, reason });
  }

  #tell(step: RequestStep): void {
    try {
      this.#onStep(step);
    } catch (error) {
      this.#agent.reportFault('onStep', error);
    }
  }
}

function nameOf(place: {
  readonly protocol?: string;
  readonly address: string;
  readonly port: number;
}): string {
  const address = formatAddress(place.address, place.port);
  return place.protocol === undefined ? address : `${place.protocol} ${address}`;
}
