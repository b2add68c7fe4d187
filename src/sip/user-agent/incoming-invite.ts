import type { CallerSecret, CallerVerdict } from './caller-check.js';
import type { ResponseContent } from './content.js';
import type { Session } from './session.js';

/** An INVITE that came in and waits for `accept` or `reject`. A CANCEL is seen as `onEnd` with method CANCEL. */
export interface IncomingInvite extends Session {
  readonly direction: 'incoming';
  /** The caller's SDP; undefined for a late offer: `accept` then carries our offer and `onAnswer` brings the answer. */
  readonly offer: string | undefined;
  /** Sends a provisional response, 101 to 199. After a final one, or after a CANCEL, it does nothing. */
  progress(status: number, content?: ResponseContent): void;
  /** Sends a 200 with the SDP answer (or offer) and repeats it until the ACK. After a CANCEL it does nothing. */
  accept(content: ResponseContent): void;
  /** Refuses with a status of 300 to 699. After a final response or a CANCEL it does nothing. */
  reject(status: number, content?: ResponseContent): void;
  /** Answers nothing, as if nobody were here; retransmissions are absorbed for 64*T1. Ends the session like `reject`. */
  drop(): void;
  /**
   * Whether the caller knows a password (RFC 3261 section 22, RFC 8760: SHA-256 and MD5). Once at most, before
   * anything else is answered. Unless it does, it gets a 401 that challenges it, and the session is over: a caller
   * that can answer comes back with another INVITE.
   */
  authenticate(caller: CallerSecret): CallerVerdict;
}
