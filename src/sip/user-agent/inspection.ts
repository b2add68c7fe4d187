import {
  acceptField,
  readLeniently,
  sdpOf,
  type HeaderLine,
  type MediaType,
  type SipRequest,
} from '../message/index.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Flow, TransportProtocol } from '../transport/flow.js';
import type { SipTransport } from '../transport/transport.js';
import { knowsExtension, type Extensions } from './extensions.js';
import type { SessionReply } from './session.js';

/** What the endpoint understands in bodies, as a 415 and an OPTIONS answer say it (RFC 3261 section 8.2.3). */
export const ACCEPTED_CONTENT: readonly [HeaderLine, ...HeaderLine[]] = [
  ['Accept', 'application/sdp'],
  ['Accept-Encoding', 'identity'],
  ['Accept-Language', '*'],
];

const UNSUPPORTED_SCHEME: SessionReply = { status: 416 };
/** RFC 5630 section 5.3.1 and its warning 380. */
const NOT_SECURE: SessionReply = { status: 480, headers: [['Warning', '380 sipsiren "SIPS Not Allowed"']] };
const UNSUPPORTED_CONTENT: SessionReply = { status: 415, headers: ACCEPTED_CONTENT };
const NOT_ACCEPTABLE: SessionReply = { status: 406 };

/**
 * Inspects a request that makes or would make a dialog, in the order of RFC 3261 section 8.2 after its method:
 * request-URI, Require, body, Accept. Gives the refusal, or undefined where there is nothing to refuse.
 */
export function inspectRequest(
  { request, flow }: ServerTransaction,
  extensions: Extensions,
  transport: Pick<SipTransport, 'listening'>,
): SessionReply | undefined {
  const { scheme } = request.uri;
  if (scheme === 'sips') {
    const refusal = inspectSecure(flow, transport);
    if (refusal) return refusal;
  } else if (scheme !== 'sip') return UNSUPPORTED_SCHEME;
  return inspectExtensions(request, extensions) ?? inspectInvite(request, extensions);
}

/** SIPS promises TLS on every hop, also on the last one; where we have none at all, the scheme is unknown here (RFC 5630). */
function inspectSecure(
  { protocol }: Flow,
  { listening }: Pick<SipTransport, 'listening'>,
): SessionReply | undefined {
  if (isSecureProtocol(protocol)) return undefined;
  return listening.some((point) => isSecureProtocol(point.protocol)) ? NOT_SECURE : UNSUPPORTED_SCHEME;
}

function isSecureProtocol(protocol: TransportProtocol): boolean {
  return protocol === 'tls' || protocol === 'wss';
}

/** Section 8.2.2.3: what is required and not among our extensions is listed in the 420. */
export function inspectExtensions(request: SipRequest, extensions: Extensions): SessionReply | undefined {
  if (!request.headers.has('Require')) return undefined;
  const unknown = request.headers
    .values('Require')
    .filter((tag) => tag !== '' && !extensions.has(tag.toLowerCase()));
  if (unknown.length === 0) return undefined;
  return { status: 420, headers: [['Unsupported', unknown.join(', ')]] };
}

/** An extension that we insist on must be known to the caller (RFC 3262 section 3). */
function inspectSupport(request: SipRequest, extensions: Extensions): SessionReply | undefined {
  if (extensions.reliableProvisional !== 'required' || knowsExtension(request, '100rel')) return undefined;
  return { status: 421, headers: [['Require', '100rel']] };
}

/** Section 8.2.3: a body of an INVITE or UPDATE must hold SDP, unless its disposition says that it may be ignored. */
export function inspectBody(request: SipRequest): SessionReply | undefined {
  if (request.body.length === 0 || isOptional(request)) return undefined;
  const encoding = request.headers.first('Content-Encoding');
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') return UNSUPPORTED_CONTENT;
  const type = request.contentType;
  if (type === 'application/sdp') return undefined;
  // A type is required with a body (section 20.15), but old peers send SDP without.
  if (type === undefined) return undefined;
  return type.startsWith('multipart/') && sdpOf(request) !== undefined ? undefined : UNSUPPORTED_CONTENT;
}

function inspectInvite(request: SipRequest, extensions: Extensions): SessionReply | undefined {
  if (request.method !== 'INVITE') return undefined;
  return inspectSupport(request, extensions) ?? inspectBody(request) ?? inspectAccept(request);
}

/** A caller that does not accept SDP in the answer cannot be answered (RFC 4475 section 3.3.15). */
function inspectAccept(request: SipRequest): SessionReply | undefined {
  const accepted = readLeniently(request, acceptField);
  return accepted === undefined || accepted.some(takesSdp) ? undefined : NOT_ACCEPTABLE;
}

function takesSdp({ type }: MediaType): boolean {
  return type === 'application/sdp' || type === 'application/*' || type === '*/*';
}

/** Section 20.11: without `handling=optional` a body must be understood. */
function isOptional(request: SipRequest): boolean {
  const disposition = request.headers.first('Content-Disposition')?.toLowerCase().replaceAll(' ', '');
  return disposition?.includes('handling=optional') === true;
}
