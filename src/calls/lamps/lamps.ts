import type { Clock, Timer } from '../../base/clock.js';
import { milliseconds } from '../../base/duration.js';
import { randomToken } from '../../base/ids.js';
import type { Log } from '../../base/log.js';
import type { Account } from '../account.js';
import type { CallInvitation } from '../call-invitation.js';
import type { CallLedger } from '../call-ledger.js';
import type { CallSetup } from '../call-factory.js';
import { findCalledAddress } from '../called-address.js';
import type { Asker, CallerAdmission } from '../caller-admission.js';
import { shownIdentity } from '../caller-identity.js';
import { RefusedRequests } from '../refused-requests.js';
import type { IncomingSignalingSubscription, LampState } from '../signaling-subscription.js';
import { SourceRate } from '../source-rate.js';
import type { TrustedServers } from '../trusted-servers.js';
import type { CalledExtension, LampSource } from './lamp-source.js';

export interface LampsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly setup: CallSetup;
  readonly ledger: Pick<CallLedger, 'inProgress'>;
  readonly admission: Pick<CallerAdmission, 'askerOf' | 'judge' | 'isWelcome'>;
  readonly trust: Pick<TrustedServers, 'trustOf' | 'isServer' | 'hasServers'>;
  /** Default: there are no alarms. */
  readonly source?: LampSource | undefined;
}

/** Who watches an extension, as people and programs see it. */
export interface LampSubscription extends CalledExtension {
  readonly id: string;
  /** `dialog` or `presence`. */
  readonly kind: string;
  readonly remoteUri: string;
  /** The numeric address and port that it came from. */
  readonly source: string;
  readonly state: LampState;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
}

/** An extension that is watched. */
interface Lamp extends CalledExtension {
  readonly watchers: Set<Watcher>;
  state: LampState;
}

interface Watcher {
  readonly id: string;
  readonly subscription: IncomingSignalingSubscription;
  readonly remoteUri: string;
  readonly since: number;
}

/** Subscriptions from one address that is no server. */
const MOST_FROM_ONE = 50;
/** Subscriptions from all that are no servers, where there are servers. */
const MOST_FROM_STRANGERS = 750;
/** Strangers who have not yet shown that they are where they want to be told: those may be somebody else's addresses. */
const MOST_UNHEARD_OF = 50;
const RATE = { fromOne: 20, fromServer: 100, fromAll: 200 };
const COME_LATER = 60;
/** Events come in bursts; lamps are looked after once for all that come in such a time. */
const BURST = milliseconds(20);
/** So many subscribers are told at once, the others after another such time: calls must not wait for a crowd of lamps. */
const TOLD_AT_ONCE = 25;

/** Tells subscribers whether the alarm of an extension is on: lamps on desk phones (RFC 6665, 4235, 3856). */
export class Lamps {
  readonly #options: LampsOptions;
  readonly #refused: RefusedRequests;
  readonly #rate: SourceRate;
  readonly #lamps = new Map<string, Lamp>();
  readonly #sources = new Map<string, number>();
  /** Whose lamp is otherwise than they were told. */
  readonly #due = new Set<IncomingSignalingSubscription>();
  #strangers = 0;
  #unheardOf = 0;
  #timer: Timer | undefined;

  constructor(options: LampsOptions) {
    this.#options = options;
    this.#refused = new RefusedRequests(options);
    this.#rate = new SourceRate(options.clock, RATE);
  }

  /** Somebody wants to watch an extension: decided as a call to it would be. */
  receive(subscription: IncomingSignalingSubscription): void {
    const { admission, setup } = this.#options;
    const asker = admission.askerOf(subscription);
    const facts = { settings: setup.settings, account: asker.account };
    const judgement = admission.judge(subscription, asker, facts);
    if (judgement.verdict === 'refused') this.#refused.refuse('subscription', subscription, judgement);
    else if (judgement.verdict === 'admitted') this.#admit(subscription, asker, judgement.account);
  }

