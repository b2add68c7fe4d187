import type { Clock, Timer } from '../../base/clock.js';
import { milliseconds, type Duration } from '../../base/duration.js';
import { Emitter, type Unsubscribe } from '../../base/emitter.js';
import { SipsirenError } from '../../base/errors.js';
import { randomToken } from '../../base/ids.js';
import type { CredentialSource } from '../auth/credential-source.js';
import {
  formatUri,
  NameAddress,
  Parameters,
  SipRequest,
  type HeaderLine,
  type Uri,
} from '../message/index.js';
import type { TransportProtocol } from '../transport/flow.js';
import { registrationAnswer } from './registration-answer.js';
import {
  nextRegistration,
  type RegistrationEffect,
  type RegistrationInput,
  type RegistrationState,
} from './registration-machine.js';
import type { RequestSender, RequestUnderWay } from './request-sender.js';

export interface RegistrationOptions {
  readonly sender: RequestSender;
  readonly clock: Clock;
  /** Who is registered: the To and From of the REGISTER, for instance `sip:1001@pbx.example.com`. */
  readonly addressOfRecord: Uri;
  /** The domain that the REGISTER is for, without user: `sip:pbx.example.com`. */
  readonly registrar: Uri;
  /** Shown beside the address in From. Default none. */
  readonly displayName?: string | undefined;
  /** Proxies to pass, first one first. Default none. */
  readonly proxies?: readonly Uri[] | undefined;
  /** Default: by RFC 3263. */
  readonly protocol?: TransportProtocol | undefined;
  /** Default: none, a challenge is a refusal. */
  readonly credentials?: CredentialSource | undefined;
  /** The user part of the Contact. Default: that of the address of record. */
  readonly contactUser?: string | undefined;
  /** URI parameters of the Contact. Default none. */
  readonly contactParameters?: Readonly<Record<string, string>> | undefined;
  /** How long to be registered at a time; whole seconds, at least 1. Default one hour. */
  readonly interval?: Duration | undefined;
  /** From 0 to below 1; spreads refreshes and retries. Default Math.random. */
  readonly random?: (() => number) | undefined;
}

