/** What is said of a call whose audio fell silent and whose peer does not answer. */
export const PEER_IS_GONE =
  'the other side is gone: its audio fell silent, and it does not answer or does not know the call';

/** What is said of a call whose keys the other side did not take; why follows. */
export const KEYS_NOT_SENT = 'the keys could not be sent';

/** Whether a call that was answered ended, by its detail, before the other side had what it was called for. */
export function isCutShort(detail: string | undefined): boolean {
  return detail === PEER_IS_GONE || detail?.startsWith(KEYS_NOT_SENT) === true;
}
