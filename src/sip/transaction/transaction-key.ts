import { formatUri, type SipRequest } from '../message/index.js';

const MAGIC_COOKIE = 'z9hG4bK';

/**
 * What finds the server transaction of a request by one look into a map (section 17.2.3): branch, sent-by
 * and method. The method is given apart because an ACK and a CANCEL look for the transaction of their INVITE.
 * The cookie alone is not unique and counts as no branch at all.
 */
export function serverKey(request: SipRequest, method: string): string {
  const via = request.topVia;
  return isUnique(via.branch)
    ? `${via.branch} ${via.host}:${via.port ?? ''} ${method}`
    : legacyKey(request, method);
}

/**
 * The same for a peer of RFC 2543, whose branch is no identifier. The To tag is left out: the ACK of an
 * initial INVITE carries the one of our response, and the layer compares it there.
 */
function legacyKey(request: SipRequest, method: string): string {
  const via = request.topVia;
  const sentBy = `${via.transport} ${via.host}:${via.port ?? ''};${via.branch ?? ''}`;
  const sequence = request.cseq.sequence;
  return `${sequence} ${method} ${formatUri(request.uri)} ${request.fromTag ?? ''} ${request.callId} ${sentBy}`;
}

/** Whether a request comes from a peer of RFC 2543, by its branch. */
export function isLegacy(request: SipRequest): boolean {
  return !isUnique(request.topVia.branch);
}

/** What a request that came over two paths has in common with its twin (section 8.2.2.2). */
export function mergeKey(request: SipRequest): string {
  const { sequence, method } = request.cseq;
  return `${request.callId} ${request.fromTag ?? ''} ${sequence} ${method}`;
}

function isUnique(branch: string | undefined): branch is string {
  return branch !== undefined && branch.length > MAGIC_COOKIE.length && branch.startsWith(MAGIC_COOKIE);
}
