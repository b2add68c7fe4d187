import type { Clock } from '../../base/clock.js';
import { seconds } from '../../base/duration.js';
import { FailoverRegistration, parseUri, type Registration, type SipEndpoint } from '../../sip/index.js';
import type {
  RegistrationOptions,
  RegistrationReport,
  SignalingAccount,
  SignalingRegistration,
} from '../signaling.js';
import {
  proxiesOf,
  serverUri,
  withCredentials,
  type AccountServer,
  type AccountStanding,
} from './account-routing.js';

export interface EndpointRegistrationOptions extends RegistrationOptions {
  readonly endpoint: SipEndpoint;
  readonly clock: Clock;
  readonly account: SignalingAccount;
  /** The name of this device among those of the account (RFC 5626): `urn:uuid:…`. */
  readonly instance: string;
}

/** How many attempts a registrar has before the secondary server takes over, where no setting says it. */
const ATTEMPTS_BEFORE_FAILOVER = 2;

/** A server with the registration at it. */
interface Place extends AccountServer {
  readonly registration: Registration;
}

/**
 * Keeps an account registered by our own stack, with its registrar or, while that does not serve, with its
 * secondary server. The contact's `line` says whose calls come in by it.
 */
export class EndpointRegistration implements SignalingRegistration {
  readonly #options: EndpointRegistrationOptions;
  readonly #primary: Place;
  readonly #secondary: Place | undefined;
  readonly #failover: FailoverRegistration | undefined;

  constructor(options: EndpointRegistrationOptions) {
    this.#options = options;
    const { account, clock, maxRetransmissions, secondsUntilFailback } = options;
    const home = { registrar: account.registrar ?? account.domain, domain: account.domain };
    const { secondary } = account;
    const attempts = secondary ? maxRetransmissions || ATTEMPTS_BEFORE_FAILOVER : maxRetransmissions;
    this.#primary = this.#placeAt(home, attempts);
    if (secondary) {
      this.#secondary = this.#placeAt(secondary, maxRetransmissions);
      this.#failover = new FailoverRegistration({
        clock,
        primary: this.#primary.registration,
        secondary: this.#secondary.registration,
        failback: seconds(secondsUntilFailback),
      });
      this.#failover.onChange(() => this.#report());
      this.#failover.start();
    } else {
      this.#primary.registration.onStatus(() => this.#report());
      this.#primary.registration.start();
    }
  }

  refresh(): void {
    if (this.#failover) this.#failover.refreshNow();
    else this.#primary.registration.refreshNow();
  }

  stop(): Promise<void> {
    return this.#failover ? this.#failover.stop() : this.#primary.registration.stop();
  }

  /** Which way calls of the account go now. */
  get standing(): AccountStanding {
    const { registration, registrar, domain } = this.#servingPlace();
    const { serviceRoute, isOutbound } = registration;
    return { server: { registrar, domain }, serviceRoute, isOutbound };
  }

  /** The secondary server takes calls from when it has said yes; until then the registrar is the better guess. */
  #servingPlace(): Place {
    const secondary = this.#failover?.serving === 'secondary' ? this.#secondary : undefined;
    return secondary?.registration.status.state === 'registered' ? secondary : this.#primary;
  }

  #placeAt({ registrar, domain }: AccountServer, attempts: number): Place {
    const { endpoint, account, intervalSeconds, instance } = this.#options;
    const { userId, callerId, transport, tls, prioritizeIpv6, keepAliveSeconds } = account;
    const registration = endpoint.register({
      addressOfRecord: parseUri(serverUri(account, domain, userId)),
      registrar: parseUri(serverUri(account, registrar)),
      proxies: proxiesOf(account).map((proxy) => parseUri(proxy)),
      protocol: transport,
      preferIpv6: prioritizeIpv6,
      tls,
      interval: seconds(intervalSeconds),
      attempts,
      contactUser: userId,
      contactParameters: { line: account.id },
      outbound: { instance, flow: 1 },
      keepAlive: keepAliveSeconds === 0 ? undefined : seconds(keepAliveSeconds),
      ...(callerId === '' ? {} : { displayName: callerId }),
      ...withCredentials(account),
    });
    return { registrar, domain, registration };
  }

  #report(): void {
    this.#options.onReport(this.#secondary ? this.#reportOfBoth(this.#secondary) : withAdvice(this.#primary));
  }

  #reportOfBoth(secondary: Place): RegistrationReport {
    const [first, second] = [reportAt(this.#primary), reportAt(secondary)];
    if (this.#failover?.serving !== 'secondary') return first;
    const trouble = first.reason === undefined ? '' : `${this.#primary.registrar}: ${first.reason}`;
    if (second.state === 'registered') {
      return {
        ...second,
        reason: `It serves in place of ${trouble === '' ? this.#primary.registrar : trouble}`,
      };
    }
    if (first.state === 'registered' || second.reason === undefined) return first;
    return { ...first, reason: `${trouble} ${secondary.registrar}: ${second.reason}` };
  }
}

function reportAt({ registrar, registration }: Place): RegistrationReport {
  const { state, status, expiresAt, reason } = registration.status;
  return {
    state,
    ...(state === 'unregistered' ? {} : { server: registrar }),
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** With one server only, an account that was given up stays so until a person does something about it. */
function withAdvice(place: Place): RegistrationReport {
  const report = reportAt(place);
  const { gaveUpAfter } = place.registration.status;
  if (gaveUpAfter === undefined) return report;
  const advice = `After ${gaveUpAfter} attempts no more are made (max retransmissions); refresh the registration to start again.`;
  return { ...report, reason: report.reason === undefined ? advice : `${report.reason} ${advice}` };
}
