import { singleField, type HeaderField } from '../header-field.js';
import { Parameters } from '../parameters.js';
import { readNumber } from './number.js';

/** How long a session lasts without a refresh, and whose duty that is (RFC 4028 section 4). */
export type SessionExpires = {
  /** 0 to 2^32-1; below 90 nothing is valid. */
  readonly seconds: number;
  /** Who refreshes, by the roles in the transaction that says it; undefined leaves it to the other side. */
  readonly refresher: 'uac' | 'uas' | undefined;
};

const MOST_SECONDS = 2 ** 32 - 1;

export const sessionExpiresField: HeaderField<SessionExpires> = singleField('Session-Expires', (scanner) => {
  const seconds = readNumber(scanner, MOST_SECONDS);
  const refresher = Parameters.read(scanner).get('refresher')?.toLowerCase();
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
});

/** The shortest session that somebody on the way takes, in seconds (RFC 4028 section 5). */
export const minSessionExpiresField: HeaderField<number> = singleField('Min-SE', (scanner) => {
  const seconds = readNumber(scanner, MOST_SECONDS);
  Parameters.read(scanner);
  return seconds;
});
