import { formatUri, isSipUri, parseUri, type CredentialSource, type Uri } from '../../sip/index.js';
import type { SignalingAccount } from '../signaling.js';
import { AccountCredentials } from './account-credentials.js';

/** A server that an account can be registered with. */
export interface AccountServer {
  /** Its address: `pbx.example.com:5070`. */
  readonly registrar: string;
  /** What stands right of the @ in our address there. */
  readonly domain: string;
}

/** How an account stands with its servers, as far as the way of a request depends on it. */
export interface AccountStanding {
  /** The server that the account is registered with, or would be. */
  readonly server: AccountServer;
  /** The proxies that this server wants its requests to pass (RFC 3608). */
  readonly serviceRoute: readonly Uri[];
  /** Whether requests reach us through the flow of the registration alone (RFC 5626). */
  readonly isOutbound: boolean;
}

/** Where a request of an account goes, and what it calls itself. */
export interface AccountRoute {
  readonly to: string;
  readonly from: string;
  /** The route set, first one first. */
  readonly proxies: readonly string[];
  /** URI parameters of the Contact. */
  readonly contactParameters: Readonly<Record<string, string>>;
}

/** The server of a SIP account as a URI; the transport of a SIPS one is told by its scheme. */
export function serverUri(account: SignalingAccount, server: string, user = ''): string {
  const scheme = account.sips ? 'sips' : 'sip';
  return `${scheme}:${user === '' ? '' : `${user}@`}${server}`;
}

/** The route set of an account's requests (RFC 3261 section 8.1.2): loose routers, first one first. */
export function proxiesOf(account: SignalingAccount): string[] {
  return account.proxies.map((proxy) => routeTo(account, proxy.server));
}

/**
 * The way of a call: through the account's own proxies, then those of its registrar (RFC 3608), else through the
 * server that it is registered with, which knows the people and the ways out. A peer-to-peer account has none.
 */
export function routeOf(
  account: SignalingAccount,
  request: { readonly to: string; readonly from: string },
  standing: AccountStanding | undefined,
): AccountRoute {
  const own = proxiesOf(account);
  const ends = withScheme(account, request);
  if (!standing) return { ...ends, proxies: own, contactParameters: {} };
  const { server, serviceRoute, isOutbound } = standing;
  const home = { registrar: account.registrar ?? account.domain, domain: account.domain };
  const { to, from } = server.registrar === home.registrar ? ends : movedTo(server, ends, home);
  const named = joined(own, serviceRoute.map(formatUri));
  return {
    to,
    from,
    proxies:
      named.length > 0 || hostAndPort(to) === server.registrar.toLowerCase()
        ? named
        : [routeTo(account, server.registrar)],
    // RFC 5626 section 4.3: requests within the dialog take the flow, too.
    contactParameters: isOutbound ? { ob: '' } : {},
  };
}

/** What answers the challenges that an account meets; nothing where it has no name and no password for anybody. */
export function withCredentials(account: SignalingAccount): { credentials?: CredentialSource } {
  const hasOwnProxy = account.proxies.some(({ username }) => username !== '');
  return account.registrar === undefined && !hasOwnProxy
    ? {}
    : { credentials: new AccountCredentials(account) };
}

function routeTo(account: SignalingAccount, server: string): string {
  return account.sips ? `sips:${server};lr` : `sip:${server};transport=${account.transport};lr`;
}

/** One route behind the other; an edge proxy that both name, as the last and as the first one, is passed once. */
function joined(own: readonly string[], served: readonly string[]): string[] {
  const [last, first] = [own.at(-1), served[0]];
  const isSame = last !== undefined && first !== undefined && hostAndPort(last) === hostAndPort(first);
  return [...own, ...(isSame ? served.slice(1) : served)];
}

/** A SIPS account calls by SIPS: what was configured holds on every hop (RFC 5630 section 3.1). */
function withScheme(
  account: SignalingAccount,
  { to, from }: { readonly to: string; readonly from: string },
): { readonly to: string; readonly from: string } {
  if (!account.sips) return { to, from };
  return { to: to.replace(/^sip:/i, 'sips:'), from: from.replace(/^sip:/i, 'sips:') };
}

/** Addresses at the account's home are addresses at the other server while that serves. */
function movedTo(
  server: AccountServer,
  { to, from }: { readonly to: string; readonly from: string },
  home: AccountServer,
): { readonly to: string; readonly from: string } {
  const homes = [home.registrar, home.domain].map((text) => text.toLowerCase());
  const move = (uri: string) => (homes.includes(hostAndPort(uri)) ? withHost(uri, server.domain) : uri);
  return { to: move(to), from: move(from) };
}

/** `pbx.example.com:5070` of a SIP URI, in lower case; empty where it is none. */
function hostAndPort(text: string): string {
  const uri = parsed(text);
  if (uri === undefined || !isSipUri(uri)) return '';
  const host = uri.host.includes(':') ? `[${uri.host}]` : uri.host;
  return uri.port === undefined ? host : `${host}:${uri.port}`;
}

function withHost(text: string, host: string): string {
  const uri = parsed(text);
  if (uri === undefined || !isSipUri(uri)) return text;
  const user = uri.user === undefined ? '' : `${uri.user}@`;
  return `${uri.scheme}:${user}${host}${uri.parameters.format()}`;
}

/** What is no URI is refused where the request is made, with words for a person. */
function parsed(text: string): Uri | undefined {
  try {
    return parseUri(text);
  } catch {
    return undefined;
  }
}
