/** What can happen to a client transaction. */
export type ClientInput =
  | 'provisional'
  /** A 2xx. */
  | 'success'
  /** A 300 to 699. */
  | 'failure'
  /** A CANCEL was sent for this INVITE. */
  | 'cancel sent'
  /** The transaction user no longer wants to hear of it. */
  | 'abandon'
  | 'timer A'
  | 'timer B'
  | 'timer D'
  | 'timer E'
  | 'timer F'
  | 'timer K'
  | 'timer M'
  | 'timer cancel'
  | 'transport error';
