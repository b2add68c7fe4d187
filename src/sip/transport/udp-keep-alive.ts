import type { Clock, Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';
import type { SocketAddress } from './flow.js';
import { formatAddress } from './ip-address.js';
import { jittered, type FlowKeeping, type KeptFlow } from './keep-flow.js';
import { bindingRequest, newStunId } from './stun-message.js';
import { deliveryError } from './transport-error.js';

/** The first pause before a question is asked again, doubled each time (RFC 5389 section 7.2.1). */
const FIRST_PAUSE = 500;
const MAX_QUESTIONS = 7;
/** The pause after the last one, as a multiple of the first. */
const LAST_PAUSE = 16;
/** What keeps a NAT's binding open and is ignored by every SIP server (RFC 3261 section 7.5). */
const EMPTY_LINES = Buffer.from('\r\n\r\n');

/** How datagrams get out. */
type Send = (bytes: Buffer, to: SocketAddress) => void;

/** The flows of one UDP socket that somebody wants to be kept (RFC 5626 section 4.4.2): one question for all of a target. */
export class UdpKeepAlive {
  readonly #clock: Clock;
  readonly #send: Send;
  readonly #targets = new Map<string, KeptTarget>();

  constructor(clock: Clock, send: Send) {
    this.#clock = clock;
    this.#send = send;
  }

  keep(to: SocketAddress, options: FlowKeeping): KeptFlow {
    const key = formatAddress(to.address, to.port);
    let target = this.#targets.get(key);
    if (!target) {
      target = new KeptTarget(this.#clock, this.#send, to, () => this.#targets.delete(key));
      this.#targets.set(key, target);
    }
    return target.add(options);
  }

  /** An answer came; only one from where the question went counts. */
  answered(id: string, mapped: SocketAddress | undefined, source: SocketAddress): void {
    this.#targets.get(formatAddress(source.address, source.port))?.answered(id, mapped);
  }

  /** Stops without a word. */
  close(): void {
    for (const target of this.#targets.values()) target.stop();
    this.#targets.clear();
  }
}

/**
 * One peer that is asked.
 *
 *     pausing ──interval──▶ asking ──answer──▶ pausing
 *                              └──seven questions without one──▶ lost, or, where none ever came, telling only
 */
class KeptTarget {
  readonly #clock: Clock;
  readonly #send: Send;
  readonly #to: SocketAddress;
  readonly #onGone: () => void;
  readonly #keepers = new Set<FlowKeeping>();
  #timer: Timer | undefined;
  #id = '';
  #questions = 0;
  #hasAnswered = false;
  /** The peer knows no STUN: it is sent empty lines, which need no answer. */
  #isMute = false;
  #mapped: SocketAddress | undefined;

  constructor(clock: Clock, send: Send, to: SocketAddress, onGone: () => void) {
    this.#clock = clock;
    this.#send = send;
    this.#to = { address: to.address, port: to.port };
    this.#onGone = onGone;
  }

  add(options: FlowKeeping): KeptFlow {
    const keeper = { ...options };
    const isFirst = this.#keepers.size === 0;
    this.#keepers.add(keeper);
    // The public address is wanted now, not after the first interval.
    if (isFirst) this.#startTimer(0, () => this.#begin());
    else if (this.#id === '') this.#pause();
    const mapped = this.#mapped;
    if (mapped) queueMicrotask(() => this.#keepers.has(keeper) && keeper.onMappedAddress?.(mapped));
    return {
      close: () => {
        if (!this.#keepers.delete(keeper) || this.#keepers.size > 0) return;
        this.stop();
        this.#onGone();
      },
    };
  }

  answered(id: string, mapped: SocketAddress | undefined): void {
    if (id !== this.#id) return;
    this.#id = '';
    this.#hasAnswered = true;
    this.#pause();
    if (mapped) this.#learn(mapped);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#keepers.clear();
  }

  #begin(): void {
    if (this.#isMute) {
      this.#send(EMPTY_LINES, this.#to);
      this.#pause();
      return;
    }
    this.#id = newStunId();
    this.#questions = 0;
    this.#ask();
  }

  #ask(): void {
    if (this.#questions === MAX_QUESTIONS) {
      this.#giveUp();
      return;
    }
    this.#send(bindingRequest(this.#id), this.#to);
    this.#questions++;
    const isLast = this.#questions === MAX_QUESTIONS;
    const pause = FIRST_PAUSE * (isLast ? LAST_PAUSE : 2 ** (this.#questions - 1));
    this.#startTimer(pause, () => this.#ask());
  }

  #giveUp(): void {
    this.#id = '';
    const isOwed = this.#hasAnswered || [...this.#keepers].some((keeper) => keeper.mustAnswer === true);
    if (isOwed) {
      this.#lose('the peer does not answer keep-alives any more');
      return;
    }
    this.#isMute = true;
    this.#begin();
  }

  /** A flow whose public address has changed is another one: nobody reaches us by the old (RFC 5626 section 4.4.2). */
  #learn(mapped: SocketAddress): void {
    const former = this.#mapped;
    if (former?.address === mapped.address && former.port === mapped.port) return;
    this.#mapped = mapped;
    for (const keeper of [...this.#keepers]) keeper.onMappedAddress?.(mapped);
    if (!former) return;
    const [old, fresh] = [former, mapped].map(({ address, port }) => formatAddress(address, port));
    this.#lose(`our public address has changed from ${old} to ${fresh}`);
  }

  #lose(reason: string): void {
    const keepers = [...this.#keepers];
    this.stop();
    this.#onGone();
    const error = deliveryError('udp', this.#to, reason);
    for (const keeper of keepers) keeper.onLost(error);
  }

  #pause(): void {
    let interval = Infinity;
    for (const keeper of this.#keepers) interval = Math.min(interval, keeper.interval);
    this.#startTimer(jittered(milliseconds(interval)), () => this.#begin());
  }

  #startTimer(delay: number, onExpiry: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.startTimer('udp keep-alive', milliseconds(delay), onExpiry);
  }
}
