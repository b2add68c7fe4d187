const SEQUENCE_SPAN = 0x1_0000;
const HALF = 0x8000;
/** Packets that one key may protect (RFC 3711 section 9.2). */
const MAX_RTP_INDEX = 2 ** 48 - 1;
export const MAX_RTCP_INDEX = 2 ** 31 - 1;

/**
 * The index of a packet with this sequence number: 2^16 times how often the numbers began anew, plus the number.
 * Of the possible ones it is the nearest to the highest index so far (RFC 3711 section 3.3.1 and appendix A).
 * Undefined where a packet would be older than the stream or younger than the key may become.
 */
export function estimateIndex(sequence: number, highest: number): number | undefined {
  if (highest < 0) return sequence;
  const last = highest % SEQUENCE_SPAN;
  let index = highest - last + sequence;
  if (sequence - last > HALF) index -= SEQUENCE_SPAN;
  else if (last - sequence > HALF) index += SEQUENCE_SPAN;
  return index < 0 || index > MAX_RTP_INDEX ? undefined : index;
}

/** How often the sequence numbers began anew, of a packet with this index. */
export function rolloverOf(index: number): number {
  return Math.floor(index / SEQUENCE_SPAN);
}
