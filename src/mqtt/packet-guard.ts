import type { Duplex } from 'node:stream';

/** No packet may be larger; the broker could otherwise fill the memory with one that never ends. */
export const LARGEST_PACKET = 262_144;

/**
 * Looks at the length that stands at the front of each packet (MQTT 3.1.1 section 2.2.3), and ends a connection that
 * announces one that is too large, before it is read.
 */
export function guardPackets(stream: Duplex, onTooLarge: () => void): void {
  /** Bytes that are left of the packet under way. */
  let left = 0;
  /** What has come of the length, and at which of its bytes it stands; below 0 is the type of the packet. */
  let length = 0;
  let place = -1;
  stream.on('data', (bytes: Uint8Array) => {
    let at = 0;
    while (at < bytes.length) {
      if (left > 0) {
        const taken = Math.min(left, bytes.length - at);
        left -= taken;
        at += taken;
        continue;
      }
      const byte = bytes[at++] ?? 0;
      if (place < 0) {
        place = 0;
        length = 0;
        continue;
      }
      length += (byte & 0x7f) * 128 ** place++;
      if (length > LARGEST_PACKET || place > 4) {
        onTooLarge();
        return;
      }
      if (byte < 0x80) {
        left = length;
        place = -1;
      }
    }
  });
}
