import type { Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';
import { Emitter, type Unsubscribe } from '../../base/emitter.js';
import { SipsirenError } from '../../base/errors.js';
import { randomToken } from '../../base/ids.js';
import { formatUri, isSipUri, type SipResponse, type Uri } from '../message/index.js';
import type { Target } from '../transport/flow.js';
import { grantedBinding } from './granted-binding.js';
import { RegistrationFlow } from './registration-flow.js';
import { registerRequest } from './register-request.js';
import { failedInput, grantedInput, refusedInput } from './registration-answer.js';
import {
  hasGivenUp,
  nextRegistration,
  type RegistrationEffect,
  type RegistrationInput,
  type RegistrationState,
} from './registration-machine.js';
import type { RegistrationOptions } from './registration-options.js';
import type { PacedRequest } from './registration-pace.js';
import { isSameStatus, statusOf, type RegistrationStatus } from './registration-status.js';
import type { RegistrationExchange, RequestUnderWay } from './request-sender.js';

type TimerName = 'attempt' | 'expiry' | 'deadline';

const ONE_HOUR = 3_600;
const NO_ROUTE: readonly Uri[] = [];

/** Keeps one address registered with its registrar (RFC 3261 section 10.2) until it is stopped. */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #random: () => number;
  readonly #statuses = new Emitter<RegistrationStatus>();
  readonly #timers = new Map<TimerName, Timer>();
  readonly #callId = randomToken();
  readonly #tag = randomToken();
  readonly #waiters: (() => void)[] = [];
  readonly #flow: RegistrationFlow;
  #sequence = 0;
  #state: RegistrationState = { kind: 'unregistered' };
  #status: RegistrationStatus = { state: 'unregistered' };
  #expiry: { readonly at: number; readonly wallTime: number } | undefined;
  #underWay: RequestUnderWay | undefined;
  #turn: PacedRequest | undefined;
  /** Answers to a former request are none to the present one. */
  #attempt = 0;
  /** The Contact that the registrar has, in angle brackets. */
  #boundContact: string | undefined;
  #serviceRoute = NO_ROUTE;
  #target: Target | undefined;
  /** Whether the next REGISTER says that we know RFC 5626. */
  #offersOutbound: boolean;
  #isOutbound = false;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#offersOutbound = options.outbound !== undefined;
    this.#flow = new RegistrationFlow(options.sender, options.keepAlive, () =>
      this.#take({ type: 'flow lost' }),
    );
  }

  get status(): RegistrationStatus {
    return this.#status;
  }

  /** The proxies that requests of this address are to pass, first one first (RFC 3608). Empty while there is no binding. */
  get serviceRoute(): readonly Uri[] {
    return this.#state.kind === 'registered' ? this.#serviceRoute : NO_ROUTE;
  }

  /** Where the registrar was reached last. */
  get target(): Target | undefined {
    return this.#target;
  }

  /** Whether the registrar reaches us through the flow of this registration (RFC 5626), not by our Contact. */
  get isOutbound(): boolean {
    return this.#state.kind === 'registered' && this.#isOutbound;
  }

  /** Calls `listener` at every change of the status. */
  onStatus(listener: (status: RegistrationStatus) => void): Unsubscribe {
    return this.#statuses.subscribe(listener);
  }

  /** Registers, and stays so. Does nothing where that is going on. */
  start(): void {
    const { interval, attempts = 0 } = this.#options;
    const whole = Math.max(1, Math.round((interval ?? ONE_HOUR * 1_000) / 1_000));
    this.#take({ type: 'start', interval: whole, limit: attempts });
  }

  /** Asks the registrar now, instead of at the next refresh or retry, and forgets the attempts that failed. */
  refreshNow(): void {
    this.#take({ type: 'refresh now' });
  }

  /** Makes one attempt now, also where no more were made. */
  probe(): void {
    this.#take({ type: 'probe' });
  }

  /** Unregisters; resolves with the registrar's answer, after 2 seconds at the latest. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#take({ type: 'stop' });
    });
  }

  #take(input: RegistrationInput): void {
    const moment = { now: this.#options.clock.now(), chance: this.#random() };
    const { state, effects } = nextRegistration(this.#state, input, moment);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#tell();
  }

  #perform(effect: RegistrationEffect): void {
    switch (effect.type) {
      case 'register':
        this.#enter(effect.interval, effect.to);
        return;
      case 'unregister':
        this.#flow.close();
        this.#send(0, undefined);
        return;
      case 'abandon':
        this.#attempt++;
        this.#forgetRequest()?.abandon();
        return;
      case 'start timer':
        this.#startTimer(effect.timer, effect.delay);
        return;
      case 'stop timers':
        for (const timer of this.#timers.values()) timer.cancel();
        this.#timers.clear();
        return;
      case 'stopped':
        this.#flow.close();
        this.#boundContact = undefined;
        for (const resolve of this.#waiters.splice(0)) resolve();
        return;
    }
  }

  #startTimer(name: TimerName, delay: number): void {
    this.#timers.get(name)?.cancel();
    const timer = this.#options.clock.startTimer(`registration ${name}`, milliseconds(delay), () => {
      this.#timers.delete(name);
      this.#take({ type: `timer ${name}` });
    });
    this.#timers.set(name, timer);
  }

  /** A REGISTER waits for its turn among those of other accounts at the same server. */
  #enter(seconds: number, redirectedTo: Uri | undefined): void {
    const { pace } = this.#options;
    if (!pace) {
      this.#send(seconds, redirectedTo);
      return;
    }
    this.#turn?.leave();
    this.#turn = pace.enter(serverOf(this.#nextHop(redirectedTo)), () => this.#send(seconds, redirectedTo));
  }

  #nextHop(redirectedTo: Uri | undefined): Uri {
    const { registrar, proxies = [] } = this.#options;
    return redirectedTo ?? proxies[0] ?? registrar;
  }

  #send(seconds: number, redirectedTo: Uri | undefined): void {
    const { sender, registrar, addressOfRecord, contactUser } = this.#options;
    const { protocol, preferIpv6, tls, credentials, contactParameters } = this.#options;
    const attempt = ++this.#attempt;
    const isOutbound = this.#offersOutbound;
    const request = registerRequest(this.#options, {
      ...{ uri: redirectedTo ?? registrar, callId: this.#callId, fromTag: this.#tag, seconds, isOutbound },
      sequence: ++this.#sequence,
    });
    try {
      this.#underWay = sender.sendRequest(request, {
        ...{ protocol, preferIpv6, tls, credentials, contactParameters },
        nextHop: this.#nextHop(redirectedTo),
        nextSequence: () => ++this.#sequence,
        contactUser: contactUser ?? userOf(addressOfRecord),
        contactHeaderParameters: this.#contactHeaderParameters(),
        formerContact: this.#boundContact,
        onResponse: (response, exchange) => {
          if (attempt === this.#attempt) this.#receive(response, exchange, isOutbound);
        },
        onFailure: (error) => {
          if (attempt === this.#attempt) this.#settle(failedInput(error));
        },
      });
    } catch (error) {
      if (!(error instanceof SipsirenError)) throw error;
      // Reported like any failure, after this step is over.
      this.#underWay = undefined;
      queueMicrotask(() => {
        if (attempt === this.#attempt) this.#settle(failedInput(error));
      });
    }
  }

  /** What tells our binding from those of other devices (RFC 5626 section 4.2). */
  #contactHeaderParameters(): string {
    const { outbound } = this.#options;
    if (!outbound) return '';
    const instance = `;+sip.instance="<${outbound.instance}>"`;
    return this.#offersOutbound ? `${instance};reg-id=${outbound.flow}` : instance;
  }

  #receive(response: SipResponse, exchange: RegistrationExchange, wasOutbound: boolean): void {
    if (response.status >= 300) {
      const input = refusedInput(response, wasOutbound);
      if (input.type === 'simpler') this.#offersOutbound = false;
      this.#settle(input);
      return;
    }
    const binding = grantedBinding(response, exchange.request);
    this.#target = exchange.target;
    this.#serviceRoute = binding.serviceRoute;
    this.#isOutbound = wasOutbound && binding.isOutbound;
    if (binding.seconds > 0) {
      this.#boundContact = exchange.contact;
      if (this.#state.kind !== 'unregistering') this.#flow.keep(exchange.target, binding);
    }
    this.#settle(grantedInput(binding, exchange.isMoved));
  }

  #settle(input: RegistrationInput): void {
    this.#forgetRequest();
    this.#take(input);
  }

  #forgetRequest(): RequestUnderWay | undefined {
    const underWay = this.#underWay;
    this.#underWay = undefined;
    const turn = this.#turn;
    this.#turn = undefined;
    turn?.leave();
    return underWay;
  }

  /** Attempts that change nothing for the user are not told. */
  #tell(): void {
    const state = this.#state;
    const expiresAt = state.kind === 'registered' ? this.#wallTimeOf(state.expiresAt) : undefined;
    const status = statusOf(state, { expiresAt, gaveUp: hasGivenUp(state) });
    if (isSameStatus(status, this.#status)) return;
    this.#status = status;
    this.#statuses.emit(status);
  }

  /** Worked out once per binding, because the two clocks drift apart by fractions. */
  #wallTimeOf(expiresAt: number): number {
    if (this.#expiry?.at !== expiresAt) {
      const { clock } = this.#options;
      this.#expiry = { at: expiresAt, wallTime: Math.round(clock.wallTime() + expiresAt - clock.now()) };
    }
    return this.#expiry.wallTime;
  }
}

/** Under which name a server is known to the pace. */
function serverOf(uri: Uri): string {
  return isSipUri(uri) ? `${uri.host}:${uri.port ?? ''}` : formatUri(uri);
}

function userOf(uri: Uri): string | undefined {
  return 'user' in uri ? uri.user : undefined;
}
