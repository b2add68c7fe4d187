import type { Clock, Timer } from '../../base/clock.js';
import { milliseconds, seconds } from '../../base/duration.js';
import type { SipsirenError } from '../../base/errors.js';
import { jittered, type FlowKeeping, type KeptFlow } from './keep-flow.js';

/** How long a pong may take (RFC 5626 section 4.4.1). */
const PONG_TIMEOUT = seconds(10);

export interface StreamPingerOptions {
  readonly clock: Clock;
  /** Sends a double CRLF. */
  readonly ping: () => void;
  /** The peer does not answer any more: the connection is to be closed. */
  readonly onSilence: () => void;
}

/** Asks the peer of one connection whether it is there, for everybody who depends on it (RFC 5626 section 4.4.1). */
export class StreamPinger {
  readonly #options: StreamPingerOptions;
  readonly #keepers = new Set<FlowKeeping>();
  #nextPing: Timer | undefined;
  #deadline: Timer | undefined;
  #hasAnswered = false;

  constructor(options: StreamPingerOptions) {
    this.#options = options;
  }

  keep(options: FlowKeeping): KeptFlow {
    const keeper = { ...options };
    this.#keepers.add(keeper);
    // A shorter interval than that of the others counts from now on.
    this.#schedule();
    return {
      close: () => {
        if (this.#keepers.delete(keeper) && this.#keepers.size === 0) this.#stop();
      },
    };
  }

  /** The peer answered. */
  pong(): void {
    this.#hasAnswered = true;
    this.heard();
  }

  /** Anything else came, which shows as well that the peer is there. */
  heard(): void {
    this.#deadline?.cancel();
    this.#deadline = undefined;
  }

  /** The connection is gone; each keeper is told. */
  lost(error: SipsirenError): void {
    this.#stop();
    const keepers = [...this.#keepers];
    this.#keepers.clear();
    queueMicrotask(() => {
      for (const keeper of keepers) keeper.onLost(error);
    });
  }

  /** Stops without a word. */
  close(): void {
    this.#keepers.clear();
    this.#stop();
  }

  #schedule(): void {
    this.#nextPing?.cancel();
    let interval = Infinity;
    for (const keeper of this.#keepers) interval = Math.min(interval, keeper.interval);
    this.#nextPing = this.#options.clock.startTimer('stream ping', jittered(milliseconds(interval)), () =>
      this.#ping(),
    );
  }

  #ping(): void {
    this.#schedule();
    this.#options.ping();
    const isDue = this.#hasAnswered || [...this.#keepers].some((keeper) => keeper.mustAnswer === true);
    if (!isDue || this.#deadline) return;
    this.#deadline = this.#options.clock.startTimer('stream pong', PONG_TIMEOUT, () => {
      this.#deadline = undefined;
      this.#options.onSilence();
    });
  }

  #stop(): void {
    this.#nextPing?.cancel();
    this.#deadline?.cancel();
    this.#nextPing = undefined;
    this.#deadline = undefined;
  }
}
