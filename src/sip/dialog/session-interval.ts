/** How session timers are used (RFC 4028). */
export type SessionTimerSettings = {
  /**
   * `off`: not at all; `supported`: where both sides know them; `required`: in every call, and where the peer does
   * not know them the session is refreshed by us alone.
   */
  readonly mode: 'off' | 'supported' | 'required';
  /** How long a session lasts without a refresh, in seconds, where we have the say. */
  readonly interval: number;
  /** The shortest that a peer may ask for, in seconds; not below 90. */
  readonly minimum: number;
};

/** What both sides agreed on. */
export type SessionInterval = {
  readonly seconds: number;
  /** Whether we refresh, or watch the peer do it. */
  readonly isOurs: boolean;
};

/** What an INVITE or an UPDATE of the peer says of it. */
export type AskedInterval = {
  /** Whether it names `timer` in Supported or Require. */
  readonly isSupported: boolean;
  /** Session-Expires. */
  readonly seconds: number | undefined;
  readonly refresher: 'uac' | 'uas' | undefined;
  /** Min-SE. */
  readonly minimum: number | undefined;
};

/** RFC 4028 section 5: nobody may ask for less. */
export const SHORTEST_SESSION = 90;

/** A peer that breaks that rule gets no session so short that refreshing it would be an attack. */
const SHORTEST_BEARABLE = 20;

/**
 * The answer to what the peer asks in a request (section 9, table 2); `too small` is to be refused with 422,
 * undefined means that there is no timer.
 */
export function intervalAsServer(
  settings: SessionTimerSettings,
  asked: AskedInterval,
  current: SessionInterval | undefined,
): SessionInterval | 'too small' | undefined {
  if (settings.mode === 'off') return undefined;
  const { isSupported, seconds, refresher } = asked;
  if (seconds !== undefined && seconds >= SHORTEST_SESSION && (seconds >= settings.minimum || !isSupported)) {
    const ours = Math.max(settings.interval, asked.minimum ?? 0, settings.minimum);
    // Left to us, we refresh: a peer that forgets its duty would otherwise end the call.
    return { seconds: Math.min(seconds, ours), isOurs: !isSupported || refresher !== 'uac' };
  }
  // Only a caller that knows timers understands a 422; for another one a proxy asked, which then asks in vain.
  if (seconds !== undefined && isSupported) return 'too small';
  if (!isSupported && settings.mode === 'supported' && !current) return undefined;
  const wanted = current?.seconds ?? settings.interval;
  return { seconds: Math.max(wanted, asked.minimum ?? 0), isOurs: !isSupported || (current?.isOurs ?? true) };
}

/** What the 2xx to a request of ours agrees to (section 7.2); undefined: the peer knows no timer, and so there is none. */
export function intervalAsClient(
  settings: SessionTimerSettings,
  agreed: { readonly seconds: number; readonly refresher: 'uac' | 'uas' | undefined } | undefined,
): SessionInterval | undefined {
  if (settings.mode === 'off') return undefined;
  if (agreed)
    return { seconds: Math.max(agreed.seconds, SHORTEST_BEARABLE), isOurs: agreed.refresher !== 'uas' };
  return settings.mode === 'required' ? { seconds: settings.interval, isOurs: true } : undefined;
}

/** When to refresh (section 7.4), or when a session that the peer should have refreshed is ended (section 10), in seconds. */
export function deadlineOf({ seconds, isOurs }: SessionInterval): number {
  return isOurs ? seconds / 2 : seconds - Math.min(32, seconds / 3);
}
