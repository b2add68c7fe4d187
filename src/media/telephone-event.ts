/** The keys by their event code 0 to 15 (RFC 4733 section 3.2). */
const KEYS = '0123456789*#ABCD';

/** Octets of one event in a packet. */
export const EVENT_LENGTH = 4;
/** The longest duration that a packet can state, in samples: 8.19 s. Longer presses go on in further segments. */
export const LONGEST_EVENT = 0xffff;

/** About -10 dBm0, a usual level of keys. */
const VOLUME = 10;

/** The key of an event code; undefined for events that are none, such as the hook flash. */
export function keyOfEvent(code: number): string | undefined {
  return KEYS[code];
}

/** The event code of a key, a small letter counting as its capital; -1 for what is no key. */
export function eventOfKey(key: string): number {
  return key.length === 1 ? KEYS.indexOf(key.toUpperCase()) : -1;
}

/** Writes an event's four octets (RFC 4733 section 2.3). The duration is in samples. */
export function writeEvent(
  packet: Buffer,
  offset: number,
  event: { readonly code: number; readonly isEnd: boolean; readonly duration: number },
): void {
  packet[offset] = event.code;
  packet[offset + 1] = VOLUME | (event.isEnd ? 0x80 : 0);
  packet.writeUInt16BE(event.duration, offset + 2);
}
