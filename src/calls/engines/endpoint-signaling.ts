import type { Clock } from '../../base/clock.js';
import { seconds } from '../../base/duration.js';
import type { AccountId } from '../../base/ids.js';
import type { Log } from '../../base/log.js';
import { VERSION } from '../../base/version.js';
import { formatUri } from '../../sip/message/index.js';
import {
  DIALOG_PACKAGE,
  instanceUrn,
  PRESENCE_PACKAGE,
  SipEndpoint,
  type OutgoingOptions,
  type SipEndpointChanges,
  type SipTransport,
  type SourceGate,
} from '../../sip/index.js';
import { ACCEPTED_MESSAGES } from '../messages/message-text.js';
import type { MessageAnswer } from '../signaling-message.js';
import type {
  OutgoingCallOptions,
  OutgoingMessageOptions,
  RegistrationOptions,
  Signaling,
  SignalingAccount,
  SignalingCall,
  SignalingConfiguration,
  SignalingHandlers,
  SignalingRegistration,
  WebSocketUpgrade,
} from '../signaling.js';
import type { SipSettings } from '../sip-settings.js';
import { routeOf, withCredentials } from './account-routing.js';
import { EndpointIncomingCall, EndpointOutgoingCall } from './endpoint-calls.js';
import { EndpointInvitation } from './endpoint-invitation.js';
import { EndpointMessage } from './endpoint-message.js';
import { EndpointRegistration } from './endpoint-registration.js';
import { EndpointSubscription } from './endpoint-subscription.js';
import { EndpointTls } from './endpoint-tls.js';
import { listeningPoints } from './listening-points.js';
import { refusalLines } from './refusal-lines.js';

export interface EndpointSignalingOptions {
  readonly settings: SipSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** What the name of this device at its registrars is made of (RFC 5626). Default: another name at each start. */
  readonly instanceSeed?: string;
  /** Judges sources before work is done for them. Default: everybody is heard. */
  readonly gate?: SourceGate;
  /** In place of sockets: agents joined in memory for tests. */
  readonly transport?: SipTransport;
}

/** Sessions beyond the limit of calls that may exist for the moment in which they are refused. */
const REFUSAL_MARGIN = 100;

/** Our own SIP stack behind the signaling port. */
export function createEndpointSignaling(options: EndpointSignalingOptions): Signaling {
  return new EndpointSignaling(options);
}

class EndpointSignaling implements Signaling {
  readonly #endpoint: SipEndpoint;
  readonly #tls: EndpointTls;
  readonly #clock: Clock;
  readonly #instance: string;
  /** What says through which server an account's calls go. */
  readonly #registrations = new Map<AccountId, EndpointRegistration>();

  constructor({ settings, clock, log, instanceSeed, transport, gate }: EndpointSignalingOptions) {
    this.#clock = clock;
    this.#instance = instanceUrn(instanceSeed);
    this.#endpoint = new SipEndpoint({
      clock,
      log: log.room('sip'),
      userAgent: `sipsiren/${VERSION}`,
      methods: ['MESSAGE'],
      eventPackages: [DIALOG_PACKAGE, PRESENCE_PACKAGE],
      ...(gate ? { gate } : {}),
      accept: [ACCEPTED_MESSAGES],
      ...(transport ? { transport } : { listen: listeningPoints(settings) }),
    });
    this.#endpoint.configure(endpointChanges(settings));
    this.#tls = new EndpointTls(this.#endpoint);
  }

  get listening(): Signaling['listening'] {
    return this.#endpoint.listening;
  }

  async start({
    onIncomingCall,
    onMessage,
    onSubscription,
    standing,
    screen,
  }: SignalingHandlers): Promise<void> {
    this.#endpoint.screen = ({ from }, flow) =>
      screen({
        sourceAddress: flow.remote.address,
        fromUri: formatUri(from.uri),
        displayName: from.displayName,
      });
    this.#endpoint.onInvite = (invite) => onIncomingCall(new EndpointIncomingCall(invite));
    this.#endpoint.onSubscribe = (subscription) => onSubscription(new EndpointSubscription(subscription));
    this.#endpoint.onRequest = (request) => {
      if (request.request.method === 'MESSAGE') return onMessage(new EndpointMessage(request));
      const { status, warning } = standing(new EndpointInvitation(request));
      request.respond(status, { headers: refusalLines({ warning }) });
    };
    await this.#endpoint.start();
  }

  async configure({ settings, identity }: SignalingConfiguration): Promise<void> {
    // What can fail comes first, so that a failure leaves everything as it was.
    await this.#tls.change(settings, identity);
    this.#endpoint.configure(endpointChanges(settings));
  }

  acceptWebSocket({ request, socket, head }: WebSocketUpgrade): void {
    this.#endpoint.acceptWebSocket(request, socket, head, { secure: 'encrypted' in socket });
  }

  close(): Promise<void> {
    return this.#endpoint.close();
  }

  placeCall(options: OutgoingCallOptions): SignalingCall {
    const { offer, user, timeoutSeconds, onStep } = options;
    const invite = this.#endpoint.invite({
      ...this.#wayOf(options),
      timeout: seconds(timeoutSeconds),
      ...(onStep ? { onStep } : {}),
      body: offer,
    });
    return new EndpointOutgoingCall(invite, user);
  }

  async sendMessage(options: OutgoingMessageOptions): Promise<MessageAnswer> {
    const { status, reason } = await this.#endpoint.request({
      ...this.#wayOf(options),
      method: 'MESSAGE',
      body: options.text,
      contentType: 'text/plain;charset=utf-8',
    });
    return { status, reason };
  }

  register(account: SignalingAccount, options: RegistrationOptions): SignalingRegistration {
    const registration = new EndpointRegistration({
      ...{ endpoint: this.#endpoint, clock: this.#clock, instance: this.#instance, account },
      ...options,
    });
    this.#registrations.set(account.id, registration);
    return {
      refresh: () => registration.refresh(),
      stop: async () => {
        if (this.#registrations.get(account.id) === registration) this.#registrations.delete(account.id);
        await registration.stop();
      },
    };
  }

  /** How a request of an account goes, and what it calls itself. */
  #wayOf({ account, from, to }: Pick<OutgoingCallOptions, 'account' | 'from' | 'to'>): OutgoingOptions {
    const route = routeOf(account, { to, from }, this.#registrations.get(account.id)?.standing);
    return {
      to: route.to,
      from: { uri: route.from, ...(account.callerId === '' ? {} : { displayName: account.callerId }) },
      proxies: route.proxies,
      contactParameters: route.contactParameters,
      preferIpv6: account.prioritizeIpv6,
      ...(account.tls ? { tls: account.tls } : {}),
      ...withCredentials(account),
      protocol: account.transport,
    };
  }

  localAddressFor(host: string): string {
    return this.#endpoint.localAddressFor(host);
  }
}

/** What of the settings an endpoint takes while it runs. */
function endpointChanges(settings: SipSettings): SipEndpointChanges {
  return {
    tcpSwitch: { enabled: settings.udpToTcpSwitching },
    publicAddress: { contact: !settings.allowContactRewrite, via: !settings.allowViaRewrite },
    sessions: settings.maxConcurrentCalls + REFUSAL_MARGIN,
    sessionTimers: {
      mode: settings.sessionTimers,
      interval: seconds(settings.sessionExpiresSeconds),
      minimum: seconds(settings.minSessionExpiresSeconds),
    },
    reliableProvisional: settings.reliableProvisional,
  };
}
