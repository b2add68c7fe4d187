/** Whether an output shows what it should. */
export type OutputState =
  | { readonly state: 'ok' }
  /** Since when, in milliseconds of the Unix epoch, and the last error. */
  | { readonly state: 'failing'; readonly since: number; readonly error: string };
