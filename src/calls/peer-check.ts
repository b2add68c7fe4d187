import type { Clock, Timer } from '../base/clock.js';
import { seconds, type Duration } from '../base/duration.js';
import { SipsirenError } from '../base/errors.js';

export interface PeerCheckOptions {
  readonly clock: Clock;
  /** How long the audio was silent before the first question. */
  readonly silence: Duration;
  /** Asks the peer; false when it does not know the call, TIMEOUT or SIP_TRANSPORT when it does not answer. */
  readonly ask: () => Promise<boolean>;
  /** Packets received so far, to see whether the audio came back. */
  readonly received: () => number;
  readonly onGone: () => void;
}

/** A silent call that is there is asked more and more seldom, up to this. */
const LONGEST_PAUSE = seconds(300);
/** A peer that does not answer is asked again after this. */
const SECOND_TRY = seconds(30);
/** Questions in a row without an answer after which the peer is gone. */
const MOST_UNANSWERED = 2;

/**
 * Asks the peer of a call that fell silent whether it is still there, again and again while it stays silent: a PBX
 * may send nothing for as long as it likes, and only one that is gone ends the call. One that does not answer is asked
 * twice: a switch or a PBX that restarts is away for a while, and an alarm must outlast that.
 */
export class PeerCheck {
  readonly #options: PeerCheckOptions;
  #state: 'resting' | 'asking' | 'waiting' | 'closed' = 'resting';
  #pause: Duration;
  #unanswered = 0;
  #timer: Timer | undefined;

  constructor(options: PeerCheckOptions) {
    this.#options = options;
    this.#pause = options.silence;
  }

  /** Whether an answer is outstanding. */
  get isAsking(): boolean {
    return this.#state === 'asking';
  }

  /** The audio fell silent. */
  start(): void {
    if (this.#state === 'asking' || this.#state === 'closed') return;
    this.#timer?.cancel();
    this.#pause = this.#options.silence;
    this.#unanswered = 0;
    this.#ask();
  }

  /** Idempotent. */
  close(): void {
    this.#state = 'closed';
    this.#timer?.cancel();
  }

  #ask(): void {
    this.#state = 'asking';
    this.#options.ask().then(
      (isThere) => this.#take(isThere ? 'there' : 'gone'),
      // What else went wrong with the question says nothing about the peer: the call goes on.
      (error: unknown) => this.#take(isNoAnswer(error) ? 'silent' : 'there'),
    );
  }

  #take(answer: 'there' | 'gone' | 'silent'): void {
    if (this.#state !== 'asking') return;
    this.#unanswered = answer === 'silent' ? this.#unanswered + 1 : 0;
    if (answer === 'gone' || this.#unanswered === MOST_UNANSWERED) {
      this.close();
      this.#options.onGone();
      return;
    }
    if (answer === 'there') this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE) as Duration;
    this.#wait(answer === 'there' ? this.#pause : SECOND_TRY);
  }

  #wait(pause: Duration): void {
    this.#state = 'waiting';
    const { clock, received } = this.#options;
    const before = received();
    this.#timer = clock.startTimer('silent peer', pause, () => {
      this.#state = 'resting';
      // The media say when it falls silent again.
      if (received() === before) this.#ask();
    });
  }
}

function isNoAnswer(error: unknown): boolean {
  return error instanceof SipsirenError && (error.code === 'TIMEOUT' || error.code === 'SIP_TRANSPORT');
}
