/** How the pauses between failed attempts grow, in milliseconds. */
type Backoff = { readonly first: number; readonly longest: number };

/** A server that does not answer may be restarting, and we want to be back with it soon. */
const UNREACHABLE: Backoff = { first: 2_000, longest: 60_000 };

/** A server that refuses does so on purpose; the bounds of RFC 5626 section 4.5. */
const REFUSED: Backoff = { first: 30_000, longest: 1_800_000 };

/** A certificate is put right by a person, who would like to see that soon; asking costs little. */
const UNTRUSTED: Backoff = { first: 10_000, longest: 300_000 };

const BACKOFFS: Readonly<Record<'unreachable' | 'refused' | 'untrusted', Backoff>> = {
  unreachable: UNREACHABLE,
  refused: REFUSED,
  untrusted: UNTRUSTED,
};

/**
 * How long to wait before the next attempt: the bound doubles with each failure, and of it a random part from
 * half to whole is taken (RFC 5626 section 4.5), so that a hundred accounts do not come back at once.
 *
 * @param failures - How many attempts failed in a row before this one, from 0.
 * @param chance - From 0 to 1.
 * @param retryAfter - What the server asked for, in milliseconds. Never less than this is waited, up to half an hour.
 */
export function retryDelay(
  kind: 'unreachable' | 'refused' | 'untrusted',
  { failures, chance, retryAfter = 0 }: { failures: number; chance: number; retryAfter?: number | undefined },
): number {
  const { first, longest } = BACKOFFS[kind];
  const bound = Math.min(longest, first * 2 ** Math.min(failures, 20));
  const asked = Math.min(retryAfter, REFUSED.longest);
  return Math.max(bound * (0.5 + chance / 2), asked * (1 + chance / 10));
}

/**
 * How long after a registration it is refreshed: half its time and at least 30 s before its end where that
 * leaves any time, up to a tenth earlier by chance. All in milliseconds.
 */
export function refreshDelay(granted: number, chance: number): number {
  const latest = Math.max(Math.min(granted / 2, granted - 30_000), granted / 3);
  return latest * (1 - chance / 10);
}
