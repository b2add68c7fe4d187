import type { CallStateChangeEvent } from '../../events/device-event.js';
import type { SignalingStep } from '../../calls/signaling.js';
import { wordsOfRefusal, wordsOfSilence } from '../../calls/test-call-words.js';
import type { Say } from '../../net/conversation.js';

/** A call's way to whoever is called, in words, and why nobody answered at its end. */
export class CallConversation {
  readonly #say: Say;
  /** Where the INVITE went last. */
  #remote: string | undefined;
  #lastAnswer: { readonly status: number; readonly reason: string } | undefined;

  constructor(say: Say) {
    this.#say = say;
  }

  readonly onStep = (step: SignalingStep): void => {
    switch (step.step) {
      case 'resolved':
        return;
      case 'connected':
        return this.#say(`Connected to ${step.remote} by ${step.protocol.toUpperCase()}.`);
      case 'sent':
        this.#remote = step.remote;
        return this.#say(`Sending ${step.method} to ${step.remote}.`);
      case 'response':
        this.#lastAnswer = step;
        return this.#say(`The answer is ${`${step.status} ${step.reason}`.trim()}.`);
    }
  };

  /** Of a call that is over and was never answered. */
  whyNotAnswered({ reason, detail }: CallStateChangeEvent): string {
    const words =
      reason === 'Busy' ? 'it is busy' : reason === 'NoAnswer' ? 'nobody answered' : 'the call failed';
    const why = this.#why(detail);
    return `${words}${why === undefined ? '' : ` (${why})`}.`;
  }

  #why(detail: string | undefined): string | undefined {
    const last = this.#lastAnswer;
    if (last === undefined) return this.#remote === undefined ? detail : wordsOfSilence(this.#remote);
    return last.status >= 300 ? wordsOfRefusal({ by: 'failure', ...last }) : detail;
  }
}
