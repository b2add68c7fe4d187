/** Octets of an RTP header without contributing sources and extension. */
export const RTP_HEADER_LENGTH = 12;

/**
 * The header of an RTP packet (RFC 3550 section 5.1), read in place: one instance serves every packet of a
 * session, so that receiving costs no object.
 */
export class RtpHeader {
  marker = false;
  payloadType = 0;
  sequence = 0;
  timestamp = 0;
  ssrc = 0;
  /** Where the payload begins and ends in the packet. */
  payloadStart = 0;
  payloadEnd = 0;

  /** Reads a packet; false where it is no valid RTP, and then the fields mean nothing. */
  read(packet: Buffer): boolean {
    const length = packet.length;
    if (length < RTP_HEADER_LENGTH) return false;
    const first = packet.readUInt8(0);
    if (first >> 6 !== 2) return false;
    const second = packet.readUInt8(1);
    this.marker = second >= 0x80;
    this.payloadType = second & 0x7f;
    this.sequence = packet.readUInt16BE(2);
    this.timestamp = packet.readUInt32BE(4);
    this.ssrc = packet.readUInt32BE(8);
    this.payloadStart = rtpPayloadStart(packet);
    this.payloadEnd = (first & 0x20) === 0 ? length : length - packet.readUInt8(length - 1);
    const hasOddPadding = (first & 0x20) !== 0 && packet.readUInt8(length - 1) === 0;
    return !hasOddPadding && this.payloadStart <= this.payloadEnd;
  }
}

/** Past contributing sources and extension of a packet with a whole header; beyond its end where they are cut off. */
export function rtpPayloadStart(packet: Buffer): number {
  const first = packet.readUInt8(0);
  const start = RTP_HEADER_LENGTH + (first & 0x0f) * 4;
  if ((first & 0x10) === 0) return start;
  return start + 4 > packet.length ? Infinity : start + 4 + packet.readUInt16BE(start + 2) * 4;
}

export interface RtpHeaderFields {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

/** Writes the twelve octets of a header that has neither sources nor extension nor padding. */
export function writeRtpHeader(packet: Buffer, fields: RtpHeaderFields): void {
  packet[0] = 0x80;
  packet[1] = fields.payloadType | (fields.marker ? 0x80 : 0);
  packet.writeUInt16BE(fields.sequence, 2);
  packet.writeUInt32BE(fields.timestamp, 4);
  packet.writeUInt32BE(fields.ssrc, 8);
}
