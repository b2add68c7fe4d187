import { Emitter } from '../../src/base/emitter.js';
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip/message/index.js';
import type { Flow } from '../../src/sip/transport/flow.js';
import type { TransportUser } from '../../src/sip/transport/transport.js';

/** A message as it came in. */
export interface Received<Message extends SipMessage = SipMessage> {
  readonly message: Message;
  readonly flow: Flow;
}

/** Keeps what a transport takes in, for tests to await. */
export class RecordingTransportUser implements TransportUser {
  readonly received: Received[] = [];
  readonly #arrived = new Emitter<undefined>();

  onMessage(message: SipMessage, flow: Flow): void {
    this.received.push({ message, flow });
    this.#arrived.emit(undefined);
  }

  /** The request that came as number `index`; waits until it is there. */
  async request(index = 0): Promise<Received<SipRequest>> {
    const { message, flow } = await this.#at(index);
    if (message.kind !== 'request') throw new Error(`Message ${index} is a response.`);
    return { message, flow };
  }

  /** The response that came as number `index`; waits until it is there. */
  async response(index = 0): Promise<Received<SipResponse>> {
    const { message, flow } = await this.#at(index);
    if (message.kind !== 'response') throw new Error(`Message ${index} is a request.`);
    return { message, flow };
  }

  #at(index: number): Promise<Received> {
    return new Promise((resolve) => {
      const look = (): boolean => {
        const found = this.received[index];
        if (found) resolve(found);
        return found !== undefined;
      };
      if (look()) return;
      const unsubscribe = this.#arrived.subscribe(() => {
        if (look()) unsubscribe();
      });
    });
  }
}
