/** What becomes of a request that begins something new: it is taken in; it gets a 503; it gets nothing at all. */
export type Entry = 'admit' | 'refuse' | 'ignore';

/** What a source has certainly done itself: what it was sent came back from it, or it came by a stream. */
export type ProvenDeed =
  /** It acknowledged a refusal that it got for sending too much, or sent too much by a stream. */
  | 'overflow'
  /** It was refused, with an answer that reached it. */
  | 'refused'
  /** What it sent by a stream was no SIP, or no TLS. */
  | 'malformed'
  /** It established a call. */
  | 'called';

/**
 * Judges sources by their address, before much work is done for them. A datagram may come from anybody, whatever
 * address it bears: a gate may let such a source wait, but only a `ProvenDeed` says anything about it.
 */
export interface SourceGate {
  /** Whether anything of this source is read: of a datagram, or of a stream that it opened (`isProven`). */
  hears(address: string, isProven: boolean): boolean;
  /** Whether a peer may open one more connection. */
  admitsConnection(address: string): boolean;
  /** Whether a request outside of calls may begin, or be repeated. */
  admitsRequest(address: string, isProven: boolean): Entry;
  /** Whether the source keeps its place when there are few left. */
  isKnown(address: string): boolean;
  note(address: string, deed: ProvenDeed): void;
  /** A call with this source began, which counts from its INVITE on. */
  sessionBegan(address: string): void;
  sessionEnded(address: string): void;
}

/** Lets everybody in, and nobody is better than another. */
export const OPEN_GATE: SourceGate = {
  hears: () => true,
  admitsConnection: () => true,
  admitsRequest: () => 'admit',
  isKnown: () => true,
  note: () => undefined,
  sessionBegan: () => undefined,
  sessionEnded: () => undefined,
};
