/** Why somebody is refused, and when it may try again. */
export interface RefusalWords {
  readonly warning?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The header lines that say so (RFC 3261 sections 20.43 and 20.33). */
export function refusalLines({ warning, retryAfterSeconds }: RefusalWords): [string, string][] {
  const lines: [string, string][] = [];
  if (warning !== undefined) {
    // What a peer wrote may stand in the words.
    lines.push(['Warning', `399 sipsiren "${warning.replaceAll(/["\\\p{Cc}]/gu, '')}"`]);
  }
  if (retryAfterSeconds !== undefined) lines.push(['Retry-After', String(retryAfterSeconds)]);
  return lines;
}
