import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { SystemClock } from '../base/system-clock.js';
import type { SipResponse } from './message/index.js';
import { SystemDns } from './resolver/system-dns.js';
import { TargetHealth } from './resolver/target-health.js';
import { TargetResolver } from './resolver/target-resolver.js';
import { TransactionLayer } from './transaction/transaction-layer.js';
import type { TransactionCounts } from './transaction/transaction.js';
import { SocketTransport } from './transport/socket-transport.js';
import { OPEN_GATE } from './transport/source-gate.js';
import type { TlsServerSettings } from './transport/tls-settings.js';
import type { ListeningPoint, SipTransport } from './transport/transport.js';
import { Registration, type RegistrationOptions } from './registration/index.js';
import { RegistrationPace } from './registration/registration-pace.js';
import { ClientRequest } from './user-agent/client-request.js';
import { Extensions } from './user-agent/extensions.js';
import type { IncomingInvite } from './user-agent/incoming-invite.js';
import type { IncomingRequest } from './user-agent/incoming-request.js';
import type { IncomingSubscription } from './user-agent/incoming-subscription.js';
import { NextHops } from './user-agent/next-hops.js';
import type { OutgoingInvite } from './user-agent/outgoing-invite.js';
import type { OutgoingInviteOptions, OutgoingRequestOptions } from './user-agent/outgoing-options.js';
import { OutgoingSession } from './user-agent/outgoing-session.js';
import { prepareRequest } from './user-agent/prepared-request.js';
import { PublicAddresses } from './user-agent/public-addresses.js';
import { RegistrationSender } from './user-agent/registration-sender.js';
import { SharedFlows } from './user-agent/shared-flows.js';
import type { SipEndpointOptions } from './user-agent/sip-endpoint-options.js';
import type { Screen } from './user-agent/screening.js';
import { UserAgentCore, type UserAgentCounts } from './user-agent/user-agent-core.js';

/** RFC 3261 table 4. */
const DEFAULT_TIMERS = { t1: 500, t2: 4_000, t4: 5_000 };

/** Stands for a peer whose address is not known yet: the route of documentation addresses is the default one. */
const ANYWHERE = '192.0.2.1';

const DEFAULT_SESSION_LIMIT = 10_000;
const DEFAULT_SUBSCRIPTION_LIMIT = 1_000;

/** How long `close` waits for what it ended politely. */
const CLOSING_LIMIT = seconds(2);

/** A registration as the endpoint keeps it up. */
export type SipRegistrationOptions = Omit<RegistrationOptions, 'sender' | 'clock'>;

/** What is alive in an endpoint, and what has happened to it. */
export type SipEndpointCounts = UserAgentCounts & { readonly transactions: TransactionCounts };

/** What may change while the endpoint runs. Session timers and provisional responses are given together. */
export type SipEndpointChanges = Pick<
  SipEndpointOptions,
  'tcpSwitch' | 'publicAddress' | 'sessionTimers' | 'reliableProvisional'
> & {
  /** As `limits.sessions` of the options. */
  readonly sessions?: number;
};

/**
 * A SIP user agent (RFC 3261): takes and places calls on its listening points. Assign `onInvite` before
 * `start`; docs/sip-stack.md has a whole user agent in twenty lines.
 */
export class SipEndpoint {
  /** An INVITE outside every dialog, which must be answered sooner or later. Default: refused with 480. */
  onInvite: (call: IncomingInvite) => void = (call) => call.reject(480);
  /**
   * An OPTIONS, or a request with one of the `methods` of the options. One that is still unanswered when this
   * returns, or when its promise is fulfilled, gets a default answer: OPTIONS 200, others 405.
   */
  onRequest: (request: IncomingRequest) => void | Promise<void> = () => undefined;
  /** A SUBSCRIBE to one of the `eventPackages` of the options, which must be answered. Default: refused with 403. */
  onSubscribe: (subscription: IncomingSubscription) => void = (subscription) => subscription.reject(403);
  /**
   * Asked before anything else about every request that the layer above does not admit by itself, as it does calls,
   * subscriptions and the `methods` of the options: OPTIONS, strays, what is malformed or not supported. Default: everybody is
   * answered.
   */
  screen: Screen = () => 'admit';

