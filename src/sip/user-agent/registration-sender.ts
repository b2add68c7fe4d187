import type { SipRequest } from '../message/index.js';
import type { RequestSender, RequestSending, RequestUnderWay } from '../registration/request-sender.js';
import { ClientRequest } from './client-request.js';
import { contactOf } from './own-contact.js';
import type { UserAgentPort } from './user-agent-port.js';

/** Sends what registrations want to send. */
export class RegistrationSender implements RequestSender {
  readonly #agent: UserAgentPort;

  constructor(agent: UserAgentPort) {
    this.#agent = agent;
  }

  sendRequest(request: SipRequest, sending: RequestSending): RequestUnderWay {
    request.headers.append('User-Agent', this.#agent.name);
    const { nextHop, protocol, credentials, nextSequence } = sending;
    const contact = contactOf(request.to.uri, sending);
    const plan = { request, nextHop, protocol, credentials, contact, nextSequence };
    const underWay = new ClientRequest(this.#agent, plan, {
      onResponse: (response, answered) => {
        if (response.status >= 200) sending.onResponse(response, answered.request);
      },
      onFailure: sending.onFailure,
    });
    underWay.start();
    return underWay;
  }
}
