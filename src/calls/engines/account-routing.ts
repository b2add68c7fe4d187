import { DigestClient, type CredentialSource } from '../../sip/index.js';
import type { SignalingAccount } from '../signaling.js';

/** The route set of an account's requests (RFC 3261 section 8.1.2): loose routers, first one first. */
export function proxiesOf(account: SignalingAccount): string[] {
  return account.proxies.map((proxy) => `sip:${proxy.server};transport=${account.transport};lr`);
}

/**
 * Answers challenges of the account's own servers, nobody else's. A proxy with a user name of its own is
 * answered with that.
 */
export function withCredentials(account: SignalingAccount): { credentials?: CredentialSource } {
  const proxy = account.proxies.find((one) => one.username !== '');
  if (account.registrar === undefined && proxy === undefined) return {};
  const hosts = [account.registrar ?? '', account.domain, ...account.proxies.map((one) => one.server)];
  const credentials =
    account.password === '' && proxy !== undefined
      ? { username: proxy.username, password: proxy.password }
      : { username: account.authenticationId, password: account.password };
  return {
    credentials: new DigestClient({
      credentials,
      scope: { hosts: hosts.filter((host) => host !== '').map(hostOfServer) },
    }),
  };
}

/** A server's host without its port and brackets. */
function hostOfServer(server: string): string {
  if (server.startsWith('[')) return server.slice(1, server.indexOf(']'));
  return server.split(':')[0] ?? server;
}
