/**
 * A step on the way of a request, for people who must see where it failed. Repeated as addresses, challenges and
 * redirections are gone through.
 */
export type RequestStep =
  /** The next hop became addresses, in the order in which they are tried (RFC 3263): `tcp 192.0.2.1:5060`. */
  | { readonly step: 'resolved'; readonly targets: readonly string[] }
  /** The stream that the request leaves by is open. A datagram has no such step. */
  | {
      readonly step: 'connected';
      readonly protocol: string;
      readonly remote: string;
      /** What TLS agreed on, and the subject of the peer's certificate. */
      readonly tls?: { readonly version: string; readonly cipher: string; readonly subject: string };
    }
  /** The request left; `attempt` counts from 1. */
  | { readonly step: 'sent'; readonly method: string; readonly remote: string; readonly attempt: number }
  | { readonly step: 'response'; readonly method: string; readonly status: number; readonly reason: string };
