import { formatUri, HeaderList, parseNameAddress, SipRequest, type Uri } from '../message/index.js';
import type { Dialog } from './dialog.js';

/** A request in a dialog, and the URI whose address it goes to. */
export type RoutedRequest = { readonly request: SipRequest; readonly nextHop: Uri };

/** What a request in a dialog consists of besides what the dialog says. */
export type RequestInDialog = {
  readonly method: string;
  /** The CSeq number; an ACK takes that of its INVITE. */
  readonly sequence: number;
  readonly headers?: Iterable<readonly [name: string, value: string]> | undefined;
  readonly body?: Uint8Array | undefined;
};

/** Builds a request in a dialog (RFC 3261 section 12.2.1.1). Via is left to the transaction and the transport. */
export function requestInDialog(dialog: Dialog, content: RequestInDialog): RoutedRequest {
  const route = routeTo(dialog.remoteTarget, dialog.routeSet);
  const headers = new HeaderList();
  for (const value of route.lines) headers.append('Route', value);
  headers.append('Max-Forwards', '70');
  headers.append('From', dialog.local);
  headers.append('To', dialog.remote);
  headers.append('Call-ID', dialog.callId);
  headers.append('CSeq', `${content.sequence} ${content.method}`);
  if (content.headers) for (const [name, value] of content.headers) headers.append(name, value);
  const request = new SipRequest({
    method: content.method,
    uri: route.uri,
    headers,
    ...(content.body ? { body: content.body } : {}),
  });
  return { request, nextHop: route.nextHop };
}

/** Where a request goes: its request-URI, its Route lines, and the URI whose address is looked up. */
export type RouteTo = { readonly uri: Uri; readonly lines: readonly string[]; readonly nextHop: Uri };

/**
 * The way to `target` along a route set. With a loose router (`lr`) first, the target is the request-URI. A
 * strict router of RFC 2543 wants to be the request-URI itself, and the target comes last in the Route lines
 * (RFC 3261 section 12.2.1.1). Errors: SIP_SYNTAX for a malformed route.
 */
export function routeTo(target: Uri, routeSet: readonly string[]): RouteTo {
  const first = routeSet[0];
  if (first === undefined) return { uri: target, lines: routeSet, nextHop: target };
  const router = parseNameAddress(first, 'Route').uri;
  if (router.kind === 'sip' && router.parameters.has('lr'))
    return { uri: target, lines: routeSet, nextHop: router };
  return { uri: router, lines: [...routeSet.slice(1), `<${formatUri(target)}>`], nextHop: router };
}
