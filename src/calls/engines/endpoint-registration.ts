import { seconds } from '../../base/duration.js';
import { parseUri, type Registration, type RegistrationStatus, type SipEndpoint } from '../../sip/index.js';
import type { RegistrationReport, SignalingAccount, SignalingRegistration } from '../signaling.js';
import { proxiesOf, withCredentials } from './account-routing.js';

export interface EndpointRegistrationOptions {
  readonly endpoint: SipEndpoint;
  readonly account: SignalingAccount;
  readonly intervalSeconds: number;
  readonly onReport: (report: RegistrationReport) => void;
}

/** Keeps an account registered by our own stack. The contact's `line` says whose calls come in by it. */
export class EndpointRegistration implements SignalingRegistration {
  readonly #registration: Registration;

  constructor({ endpoint, account, intervalSeconds, onReport }: EndpointRegistrationOptions) {
    this.#registration = endpoint.register({
      addressOfRecord: parseUri(`sip:${account.userId}@${account.domain}`),
      registrar: parseUri(`sip:${account.registrar ?? account.domain}`),
      proxies: proxiesOf(account).map((proxy) => parseUri(proxy)),
      protocol: account.transport,
      interval: seconds(intervalSeconds),
      contactUser: account.userId,
      contactParameters: { line: account.id },
      ...(account.callerId === '' ? {} : { displayName: account.callerId }),
      ...withCredentials(account),
    });
    this.#registration.onStatus((status) => onReport(reportOf(status)));
    this.#registration.start();
  }

  refresh(): void {
    this.#registration.refreshNow();
  }

  stop(): Promise<void> {
    return this.#registration.stop();
  }
}

function reportOf({ state, status, reason, expiresAt }: RegistrationStatus): RegistrationReport {
  return {
    state,
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}
