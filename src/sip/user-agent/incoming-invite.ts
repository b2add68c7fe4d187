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
}
