/** Version 1 of the protocol, and the mark of the last packet of a picture. */
const VERSION = 0x40;
const PUSH = 0x01;
/** Three or four channels of 8 bits each. */
const RGB = 0x0b;
const RGBW = 0x1b;
/** The display itself, as opposed to its settings. */
const DESTINATION = 1;
const HEADER_BYTES = 10;
/** Divisible by three and four, so that no LED is torn apart; below what an Ethernet frame holds. */
const MOST_DATA_BYTES = 1_440;

/**
 * A picture of LEDs as packets of the Distributed Display Protocol (http://www.3waylabs.com/ddp/).
 * `sequence`: 1 to 15, one more with each picture.
 */
export function ddpPackets(bytes: Buffer, channels: 'rgb' | 'rgbw', sequence: number): Buffer[] {
  const packets: Buffer[] = [];
  for (let offset = 0; offset < bytes.length; offset += MOST_DATA_BYTES) {
    const data = bytes.subarray(offset, offset + MOST_DATA_BYTES);
    const isLast = offset + data.length >= bytes.length;
    const header = Buffer.alloc(HEADER_BYTES);
    header[0] = VERSION | (isLast ? PUSH : 0);
    header[1] = sequence & 0x0f;
    header[2] = channels === 'rgbw' ? RGBW : RGB;
    header[3] = DESTINATION;
    header.writeUInt32BE(offset, 4);
    header.writeUInt16BE(data.length, 8);
    packets.push(Buffer.concat([header, data]));
  }
  return packets;
}
