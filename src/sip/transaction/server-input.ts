/** What can happen to a server transaction. */
export type ServerInput =
  /** The request came again. */
  | 'retransmission'
  | 'ack'
  /** A 1xx from the transaction user; of a request other than INVITE a 100. */
  | 'provisional'
  /** A 2xx from the transaction user. */
  | 'success'
  /** A 300 to 699 from the transaction user. */
  | 'failure'
  /** The transaction user wants no response to be sent. */
  | 'drop'
  | 'timer trying'
  /** A request other than INVITE was not answered for 64*T1. */
  | 'timer patience'
  | 'timer G'
  | 'timer H'
  | 'timer I'
  | 'timer J'
  | 'timer L'
  | 'transport error';
