import { SipsirenError } from '../../base/errors.js';
import type { SipRequest, SipResponse } from '../message/index.js';
import type { RequestSender, RequestSending, RequestUnderWay } from '../registration/request-sender.js';
import type { Target } from '../transport/flow.js';
import type { FlowKeeping } from '../transport/keep-flow.js';
import { ClientRequest, type ClientRequestPlan } from './client-request.js';
import { contactOf, type OwnContact } from './own-contact.js';
import type { UserAgentPort } from './user-agent-port.js';

/** Sends what registrations want to send. */
export class RegistrationSender implements RequestSender {
  readonly #agent: UserAgentPort;

  constructor(agent: UserAgentPort) {
    this.#agent = agent;
  }

  sendRequest(request: SipRequest, sending: RequestSending): RequestUnderWay {
    request.headers.append('User-Agent', this.#agent.name);
    const { nextHop, protocol, preferIpv6, tls, credentials, nextSequence } = sending;
    const contact: OwnContact = {
      ...contactOf(request.to.uri, sending),
      headerParameters: sending.contactHeaderParameters,
      former: sending.formerContact,
    };
    const plan: ClientRequestPlan = {
      ...{ request, nextHop, protocol, preferIpv6, tls, credentials, contact, nextSequence },
      // From the challenge on, so that the REGISTER that counts has the right Contact already.
      observe: (response, target) => this.#agent.publicAddresses.learn(response, target),
    };
    const underWay = new ClientRequest(this.#agent, plan, {
      onResponse: (response, answered) => {
        if (response.status >= 200) this.#report(response, answered, contact, sending);
      },
      onFailure: sending.onFailure,
    });
    underWay.start();
    return underWay;
  }

  keepFlow(target: Target, keeping: FlowKeeping): { close(): void } {
    return this.#agent.keepFlow(target, keeping);
  }

  #report(
    response: SipResponse,
    answered: ClientRequest,
    contact: OwnContact,
    sending: RequestSending,
  ): void {
    const { request, target } = answered;
    if (!target) {
      sending.onFailure(new SipsirenError('INTERNAL', 'A REGISTER was answered that had gone nowhere.'));
      return;
    }
    const [sent] = request.contacts;
    const uri = sent === undefined ? '' : `<${sent.uri.toString()}>`;
    const plain = { ...contact, headerParameters: undefined, former: undefined };
    const isMoved = uri !== this.#agent.contactFor(target, plain);
    sending.onResponse(response, { request, target, contact: uri, isMoved });
  }
}
