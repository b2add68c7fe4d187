import { randomToken } from '../../base/ids.js';
import { routeTo } from '../dialog/request-in-dialog.js';
import { formatUri, isSipUri, NameAddress, parseUri, SipRequest, type Uri } from '../message/index.js';
import type { ClientRequestPlan } from './client-request.js';
import { bodyOf, linesOf } from './content.js';
import type { Address, OutgoingOptions } from './outgoing-options.js';
import { contactOf, type OwnContact } from './own-contact.js';
import { hopOf } from './secure-hop.js';

/** A request outside every dialog, ready to be sent. */
export type PreparedRequest = {
  readonly request: SipRequest;
  /** The From tag. */
  readonly localTag: string;
  readonly contact: OwnContact;
  readonly plan: Omit<ClientRequestPlan, 'nextSequence'>;
};

/** What the endpoint adds to every request of its own. */
export type RequestSignature = { readonly name: string; readonly allow: string };

/** Builds a request outside every dialog (RFC 3261 section 8.1.1). Errors: SIP_SYNTAX. */
export function prepareRequest(
  method: string,
  options: OutgoingOptions,
  signature: RequestSignature,
): PreparedRequest {
  const to = addressOf(options.to, 'to');
  const from = addressOf(options.from, 'from');
  const localTag = randomToken();
  const target = options.requestUri === undefined ? to.uri : uriOf(options.requestUri, 'requestUri');
  const routes = (options.proxies ?? []).map((proxy) => routeOf(uriOf(proxy, 'proxies')));
  const route = routeTo(target, routes);
  const makesDialog = method === 'INVITE';
  const request = SipRequest.create({
    method,
    uri: route.uri,
    from: new NameAddress({ uri: from.uri, displayName: from.displayName, tag: localTag }),
    to,
    callId: randomToken(16),
    sequence: 1,
    headers: [
      ...route.lines.map((line) => ['Route', line] as const),
      ['User-Agent', signature.name] as const,
      ...(makesDialog ? [['Allow', signature.allow] as const] : []),
      ...linesOf(options),
    ],
    body: bodyOf(options),
  });
  const isSecure = target.scheme === 'sips';
  // RFC 5630 section 5.1.1: Contact is SIPS where the request or its first hop is, and needs not be otherwise.
  const contact = { ...contactOf(from.uri, options), isSecure: isSecure || route.nextHop.scheme === 'sips' };
  const plan = {
    request,
    nextHop: hopOf(route.nextHop, isSecure),
    protocol: options.protocol,
    preferIpv6: options.preferIpv6,
    tls: options.tls,
    credentials: options.credentials,
    contact: makesDialog ? contact : undefined,
  };
  return { request, localTag, contact, plan };
}

/** A URI, or the text of one. Errors: SIP_SYNTAX. */
function uriOf(uri: string | Uri, path: string): Uri {
  return typeof uri === 'string' ? parseUri(uri, path) : uri;
}

function addressOf(value: string | Uri | Address, path: string): NameAddress {
  if (typeof value === 'string' || 'kind' in value) return new NameAddress({ uri: uriOf(value, path) });
  return new NameAddress({ uri: uriOf(value.uri, path), displayName: value.displayName });
}

/** A proxy that is named by configuration is a loose router: those of RFC 2543 have died out (section 16.12). */
function routeOf(proxy: Uri): string {
  const isLoose = !isSipUri(proxy) || proxy.parameters.has('lr');
  return `<${formatUri(proxy)}${isLoose ? '' : ';lr'}>`;
}
