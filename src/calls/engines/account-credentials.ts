import { DigestClient, type CredentialSource } from '../../sip/index.js';
import type { HeaderLine, SipRequest, SipResponse } from '../../sip/message/index.js';
import type { Target } from '../../sip/index.js';
import type { SignalingAccount } from '../signaling.js';

/**
 * Answers challenges of an account's own servers, nobody else's. The servers that the account is at home with get
 * its password; a 407 of a realm that is not theirs comes from a proxy, and is answered with what that proxy
 * wants, where it wants its own.
 */
export class AccountCredentials implements CredentialSource {
  readonly #home: DigestClient;
  /** For a 407, the first one that answers: those that know their realm come before those that take any. */
  readonly #forProxies: readonly DigestClient[];

  constructor(account: SignalingAccount) {
    const { authenticationId: username, password, secondary } = account;
    const homes = [account.registrar, account.domain, secondary?.registrar, secondary?.domain]
      .filter((server) => server !== undefined && server !== '')
      .map((server) => hostOfServer(server ?? ''));
    const hosts = [...homes, ...account.proxies.map(({ server }) => hostOfServer(server))];
    const own = { username, password };
    this.#home = new DigestClient({ credentials: own, scope: { hosts } });
    const proxies = account.proxies.filter((proxy) => proxy.username !== '');
    const known = proxies.map(
      (proxy) =>
        new DigestClient({ credentials: proxy, scope: { hosts, realms: [hostOfServer(proxy.server)] } }),
    );
    const [first] = proxies;
    this.#forProxies = [
      ...known,
      new DigestClient({ credentials: own, scope: { hosts, realms: homes } }),
      first ? new DigestClient({ credentials: first, scope: { hosts } }) : this.#home,
    ];
  }

  answer(response: SipResponse, request: SipRequest, target: Target): readonly HeaderLine[] | undefined {
    if (response.status !== 407) return this.#home.answer(response, request, target);
    for (const client of this.#forProxies) {
      const lines = client.answer(response, request, target);
      if (lines) return lines;
    }
    return undefined;
  }
}

/** A server's host without its port and brackets. */
function hostOfServer(server: string): string {
  if (server.startsWith('[')) return server.slice(1, server.indexOf(']'));
  return server.split(':')[0] ?? server;
}