/** How a registration stands. */
export type RegistrationStatus = {
  readonly state: 'unregistered' | 'registering' | 'registered' | 'refused' | 'unreachable';
  /** The final status that refused, or that spoiled the last refresh. */
  readonly status?: number;
  /** Words for a person, with `status` or alone. */
  readonly reason?: string;
  /** When the registrar drops us, in milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
};

type TimerName = 'attempt' | 'expiry' | 'deadline';

const ONE_HOUR = 3_600;

/** Keeps one address registered with its registrar (RFC 3261 section 10.2) until it is stopped. */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #random: () => number;
  readonly #statuses = new Emitter<RegistrationStatus>();
  readonly #timers = new Map<TimerName, Timer>();
  readonly #callId = randomToken();
  readonly #tag = randomToken();
  readonly #waiters: (() => void)[] = [];
  #sequence = 0;
  #state: RegistrationState = { kind: 'unregistered' };
  #status: RegistrationStatus = { state: 'unregistered' };
  #expiry: { readonly at: number; readonly wallTime: number } | undefined;
  #underWay: RequestUnderWay | undefined;
  /** Answers to a former request are none to the present one. */
  #attempt = 0;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  get status(): RegistrationStatus {
    return this.#status;
  }

  /** Calls `listener` at every change of the status. */
  onStatus(listener: (status: RegistrationStatus) => void): Unsubscribe {
    return this.#statuses.subscribe(listener);
  }

  /** Registers, and stays so. Does nothing where that is going on. */
  start(): void {
    const interval = Math.max(1, Math.round((this.#options.interval ?? ONE_HOUR * 1_000) / 1_000));
    this.#take({ type: 'start', interval });
  }

  /** Asks the registrar now, instead of at the next refresh or retry. */
  refreshNow(): void {
    this.#take({ type: 'refresh now' });
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
      case 'register': {
        this.#send(effect.interval, effect.to);
        return;
      }
      case 'unregister': {
        this.#send(0, undefined);
        return;
      }
      case 'abandon':
        this.#attempt++;
        this.#underWay?.abandon();
        this.#underWay = undefined;
        return;
      case 'start timer': {
        this.#startTimer(effect.timer, effect.delay);
        return;
      }
      case 'stop timers':
        for (const timer of this.#timers.values()) timer.cancel();
        this.#timers.clear();
        return;
      case 'stopped':
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

  #send(seconds: number, redirectedTo: Uri | undefined): void {
    const { sender, proxies = [], registrar, protocol, credentials, contactParameters } = this.#options;
    const attempt = ++this.#attempt;
    try {
      this.#underWay = sender.sendRequest(this.#request(seconds, redirectedTo ?? registrar), {
        nextHop: redirectedTo ?? proxies[0] ?? registrar,
        protocol,
        credentials,
        nextSequence: () => ++this.#sequence,
        contactUser: this.#options.contactUser ?? userOf(this.#options.addressOfRecord),
        contactParameters,
        onResponse: (response, request) => {
          if (attempt === this.#attempt) this.#settle(registrationAnswer(response, request));
        },
        onFailure: (error) => {
          if (attempt === this.#attempt) this.#settle(unreachable(error.message));
        },
      });
    } catch (error) {
      if (!(error instanceof SipsirenError)) throw error;
      const { message } = error;
      // Reported like any failure, after this step is over.
      this.#underWay = undefined;
      queueMicrotask(() => {
        if (attempt === this.#attempt) this.#settle(unreachable(message));
      });
    }
  }

  #settle(input: RegistrationInput): void {
    this.#underWay = undefined;
    this.#take(input);
  }

  /** Call-ID and From tag stay the same for as long as the device runs (section 10.2.4). */
  #request(seconds: number, uri: Uri): SipRequest {
    const { addressOfRecord, displayName, proxies = [] } = this.#options;
    const tag = Parameters.of([['tag', this.#tag]]);
    const headers: HeaderLine[] = proxies.map((proxy) => ['Route', `<${formatUri(proxy)}>`]);
    headers.push(['Expires', String(seconds)]);
    return SipRequest.create({
      method: 'REGISTER',
      uri,
      from: new NameAddress({ uri: addressOfRecord, displayName, parameters: tag }),
      to: new NameAddress({ uri: addressOfRecord }),
      callId: this.#callId,
      sequence: ++this.#sequence,
      headers,
    });
  }

  /** Attempts that change nothing for the user are not told. */
  #tell(): void {
    const status = this.#describe(this.#state);
    const { state, status: code, reason, expiresAt } = this.#status;
    if (
      status.state === state &&
      status.status === code &&
      status.reason === reason &&
      status.expiresAt === expiresAt
    ) {
      return;
    }
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

  #describe(state: RegistrationState): RegistrationStatus {
    switch (state.kind) {
      case 'unregistered':
      case 'unregistering':
        return { state: 'unregistered' };
      case 'registering':
        return { state: 'registering' };
      case 'registered': {
        return {
          state: 'registered',
          expiresAt: this.#wallTimeOf(state.expiresAt),
          ...wordsOf(state.problem),
        };
      }
      case 'refused':
      case 'unreachable':
        return { state: state.kind, ...wordsOf(state) };
    }
  }
}

function wordsOf(
  problem: { status?: number | undefined; reason: string } | undefined,
): Partial<RegistrationStatus> {
  if (problem === undefined) return {};
  return problem.status === undefined
    ? { reason: problem.reason }
    : { status: problem.status, reason: problem.reason };
}

function unreachable(reason: string): RegistrationInput {
  return { type: 'failed', problem: { kind: 'unreachable', reason } };
}

function userOf(uri: Uri): string | undefined {
  return 'user' in uri ? uri.user : undefined;
}
