import type { OfferAnswer } from './session.js';
import type { UserAgentPort } from './user-agent-port.js';

const SERVER_ERROR: OfferAnswer = { status: 500 };

/**
 * Asks the layer above for the answer to an offer, and goes on with it, at once or when its promise is
 * fulfilled. One that throws, or gives what cannot be sent, has answered 500.
 */
export function askForAnswer(
  agent: UserAgentPort,
  ask: () => OfferAnswer | Promise<OfferAnswer>,
  then: (answer: OfferAnswer) => void,
): void {
  let result: OfferAnswer | Promise<OfferAnswer>;
  try {
    result = ask();
  } catch (error) {
    agent.reportFault('onOffer', error);
    result = SERVER_ERROR;
  }
  if (!(result instanceof Promise)) {
    then(result);
    return;
  }
  result
    .catch((error: unknown) => {
      agent.reportFault('onOffer', error);
      return SERVER_ERROR;
    })
    .then(then)
    .catch((error: unknown) => {
      // The answer cannot be sent as it is, for instance because of a line break in a header.
      agent.reportFault('onOffer', error);
      then(SERVER_ERROR);
    });
}