  readonly #transport: SipTransport;
  /** The same, where it is ours. */
  readonly #sockets: SocketTransport | undefined;
  readonly #transactions: TransactionLayer;
  readonly #core: UserAgentCore;
  readonly #pace: RegistrationPace;
  readonly #registrations = new Set<Registration>();
  #closed: Promise<void> | undefined;

  constructor(options: SipEndpointOptions) {
    const clock = options.clock ?? new SystemClock();
    const log = options.log ?? silentLog;
    const sockets = socketTransport(options);
    this.#sockets = options.transport ? undefined : sockets;
    this.#transport = options.transport ?? sockets;
    this.#transactions = new TransactionLayer({
      transport: this.#transport,
      clock,
      timers: options.timers,
      limits: options.limits?.transactions,
      gate: options.gate,
      onInternalError: (error) => this.#core.reportFault('of a transaction', error),
    });
    const resolver = new TargetResolver({ dns: options.dns ?? new SystemDns(), clock });
    const publicAddresses = new PublicAddresses(this.#transport, options.publicAddress);
    this.#transport.seenAs = (target) => publicAddresses.forVia(target);
    this.#pace = new RegistrationPace(clock, options.registrationPace);
    this.#core = new UserAgentCore({
      publicAddresses,
      flows: new SharedFlows(this.#transport),
      gate: options.gate ?? OPEN_GATE,
      clock,
      log,
      timers: { ...DEFAULT_TIMERS, ...options.timers },
      transport: this.#transport,
      transactions: this.#transactions,
      nextHops: new NextHops({
        resolver,
        health: new TargetHealth(clock),
        transport: this.#transport,
        tcpSwitch: options.tcpSwitch?.enabled ?? true,
      }),
      handlers: {
        onInvite: (call) => this.onInvite(call),
        onRequest: (request) => this.onRequest(request),
        onSubscribe: (subscription) => this.onSubscribe(subscription),
        screen: (request, flow) => this.screen(request, flow),
      },
      extensions: Extensions.of(options),
      name: options.userAgent ?? 'sipsiren',
      methods: options.methods ?? [],
      accept: options.accept ?? [],
      eventPackages: new Map((options.eventPackages ?? []).map((one) => [one.name, one])),
      subscriptionLimit: options.limits?.subscriptions ?? DEFAULT_SUBSCRIPTION_LIMIT,
      sessionLimit: options.limits?.sessions ?? DEFAULT_SESSION_LIMIT,
    });
  }

  /** What is bound, with the real port where 0 was asked for. */
  get listening(): readonly ListeningPoint[] {
    return this.#transport.listening;
  }

  get counts(): SipEndpointCounts {
    return { ...this.#core.counts, transactions: this.#transactions.counts };
  }

  /** Our address that faces a peer's numeric address, for session descriptions. Default for names: the first one bound. */
  localAddressFor(peer: string): string {
    const address = isIP(peer) === 0 ? ANYWHERE : peer;
    const [first] = this.listening;
    return this.#transport.localAddressFor({ protocol: first?.protocol ?? 'udp', address, port: 5060 })
      .address;
  }

  /**
   * Takes another certificate, or other demands, for the TLS connections that come; those that are open go on.
   * Errors: INVALID_VALUE where it cannot be used; the old one stays.
   */
  setTls(settings: TlsServerSettings): void {
    this.#sockets?.setTls(settings);
  }

  /**
   * Takes over what can change while calls go on; what is left out stays. Session timers and reliable provisional
   * responses hold for the sessions that begin from now on.
   */
  configure(changes: SipEndpointChanges): void {
    const { tcpSwitch, publicAddress, sessions } = changes;
    if (tcpSwitch) this.#core.nextHops.tcpSwitch = tcpSwitch.enabled;
    if (publicAddress) this.#core.publicAddresses.use(publicAddress);
    if (sessions !== undefined) this.#core.sessionLimit = sessions;
    this.#core.extensions = this.#core.extensions.with(changes);
  }

  /**
   * Listens for TLS at these points in place of the former ones, after `start`: the new ones are opened first, and
   * where one fails all is as before. The connections of a former point go on. TLS is dialled with no point as well.
   * Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, INVALID_VALUE without a certificate.
   */
  async listenTls(points: readonly ListeningPoint[]): Promise<void> {
    await this.#sockets?.listenTls(points);
  }

  /**
   * Takes over a request for a WebSocket that came to a foreign HTTP server (RFC 7118), which has to check whose page
   * it comes from. Refused without the subprotocol `sip`, and beyond the limits of the transport.
   */
  acceptWebSocket(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    options: { readonly secure: boolean },
  ): void {
    if (this.#sockets) this.#sockets.acceptWebSocket(request, socket, head, options.secure);
    else socket.destroy();
  }

  /** Binds every listening point, or none. Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, INVALID_VALUE for the certificate. */
  async start(): Promise<void> {
    await this.#transactions.start(this.#core);
  }

  /** Ends every session (BYE, CANCEL or 480), waits for that at most 2 s, then closes every socket. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Places a call. Errors: SIP_SYNTAX, SIP_UNRESOLVED for a URI that cannot be called; later ones reach `onEnd`. */
  invite(options: OutgoingInviteOptions): OutgoingInvite {
    return new OutgoingSession(
      this.#core,
      prepareRequest('INVITE', options, this.#core),
      options,
      options.timeout,
    );
  }

  /** Sends a request outside every dialog. Rejects with TIMEOUT, SIP_TRANSPORT or SIP_UNRESOLVED. */
  request(options: OutgoingRequestOptions): Promise<SipResponse> {
    const prepared = prepareRequest(options.method, options, this.#core);
    let sequence = prepared.request.cseq.sequence;
    const plan = { ...prepared.plan, nextSequence: () => (sequence += 1) };
    return new Promise((resolve, reject) => {
      new ClientRequest(this.#core, plan, {
        onResponse: (response) => {
          if (response.status >= 200) resolve(response);
        },
        onFailure: reject,
      }).start();
    });
  }

  /**
   * A registration that is kept up from its `start()` on; `close` takes it back. Other than calls it needs no
   * handler of the endpoint: its own `onStatus` tells how it stands.
   */
  register(options: SipRegistrationOptions): Registration {
    const { clock } = this.#core;
    const registration = new Registration({
      pace: this.#pace,
      ...options,
      sender: new RegistrationSender(this.#core),
      clock,
    });
    this.#registrations.add(registration);
    registration.onStatus(({ state }) => {
      if (state === 'unregistered') this.#registrations.delete(registration);
      else this.#registrations.add(registration);
    });
    return registration;
  }

  async #close(): Promise<void> {
    const unregistered = [...this.#registrations].map((registration) => registration.stop());
    await new Promise<void>((resolve) => {
      const limit = this.#core.clock.startTimer('closing limit', CLOSING_LIMIT, resolve);
      this.#core.endAll(() => {
        limit.cancel();
        resolve();
      });
    });
    await Promise.all(unregistered);
    this.#core.abandonAll();
    await this.#transactions.close();
  }
}

function socketTransport(options: SipEndpointOptions): SocketTransport {
  const { listen = [], clock = new SystemClock(), log, advertise, limits, tls, gate } = options;
  return new SocketTransport({
    listen,
    clock,
    ...(log ? { log } : {}),
    ...(tls ? { tls } : {}),
    ...(gate ? { gate } : {}),
    ...(advertise ? { advertise } : {}),
    ...(limits?.transport ? { limits: limits.transport } : {}),
  });
}
