/**
 * What the two client machines ask of their shell. A transaction never has more than one timer that sends
 * again (A, E) and one that ends a state (B, D, F, K, M, cancel), so starting one replaces the other.
 */
export type ClientEffect =
  /** The same bytes of the request once more. */
  | 'resend'
  /** Makes the ACK of a non-2xx final response and sends it (section 17.1.1.3). */
  | 'ack'
  | 'resend ack'
  | 'start A'
  /** Starts timer A with twice its last interval. */
  | 'double A'
  | 'stop A'
  | 'start B'
  | 'stop B'
  | 'start D'
  | 'start M'
  /** The 64*T1 that a cancelled INVITE is still waited for (section 9.1). */
  | 'start cancel'
  | 'start E'
  /** Starts timer E with twice its last interval, T2 at most. */
  | 'double E'
  | 'start E at T2'
  | 'stop E'
  | 'start F'
  | 'stop F'
  | 'start K'
  | 'inform response'
  | 'inform timeout'
  | 'inform transport error'
  | 'terminate';
