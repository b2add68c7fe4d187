import type { Clock, Timer } from '../../base/clock.js';
import { milliseconds, seconds } from '../../base/duration.js';
import type { SocketAddress } from './flow.js';
import { UdpKnock } from './udp-knock.js';

/** How long a target may take before it is doubted: T1 (RFC 3261 table 4), when a transaction sends again too. */
const GRACE = milliseconds(500);
/** How long the answer to a knock, an ICMP error, is waited for before the next knock. */
const KNOCK_INTERVAL = milliseconds(500);
const MAX_KNOCKS = 4;
/** How long a target is trusted that has sent anything. */
const TRUST = seconds(30);
const MAX_TARGETS = 1_000;
const MAX_DOUBTED = 100;

/** Told that nobody listens at a target, with the system's own error. */
export type RefusalListener = (cause: unknown) => void;

/** A target that requests went to. */
interface KnownTarget {
  readonly to: SocketAddress;
  heardAt: number;
  doubt: Doubt | undefined;
}

/** A target that still has to show that it is there. */
interface Doubt {
  /** One for each request that waits. */
  readonly listeners: RefusalListener[];
  timer: Timer;
  knocks: number;
  knock?: UdpKnock;
}

/**
 * Finds out that nobody listens where requests go by UDP, so that the next target is tried at once instead of
 * after 64*T1 (RFC 3263 section 4.3, RFC 3261 section 18.1.4). Whoever sends anything within T1 is never
 * knocked at; a refusal counts only while nothing at all has come from the target.
 */
export class UdpReachability {
  readonly #clock: Clock;
  readonly #localAddress: string;
  readonly #targets = new Map<string, KnownTarget>();
  #doubted = 0;

  /** Knocks leave from `localAddress`, as the requests do. */
  constructor(clock: Clock, localAddress: string) {
    this.#clock = clock;
    this.#localAddress = localAddress;
  }

  /** A request went to a target. Where too many targets are doubted already, the transaction's timers have to do. */
  expectAnswer(to: SocketAddress, onRefused: RefusalListener): void {
    const key = keyOf(to.address, to.port);
    const known = this.#targets.get(key);
    if (known?.doubt) known.doubt.listeners.push(onRefused);
    else if (this.#doubted < MAX_DOUBTED && !this.#isTrusted(known)) {
      this.#doubt(known ?? this.#remember(key, to), onRefused);
    }
  }

  /** A datagram came. Costs nothing as long as no request was sent. */
  heardFrom(address: string, port: number): void {
    if (this.#targets.size === 0) return;
    const known = this.#targets.get(keyOf(address, port));
    if (!known) return;
    known.heardAt = this.#clock.now();
    this.#settle(known);
  }

  /** Stops every timer and closes every socket; nothing is reported afterwards. */
  close(): void {
    for (const known of this.#targets.values()) this.#settle(known);
    this.#targets.clear();
  }

  #isTrusted(known: KnownTarget | undefined): boolean {
    return known !== undefined && this.#clock.now() - known.heardAt < TRUST;
  }

  #doubt(known: KnownTarget, onRefused: RefusalListener): void {
    this.#doubted++;
    const timer = this.#clock.startTimer('udp grace', GRACE, () => this.#knock(known));
    known.doubt = { listeners: [onRefused], timer, knocks: 0 };
  }

  #knock(known: KnownTarget): void {
    const { doubt } = known;
    if (!doubt) return;
    if (doubt.knocks++ === MAX_KNOCKS) {
      this.#settle(known);
      return;
    }
    doubt.timer = this.#clock.startTimer('udp knock', KNOCK_INTERVAL, () => this.#knock(known));
    if (doubt.knock) {
      doubt.knock.again();
      return;
    }
    doubt.knock = new UdpKnock(this.#localAddress, known.to, (cause) => {
      this.#settle(known);
      for (const listener of doubt.listeners) listener(cause);
    });
  }

  #settle(known: KnownTarget): void {
    const { doubt } = known;
    if (!doubt) return;
    known.doubt = undefined;
    this.#doubted--;
    doubt.timer.cancel();
    doubt.knock?.close();
  }

  #remember(key: string, to: SocketAddress): KnownTarget {
    if (this.#targets.size >= MAX_TARGETS) this.#forgetOldest();
    const known = { to, heardAt: Number.NEGATIVE_INFINITY, doubt: undefined };
    this.#targets.set(key, known);
    return known;
  }

  #forgetOldest(): void {
    for (const [key, known] of this.#targets) {
      if (known.doubt) continue;
      this.#targets.delete(key);
      return;
    }
  }
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`;
}
