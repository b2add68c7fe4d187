/**
 * What the two server machines ask of their shell. A transaction never has more than one timer that sends
 * (trying, G) and one that ends a state (H, I, J, L, patience), so starting one replaces the other.
 */
export type ServerEffect =
  /** Sends the response that the transaction user gave. */
  | 'send'
  /** The same bytes of the last response once more; nothing where none was sent. */
  | 'resend'
  /** A 100 of our own. */
  | 'send trying'
  | 'stop trying'
  | 'start G'
  /** Starts timer G with twice its last interval, T2 at most. */
  | 'double G'
  | 'stop G'
  | 'start H'
  | 'stop H'
  | 'start I'
  | 'start J'
  | 'start L'
  | 'stop patience'
  /** The ACK of a non-2xx response came. */
  | 'inform ack'
  /** An ACK that acknowledges a 2xx: the transaction user's business (RFC 6026 section 7.1). */
  | 'pass ack'
  | 'inform timeout'
  | 'inform transport error'
  | 'terminate';
