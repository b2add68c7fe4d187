import type { Timer } from '../../base/clock.js';
import { seconds } from '../../base/duration.js';
import {
  deadlineOf,
  intervalAsClient,
  intervalAsServer,
  SHORTEST_SESSION,
  type SessionInterval,
  type SessionTimerSettings,
} from '../dialog/session-interval.js';
import {
  minSessionExpiresField,
  readLeniently,
  sessionExpiresField,
  type SipRequest,
  type SipResponse,
} from '../message/index.js';
import type { HeaderLine } from '../message/index.js';
import { knowsExtension } from './extensions.js';
import type { SessionReply } from './session.js';
import type { UserAgentPort } from './user-agent-port.js';

/** The session that a timer watches over. */
export interface SessionTimerOwner {
  /** It is time for an UPDATE or a re-INVITE. */
  refreshSession(): void;
}

/** How soon a refresh is tried again that met another request under way. */
const AGAIN = seconds(10);

/** How often a longer interval is offered after a 422; proxies on the way may each ask for more. */
const MOST_REVISIONS = 3;

const NOTHING: readonly HeaderLine[] = [];

/** The session timer of one session (RFC 4028): what its requests and responses say of it, and the waiting. */
export class SessionTimer {
  readonly #agent: UserAgentPort;
  readonly #owner: SessionTimerOwner;
  /** As they were when the session began: what was agreed is kept. */
  readonly #settings: SessionTimerSettings;
  #interval: SessionInterval | undefined;
  /** The largest Min-SE that was heard of; 0 before. */
  #minimum = 0;
  #revisions = 0;
  #timer: Timer | undefined;
  #isStopped = false;
  /** When the session is over for whoever was not refreshed, by the clock. */
  #expiresAt = 0;

  constructor(agent: UserAgentPort, owner: SessionTimerOwner) {
    this.#agent = agent;
    this.#owner = owner;
    this.#settings = agent.extensions.sessionTimers;
  }

  /** What the INVITE that begins a session asks for. */
  firstLines(): readonly HeaderLine[] {
    const { mode, interval } = this.#settings;
    return mode === 'off' ? NOTHING : this.#lines(Math.max(interval, this.#minimum), '');
  }

  /** What a re-INVITE or an UPDATE of ours says; the roles stay as they are (section 7.4). */
  refreshLines(): readonly HeaderLine[] {
    if (!this.#interval) return NOTHING;
    const { seconds: count, isOurs } = this.#interval;
    return this.#lines(Math.max(count, this.#minimum), `;refresher=${isOurs ? 'uac' : 'uas'}`);
  }

  /** A 422 asks for a longer interval: the lines for the next attempt, or undefined where it is final. */
  linesAfter(response: SipResponse): readonly HeaderLine[] | undefined {
    if (response.status !== 422 || this.#revisions >= MOST_REVISIONS) return undefined;
    const minimum = readLeniently(response, minSessionExpiresField);
    if (minimum === undefined) return undefined;
    this.#revisions += 1;
    this.#minimum = Math.max(this.#minimum, minimum);
    return this.#interval ? this.refreshLines() : this.firstLines();
  }

  /** Why a request of the peer cannot be taken: its session would be too short (section 9). */
  refusalOf(request: SipRequest): SessionReply | undefined {
    if (!request.headers.has('Session-Expires') || this.#agreeTo(request) !== 'too small') return undefined;
    return { status: 422, headers: [['Min-SE', String(this.#settings.minimum)]] };
  }

  /** What our 2xx to the peer's request says; the timer runs from now on. */
  answer(request: SipRequest): readonly HeaderLine[] {
    if (this.#isNoMatter(request)) return NOTHING;
    const agreed = this.#agreeTo(request);
    this.#start(agreed === 'too small' ? undefined : agreed);
    const interval = this.#interval;
    if (!interval) return NOTHING;
    const line = [
      'Session-Expires',
      `${interval.seconds};refresher=${interval.isOurs ? 'uas' : 'uac'}`,
    ] as const;
    return knowsExtension(request, 'timer') ? [['Require', 'timer'], line] : [line];
  }

  /** The peer's 2xx to an INVITE or UPDATE of ours. */
  agree(response: SipResponse): void {
    this.#revisions = 0;
    if (this.#settings.mode === 'off') return;
    this.#start(intervalAsClient(this.#settings, readLeniently(response, sessionExpiresField)));
  }

  /** A refresh was answered, but not with a 2xx: the peer is there, and the call goes on. */
  goOn(): void {
    this.#start(this.#interval);
  }

  /**
   * Nobody answered a refresh. Section 10 would end the call now; but a network that is away for half a minute must
   * not silence an alarm, so the peer is asked again until the session has expired. False once it has.
   */
  tryAgain(): boolean {
    if (!this.#interval || this.#agent.clock.now() >= this.#expiresAt) return false;
    this.#wait(AGAIN);
    return true;
  }

  /** A refresh cannot be sent right now. */
  postpone(): void {
    this.#wait(AGAIN);
  }

  /** The session is over. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Most callers neither know timers nor ask for them. */
  #isNoMatter({ headers }: SipRequest): boolean {
    if (this.#settings.mode === 'off') return true;
    if (this.#settings.mode === 'required' || this.#interval) return false;
    return !headers.has('Session-Expires') && !headers.has('Supported') && !headers.has('Require');
  }

  #agreeTo(request: SipRequest): ReturnType<typeof intervalAsServer> {
    const expires = readLeniently(request, sessionExpiresField);
    const asked = {
      isSupported: knowsExtension(request, 'timer'),
      seconds: expires?.seconds,
      refresher: expires?.refresher,
      minimum: readLeniently(request, minSessionExpiresField),
    };
    return intervalAsServer(this.#settings, asked, this.#interval);
  }

  #lines(count: number, refresher: string): readonly HeaderLine[] {
    const minimum = Math.max(this.#minimum, this.#settings.minimum);
    const expires = ['Session-Expires', `${count}${refresher}`] as const;
    // Section 7.1: 90 seconds are the default, and need not be said.
    return minimum > SHORTEST_SESSION ? [expires, ['Min-SE', String(minimum)]] : [expires];
  }

  #start(interval: SessionInterval | undefined): void {
    this.#interval = interval;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!interval) return;
    this.#expiresAt = this.#agent.clock.now() + seconds(interval.seconds);
    this.#wait(seconds(deadlineOf(interval)));
  }

  #wait(delay: ReturnType<typeof seconds>): void {
    this.#timer?.cancel();
    if (this.#isStopped) return;
    this.#timer = this.#agent.clock.startTimer('session timer', delay, () => this.#fire());
  }

  /**
   * A peer that forgot its duty is asked before the session expires: section 10 would end the call, which may be an
   * alarm, although nothing is known but that its PBX is late. From then on the duty is ours.
   */
  #fire(): void {
    this.#timer = undefined;
    if (!this.#interval) return;
    this.#interval = { ...this.#interval, isOurs: true };
    this.#owner.refreshSession();
  }
}
