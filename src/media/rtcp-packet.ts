import type { ReceptionReport } from './reception.js';

/** Packet types (RFC 3550 section 12.1). */
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const CNAME = 1;

const SENDER_INFO_LENGTH = 20;
const REPORT_BLOCK_LENGTH = 24;
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_OFFSET = 2_208_988_800;

/** A wall time of the Unix epoch, in milliseconds, as the two words of NTP. */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

export function ntpTime(wallTime: number): NtpTime {
  const seconds = Math.floor(wallTime / 1_000);
  const fraction = Math.floor(((wallTime - seconds * 1_000) / 1_000) * 0x1_0000_0000);
  return { seconds: (seconds + NTP_OFFSET) >>> 0, fraction };
}

/** The middle 32 bits, in which reports refer to each other, in units of 1/65536 s. */
export function compactNtp({ seconds, fraction }: NtpTime): number {
  return ((seconds << 16) | (fraction >>> 16)) >>> 0;
}

/** What we tell of a source that we receive. */
interface OutgoingReport extends ReceptionReport {
  readonly ssrc: number;
  /** The compact time of its last sender report; 0 before the first. */
  readonly lastSenderReport: number;
  /** Since then, in units of 1/65536 s. */
  readonly delay: number;
}

/** What one compound packet of ours says. */
export interface OutgoingRtcp {
  readonly ssrc: number;
  readonly cname: string;
  /** Present where we sent audio lately, which makes it a sender report. */
  readonly sender?: {
    readonly time: NtpTime;
    readonly mediaTime: number;
    readonly packets: number;
    readonly octets: number;
  };
  readonly report?: OutgoingReport;
  readonly isGoodbye: boolean;
}

/** Writes a compound packet: a report, who we are, and the goodbye where it is one (RFC 3550 section 6.1). */
export function writeRtcp(rtcp: OutgoingRtcp): Buffer {
  const parts = [writeReport(rtcp), writeSourceDescription(rtcp)];
  if (rtcp.isGoodbye) parts.push(startPacket({ type: GOODBYE, count: 1, length: 8, ssrc: rtcp.ssrc }));
  return Buffer.concat(parts);
}

function startPacket(header: {
  readonly type: number;
  readonly count: number;
  readonly length: number;
  readonly ssrc: number;
}): Buffer {
  const packet = Buffer.alloc(header.length);
  packet[0] = 0x80 | header.count;
  packet[1] = header.type;
  packet.writeUInt16BE(header.length / 4 - 1, 2);
  packet.writeUInt32BE(header.ssrc, 4);
  return packet;
}

function writeReport({ ssrc, sender, report }: OutgoingRtcp): Buffer {
  const type = sender === undefined ? RECEIVER_REPORT : SENDER_REPORT;
  const infoLength = sender === undefined ? 0 : SENDER_INFO_LENGTH;
  const length = 8 + infoLength + (report === undefined ? 0 : REPORT_BLOCK_LENGTH);
  const packet = startPacket({ type, count: report === undefined ? 0 : 1, length, ssrc });
  if (sender !== undefined) {
    packet.writeUInt32BE(sender.time.seconds, 8);
    packet.writeUInt32BE(sender.time.fraction, 12);
    packet.writeUInt32BE(sender.mediaTime, 16);
    packet.writeUInt32BE(sender.packets >>> 0, 20);
    packet.writeUInt32BE(sender.octets >>> 0, 24);
  }
  if (report !== undefined) writeReportBlock(packet, { offset: 8 + infoLength, report });
  return packet;
}

function writeReportBlock(
  packet: Buffer,
  { offset, report }: { readonly offset: number; readonly report: OutgoingReport },
): void {
  packet.writeUInt32BE(report.ssrc, offset);
  packet[offset + 4] = report.fractionLost;
  packet.writeIntBE(report.cumulativeLost, offset + 5, 3);
  packet.writeUInt32BE(report.highestSequence, offset + 8);
  packet.writeUInt32BE(report.jitter, offset + 12);
  packet.writeUInt32BE(report.lastSenderReport, offset + 16);
  packet.writeUInt32BE(report.delay, offset + 20);
}

function writeSourceDescription({ ssrc, cname }: OutgoingRtcp): Buffer {
  // Items end with at least one zero octet and fill whole words (RFC 3550 section 6.5).
  const length = 8 + Math.ceil((2 + cname.length + 1) / 4) * 4;
  const packet = startPacket({ type: SOURCE_DESCRIPTION, count: 1, length, ssrc });
  packet[8] = CNAME;
  packet[9] = cname.length;
  packet.write(cname, 10, 'ascii');
  return packet;
}

/** What a peer tells of the stream with our identifier. */
export interface IncomingReport {
  readonly ssrc: number;
  readonly cumulativeLost: number;
  /** In units of the media clock. */
  readonly jitter: number;
  readonly lastSenderReport: number;
  readonly delay: number;
}

export interface IncomingRtcp {
  /** Compact time of the sender report in it. */
  readonly senderReport?: number;
  readonly reports: readonly IncomingReport[];
}

/** Reads a compound packet; undefined where it fails the checks of RFC 3550 appendix A.2. */
export function readRtcp(packet: Buffer): IncomingRtcp | undefined {
  if (!isCompound(packet)) return undefined;
  const reports: IncomingReport[] = [];
  let senderReport: number | undefined;
  for (let offset = 0; offset < packet.length; offset += lengthAt(packet, offset)) {
    const type = packet.readUInt8(offset + 1);
    const end = offset + lengthAt(packet, offset);
    if (type === SENDER_REPORT && offset + 8 + SENDER_INFO_LENGTH <= end) {
      senderReport = packet.readUInt32BE(offset + 10);
      readBlocks(packet, {
        start: offset + 8 + SENDER_INFO_LENGTH,
        end,
        count: countAt(packet, offset),
        reports,
      });
    } else if (type === RECEIVER_REPORT) {
      readBlocks(packet, { start: offset + 8, end, count: countAt(packet, offset), reports });
    }
  }
  return senderReport === undefined ? { reports } : { senderReport, reports };
}

function readBlocks(
  packet: Buffer,
  blocks: {
    readonly start: number;
    readonly end: number;
    readonly count: number;
    readonly reports: IncomingReport[];
  },
): void {
  for (let index = 0; index < blocks.count; index++) {
    const offset = blocks.start + index * REPORT_BLOCK_LENGTH;
    if (offset + REPORT_BLOCK_LENGTH > blocks.end) return;
    blocks.reports.push({
      ssrc: packet.readUInt32BE(offset),
      cumulativeLost: packet.readIntBE(offset + 5, 3),
      jitter: packet.readUInt32BE(offset + 12),
      lastSenderReport: packet.readUInt32BE(offset + 16),
      delay: packet.readUInt32BE(offset + 20),
    });
  }
}

/** Version 2 throughout, a report first, and lengths that add up to the packet. */
function isCompound(packet: Buffer): boolean {
  if (packet.length < 8) return false;
  const first = packet.readUInt8(1);
  if (first !== SENDER_REPORT && first !== RECEIVER_REPORT) return false;
  let offset = 0;
  while (offset + 4 <= packet.length) {
    if (packet.readUInt8(offset) >> 6 !== 2) return false;
    offset += lengthAt(packet, offset);
  }
  return offset === packet.length;
}

function lengthAt(packet: Buffer, offset: number): number {
  return (packet.readUInt16BE(offset + 2) + 1) * 4;
}

function countAt(packet: Buffer, offset: number): number {
  return packet.readUInt8(offset) & 0x1f;
}
