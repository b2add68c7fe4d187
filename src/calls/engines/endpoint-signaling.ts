import type { Clock } from '../../base/clock.js';
import { seconds } from '../../base/duration.js';
import type { Log } from '../../base/log.js';
import { VERSION } from '../../base/version.js';
import { SipEndpoint, type SipTransport } from '../../sip/index.js';
import type {
  IncomingSignalingCall,
  OutgoingCallOptions,
  Signaling,
  SignalingAccount,
  SignalingCall,
  SignalingRegistration,
  RegistrationReport,
} from '../signaling.js';
import type { SipSettings } from '../sip-settings.js';
import { proxiesOf, withCredentials } from './account-routing.js';
import { EndpointIncomingCall, EndpointOutgoingCall } from './endpoint-calls.js';
import { EndpointRegistration } from './endpoint-registration.js';
import { listeningPoints } from './listening-points.js';

export interface EndpointSignalingOptions {
  readonly settings: Pick<
    SipSettings,
    'addresses' | 'port' | 'udpToTcpSwitching' | 'maxConcurrentCalls' | 'callingTimeoutSeconds'
  >;
  readonly clock: Clock;
  readonly log: Log;
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
  readonly #settings: EndpointSignalingOptions['settings'];

  constructor({ settings, clock, log, transport }: EndpointSignalingOptions) {
    this.#settings = settings;
    this.#endpoint = new SipEndpoint({
      clock,
      log: log.room('sip'),
      userAgent: `sipsiren/${VERSION}`,
      tcpSwitch: { enabled: settings.udpToTcpSwitching },
      limits: { sessions: settings.maxConcurrentCalls + REFUSAL_MARGIN },
      ...(transport ? { transport } : { listen: listeningPoints(settings) }),
    });
  }

  get listening(): Signaling['listening'] {
    return this.#endpoint.listening;
  }

  async start(onIncomingCall: (call: IncomingSignalingCall) => void): Promise<void> {
    this.#endpoint.onInvite = (invite) => onIncomingCall(new EndpointIncomingCall(invite));
    await this.#endpoint.start();
  }

  close(): Promise<void> {
    return this.#endpoint.close();
  }

  placeCall({ account, from, to, offer, user }: OutgoingCallOptions): SignalingCall {
    const invite = this.#endpoint.invite({
      to,
      from: { uri: from, ...(account.callerId === '' ? {} : { displayName: account.callerId }) },
      proxies: proxiesOf(account),
      ...withCredentials(account),
      protocol: account.transport,
      timeout: seconds(this.#settings.callingTimeoutSeconds),
      body: offer,
    });
    return new EndpointOutgoingCall(invite, user);
  }

  register(
    account: SignalingAccount,
    options: { readonly intervalSeconds: number; readonly onReport: (report: RegistrationReport) => void },
  ): SignalingRegistration {
    return new EndpointRegistration({ endpoint: this.#endpoint, account, ...options });
  }

  localAddressFor(host: string): string {
    return this.#endpoint.localAddressFor(host);
  }
}
