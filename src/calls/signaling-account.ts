import type { Account } from './account.js';
import type { SignalingAccount } from './signaling.js';

/** An account as a signaling engine needs it. */
export function toSignalingAccount(account: Account): SignalingAccount {
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
    sips: account.sips,
    prioritizeIpv6: account.prioritizeIpv6,
    keepAliveSeconds: account.keepAliveSeconds,
    authenticationId: account.authenticationId === '' ? account.userId : account.authenticationId,
    password: account.password,
    proxies: account.proxies,
  };
}