  /** Something happened that may change a lamp. */
  refresh(): void {
    if (this.#lamps.size === 0 || this.#timer) return;
    this.#timer = this.#options.clock.startTimer('lamps', BURST, () => {
      this.#timer = undefined;
      this.#lookAfterAll();
    });
  }

  /** Who watches what, newest last. */
  list(): readonly LampSubscription[] {
    return [...this.#lamps.values()].flatMap(({ account, localUri, state, watchers }) =>
      [...watchers].map(({ id, subscription, remoteUri, since }) => ({
        ...{ id, kind: subscription.kind, account, localUri, remoteUri },
        source: sourceOf(subscription.invitation),
        ...{ state, since },
      })),
    );
  }

  /** Stops looking after lamps. The subscriptions are ended with their engine. Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #admit(subscription: IncomingSignalingSubscription, { identity }: Asker, account: Account): void {
    const { invitation } = subscription;
    if (!this.#hasRoomFor(invitation)) {
      subscription.refuse(480, { warning: 'too many subscriptions', retryAfterSeconds: COME_LATER });
      return;
    }
    const { clock, trust } = this.#options;
    const { uri } = findCalledAddress(invitation, account, trust);
    const lamp = this.#lampOf({ account: account.id, localUri: uri });
    const watcher: Watcher = {
      id: randomToken(6),
      subscription,
      remoteUri: shownIdentity(identity).uri,
      since: clock.wallTime(),
    };
    lamp.watchers.add(watcher);
    const countOff = this.#countIn(invitation);
    const hear = this.#countUnheardOf(invitation);
    subscription.onReached = hear;
    subscription.onEnd = (reason) => {
      countOff();
      hear();
      this.#options.log.debug(`a lamp is watched no longer: ${reason}`, { lamp: uri, by: watcher.remoteUri });
      lamp.watchers.delete(watcher);
      this.#due.delete(subscription);
      if (lamp.watchers.size === 0) this.#lamps.delete(keyOf(lamp));
    };
    subscription.onRefresh = (again) => this.#mayGoOn(again, account);
    subscription.accept({ entity: uri, state: () => lamp.state });
  }

  /** The account may be gone by now, or the access list be another one. The password was asked for. */
  #mayGoOn(invitation: CallInvitation, { id }: Account): boolean {
    const { admission, setup } = this.#options;
    const account = setup.directory.get(id);
    return account?.active === true && admission.isWelcome({ invitation });
  }

  #hasRoomFor({ sourceAddress }: CallInvitation): boolean {
    const { trust } = this.#options;
    const isServer = trust.isServer(sourceAddress);
    if (!this.#rate.takes(sourceAddress, isServer)) return false;
    if (isServer) return true;
    if (this.#unheardOf >= MOST_UNHEARD_OF) return false;
    if ((this.#sources.get(sourceAddress) ?? 0) >= MOST_FROM_ONE) return false;
    return !trust.hasServers || this.#strangers < MOST_FROM_STRANGERS;
  }

  /** Counts a subscription; gives what counts it off. */
  #countIn({ sourceAddress }: CallInvitation): () => void {
    if (this.#options.trust.isServer(sourceAddress)) return () => undefined;
    this.#count(sourceAddress, 1);
    return () => this.#count(sourceAddress, -1);
  }

  /** The same until the subscriber is heard of. */
  #countUnheardOf({ sourceAddress }: CallInvitation): () => void {
    if (this.#options.trust.isServer(sourceAddress)) return () => undefined;
    let isCounted = true;
    this.#unheardOf += 1;
    return () => {
      if (isCounted) this.#unheardOf -= 1;
      isCounted = false;
    };
  }

  #count(source: string, difference: 1 | -1): void {
    this.#strangers += difference;
    const count = (this.#sources.get(source) ?? 0) + difference;
    if (count === 0) this.#sources.delete(source);
    else this.#sources.set(source, count);
  }

  #lampOf(extension: CalledExtension): Lamp {
    const known = this.#lamps.get(keyOf(extension));
    if (known) return known;
    const lamp: Lamp = { ...extension, watchers: new Set(), state: this.#look()(extension) };
    this.#lamps.set(keyOf(extension), lamp);
    return lamp;
  }

  #lookAfterAll(): void {
    const look = this.#look();
    for (const lamp of this.#lamps.values()) {
      const state = look(lamp);
      if (state === lamp.state) continue;
      lamp.state = state;
      for (const { subscription } of lamp.watchers) this.#due.add(subscription);
    }
    this.#tellSome();
  }

  #tellSome(): void {
    let left = TOLD_AT_ONCE;
    for (const subscription of this.#due) {
      if (left === 0) return this.refresh();
      left -= 1;
      this.#due.delete(subscription);
      subscription.changed();
    }
  }

  /** A look at this moment, for any extension. */
  #look(): (extension: CalledExtension) => LampState {
    const { source, ledger } = this.#options;
    const isAlarm = source?.();
    const ringing = new Set(
      ledger.inProgress
        .filter((call) => call.isRinging && call.facts.direction === 'Incoming')
        .map(({ facts: { account, localUri } }) => keyOf({ account, localUri })),
    );
    return (extension) => {
      if (isAlarm?.(extension) === true) return 'alarm';
      return ringing.has(keyOf(extension)) ? 'ringing' : 'idle';
    };
  }
}

function keyOf({ account, localUri }: CalledExtension): string {
  return `${account} ${localUri}`;
}

function sourceOf({ sourceAddress, sourcePort }: CallInvitation): string {
  return `${sourceAddress}:${sourcePort}`;
}
