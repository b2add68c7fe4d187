import type { Account } from './account.js';
import type { SignalingAccount, SignalingTls } from './signaling.js';

/** Certificates by their ids, and the authorities that are trusted besides those of the system; all PEM. */
export interface CertificateSource {
  /** For the empty id the device's own. Undefined where there is none. */
  pair(id: string): { readonly certificate: string; readonly privateKey: string } | undefined;
  readonly authorities: readonly string[];
}

export const NO_CERTIFICATES: CertificateSource = { pair: () => undefined, authorities: [] };

/** An account as a signaling engine needs it. */
export function toSignalingAccount(account: Account, certificates: CertificateSource): SignalingAccount {
  const { registrar, secondaryRegistrar } = account;
  return {
    id: account.id,
    userId: account.userId,
    callerId: account.callerId,
    domain: account.domain === '' ? registrar : account.domain,
    ...(account.mode === 'registered' ? { registrar } : {}),
    ...(secondaryRegistrar === ''
      ? {}
      : {
          secondary: {
            registrar: secondaryRegistrar,
            domain: account.secondaryDomain || account.domain || secondaryRegistrar,
          },
        }),
    transport: account.transport,
    ...(account.transport === 'tls' ? { tls: tlsOf(account, certificates) } : {}),
    sips: account.sips,
    prioritizeIpv6: account.prioritizeIpv6,
    keepAliveSeconds: account.keepAliveSeconds,
    authenticationId: account.authenticationId === '' ? account.userId : account.authenticationId,
    password: account.password,
    proxies: account.proxies,
  };
}

function tlsOf(account: Account, certificates: CertificateSource): SignalingTls {
  return {
    version: account.tlsVersion,
    verify: account.verifyServerCertificate,
    ...certificates.pair(account.certificate),
    authorities: certificates.authorities,
  };
}
