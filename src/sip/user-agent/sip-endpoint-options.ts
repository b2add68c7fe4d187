import type { Clock } from '../../base/clock.js';
import type { Duration } from '../../base/duration.js';
import type { Log } from '../../base/log.js';
import type { DnsPort } from '../resolver/dns-port.js';
import type { TimerSettings } from '../transaction/transaction.js';
import type { RegistrationPaceOptions } from '../registration/registration-pace.js';
import type { EventPackage } from '../subscription/event-package.js';
import type { TransactionLimits } from '../transaction/transaction-limits.js';
import type { SourceGate } from '../transport/source-gate.js';
import type { TlsServerSettings } from '../transport/tls-settings.js';
import type { TransportLimits } from '../transport/transport-limits.js';
import type { ListeningPoint, SipTransport } from '../transport/transport.js';
import type { ReliableProvisionalMode } from './extensions.js';
import type { PublicAddressUse } from './public-addresses.js';

/** How many of each an endpoint keeps at once; beyond, new ones are refused with 503 and Retry-After. */
export type SipEndpointLimits = {
  /** Sessions in both directions that are not over; only what comes in is refused. Default 10 000. */
  readonly sessions?: number;
  /** Subscriptions to us that are not over. Default 1 000. */
  readonly subscriptions?: number;
  /** What the transactions take. Default: see `TransactionLimits`. */
  readonly transactions?: Partial<TransactionLimits>;
  /** What peers may take of the transport, where it is ours. Default: see `TransportLimits`. */
  readonly transport?: Partial<TransportLimits>;
};

/** Session timers (RFC 4028): whether a call whose peer has vanished is found by refreshing it. */
export type SessionTimerOptions = {
  /**
   * `off`: none; `supported`: where both sides know them; `required`: in every call, and where the peer does not
   * know them we refresh alone. Default `supported`.
   */
  readonly mode?: 'off' | 'supported' | 'required';
  /** How long a session lasts without a refresh, where we have the say. Default 1800 s. */
  readonly interval?: Duration;
  /** The shortest that a peer may ask for; another one gets 422. At least 90 s, which is the default. */
  readonly minimum?: Duration;
};

/** What a SipEndpoint is made of. Only `listen` (or `transport`) is required. */
export type SipEndpointOptions = {
  /** Where to listen; port 0 takes any free port. Ignored where `transport` is given. */
  readonly listen?: readonly ListeningPoint[];
  /** What the listening points for TLS show and ask for. Needed where there are any. */
  readonly tls?: TlsServerSettings;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Default: none. */
  readonly log?: Log;
  /** The User-Agent and Server header. Default `sipsiren`. */
  readonly userAgent?: string;
  /** T1, T2 and T4. Default: RFC 3261 table 4. */
  readonly timers?: Partial<TimerSettings>;
  /** Default: sockets on `listen`. */
  readonly transport?: SipTransport;
  /** Default: the system's resolver. */
  readonly dns?: DnsPort;
  readonly limits?: SipEndpointLimits;
  /** Judges sources by their address before work is done for them. Default: everybody is heard. */
  readonly gate?: SourceGate;
  /** Further methods that `onRequest` answers, added to Allow: `['MESSAGE']`. Default: none. */
  readonly methods?: readonly string[];
  /** What can be subscribed to; `onSubscribe` decides who may. Default: nothing, a SUBSCRIBE gets 489. */
  readonly eventPackages?: readonly EventPackage[];
  /** Types of body that `onRequest` takes with them, for the Accept of an answer to OPTIONS: `['text/plain']`. Default: none. */
  readonly accept?: readonly string[];
  /** Whether a request too large for a datagram goes over TCP (RFC 3261 section 18.1.1). Default enabled. */
  readonly tcpSwitch?: { readonly enabled: boolean };
  /** What is done with the public address that the servers of our registrations see us by (RFC 3581). Default: all. */
  readonly publicAddress?: PublicAddressUse;
  /** How fast a crowd of registrations goes to one server. Default: 40 at once, 5 ms apart. */
  readonly registrationPace?: RegistrationPaceOptions;
  /** Default: `supported`, 30 minutes. */
  readonly sessionTimers?: SessionTimerOptions;
  /**
   * Reliable provisional responses (RFC 3262): `off`; `supported`: where the peer insists, and for early session
   * descriptions to those that can; `required`: always, and whoever cannot gets 421. Default `supported`.
   */
  readonly reliableProvisional?: ReliableProvisionalMode;
  /** The address that peers should use instead of the bound one: of a NAT with a fixed public address. */
  readonly advertise?: { readonly address: string; readonly port?: number };
};
