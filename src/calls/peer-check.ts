import type { Clock, Timer } from '../base/clock.js';
import { seconds, type Duration } from '../base/duration.js';

export interface PeerCheckOptions {
  readonly clock: Clock;
  /** How long the audio was silent before the first question. */
  readonly silence: Duration;
  /** Asks the peer; false when it is gone. */
  readonly ask: () => Promise<boolean>;
  /** Packets received so far, to see whether the audio came back. */
  readonly received: () => number;
  readonly onGone: () => void;
}

/** A silent call that is there is asked more and more seldom, up to this. */
const LONGEST_PAUSE = seconds(300);

/**
 * Asks the peer of a call that fell silent whether it is still there, again and again while it stays silent: a PBX
 * may send nothing for as long as it likes, and only one that is gone ends the call.
 */
export class PeerCheck {
  readonly #options: PeerCheckOptions;
  #state: 'resting' | 'asking' | 'waiting' | 'closed' = 'resting';
  #pause: Duration;
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
      (isThere) => this.#take(isThere),
      // What went wrong with the question says nothing about the peer: the call goes on.
      () => this.#take(true),
    );
  }

  #take(isThere: boolean): void {
    if (this.#state !== 'asking') return;
    if (!isThere) {
      this.close();
      this.#options.onGone();
      return;
    }
    this.#state = 'waiting';
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE) as Duration;
    const { clock, received } = this.#options;
    const before = received();
    this.#timer = clock.startTimer('silent peer', this.#pause, () => {
      this.#state = 'resting';
      // The media say when it falls silent again.
      if (received() === before) this.#ask();
    });
  }
}
