import type { Clock } from '../base/clock.js';
import { randomToken } from '../base/ids.js';
import type { Reception } from './reception.js';
import { compactNtp, ntpTime, readRtcp, writeRtcp, type IncomingReport } from './rtcp-packet.js';
import type { RtpSender } from './rtp-sender.js';

/** Least time between reports, in milliseconds (RFC 3550 section 6.2); with two members it is also the usual one. */
const INTERVAL = 5_000;
/** Makes up for timer reconsideration, which converges below the wanted interval (RFC 3550 section 6.3.1). */
const COMPENSATION = Math.E - 1.5;
const COMPACT_UNITS_PER_MILLISECOND = 65.536;

/** What the peer's reports say of our stream. */
export interface PeerReport {
  readonly packetsLost: number;
  /** Milliseconds. */
  readonly jitter: number;
  /** Milliseconds; none before the peer has seen a report of ours. */
  readonly roundTrip?: number;
}

/** When to report and what, and what the peer reports (RFC 3550 section 6). */
export class RtcpReporter {
  readonly #clock: Clock;
  readonly #sender: RtpSender;
  /** Says nothing of the machine (RFC 7022 section 4.2). */
  readonly #cname = randomToken(12);
  #due = Infinity;
  #hasReported = false;
  #packetsAtReport = 0;
  #packetsAtReportBefore = 0;
  #heard: { readonly senderReport: number; readonly at: number } | undefined;
  peer: PeerReport | undefined;
  /** When the peer's latest report came. */
  lastReceivedAt: number | undefined;

  constructor({ clock, sender }: { readonly clock: Clock; readonly sender: RtpSender }) {
    this.#clock = clock;
    this.#sender = sender;
  }

  /** Begins to report; the first report comes after half the interval. */
  start(): void {
    this.#due = this.#clock.now() + randomized(INTERVAL / 2);
  }

  isDue(now: number): boolean {
    return now >= this.#due;
  }

  /** The report that is due, and when the next one will be. */
  next(reception: Reception | undefined): Buffer {
    this.#due = this.#clock.now() + randomized(INTERVAL);
    this.#hasReported = true;
    return this.#compose(reception, false);
  }

  /** The goodbye; none from who never sent anything, whom nobody knows (RFC 3550 section 6.3.7). */
  goodbye(reception: Reception | undefined): Buffer | undefined {
    return this.#hasReported || this.#sender.packetsSent > 0 ? this.#compose(reception, true) : undefined;
  }

  /** Takes in what came on the RTCP port; false where it is no RTCP. */
  receive(packet: Buffer): boolean {
    const rtcp = readRtcp(packet);
    if (rtcp === undefined) return false;
    this.lastReceivedAt = this.#clock.now();
    if (rtcp.senderReport !== undefined) {
      this.#heard = { senderReport: rtcp.senderReport, at: this.#clock.now() };
    }
    const report = rtcp.reports.find(({ ssrc }) => ssrc === this.#sender.ssrc);
    if (report !== undefined) this.peer = this.#evaluate(report);
    return true;
  }

  /** Round trip as in RFC 3550 section 6.4.1: now, less when our report left, less how long the peer kept it. */
  #evaluate({ cumulativeLost, jitter, lastSenderReport, delay }: IncomingReport): PeerReport {
    const seen = {
      packetsLost: Math.max(0, cumulativeLost),
      jitter: (jitter * 1_000) / this.#sender.clockRate,
    };
    if (lastSenderReport === 0) return seen;
    const now = compactNtp(ntpTime(this.#clock.wallTime()));
    const units = (now - lastSenderReport - delay) | 0;
    return { ...seen, roundTrip: Math.max(0, units / COMPACT_UNITS_PER_MILLISECOND) };
  }

  #compose(reception: Reception | undefined, isGoodbye: boolean): Buffer {
    const { ssrc, packetsSent, packetsUnderSsrc, octetsUnderSsrc, mediaTime } = this.#sender;
    const isSender = packetsSent > this.#packetsAtReportBefore;
    this.#packetsAtReportBefore = this.#packetsAtReport;
    this.#packetsAtReport = packetsSent;
    const time = ntpTime(this.#clock.wallTime());
    return writeRtcp({
      ssrc,
      cname: this.#cname,
      isGoodbye,
      ...(isSender
        ? { sender: { time, mediaTime, packets: packetsUnderSsrc, octets: octetsUnderSsrc } }
        : {}),
      ...(reception === undefined
        ? {}
        : { report: { ...reception.report(), ...this.#reference(reception) } }),
    });
  }

  #reference({ ssrc }: Reception): { ssrc: number; lastSenderReport: number; delay: number } {
    if (this.#heard === undefined) return { ssrc, lastSenderReport: 0, delay: 0 };
    const milliseconds = this.#clock.now() - this.#heard.at;
    const delay = Math.round(milliseconds * COMPACT_UNITS_PER_MILLISECOND) >>> 0;
    return { ssrc, lastSenderReport: this.#heard.senderReport, delay };
  }
}

/** Half to one and a half of the interval, so that reports of many calls do not march in step. */
function randomized(interval: number): number {
  return (interval * (0.5 + Math.random())) / COMPENSATION;
}
