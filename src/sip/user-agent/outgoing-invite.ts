import type { SipResponse, Uri } from '../message/index.js';
import type { Session } from './session.js';

/** An INVITE that was sent. A refusal and a timeout are seen as `onEnd`. */
export interface OutgoingInvite extends Session {
  readonly direction: 'outgoing';
  /** A provisional response above 100; of a fork each branch reports its own. Default: ignored. */
  onProgress: (response: SipResponse) => void;
  /** The first 2xx; its SDP answer follows through `onAnswer`. Default: ignored. */
  onAccept: (response: SipResponse) => void;
  /**
   * A 3xx is followed to this address, or, where `response` is undefined or no 3xx, the next of its contacts is tried.
   * Default: ignored.
   */
  onRedirect: (uri: Uri, response: SipResponse | undefined) => void;
  /** Takes the INVITE back: a CANCEL, as soon as one may be sent (RFC 3261 section 9.1). A 2xx that crosses it is hung up. */
  cancel(): void;
}
