import type { Clock } from '../base/clock.js';
import { SipsirenError } from '../base/errors.js';
import type { Mutable } from '../base/mutable.js';
import { AUDIO_CODECS, type AudioCodecName } from './audio-codec.js';
import { DescriptionWriter, type OwnAudio, type OwnLine, type RefusedLine } from './description-writer.js';
import type { MediaStatistics } from './media-statistics.js';
import {
  acceptAnswer,
  acceptOffer,
  isUnspecified,
  type AudioCapabilities,
  type NegotiatedAudio,
} from './negotiation.js';
import { FRAME_MILLISECONDS, type Paced, type Pacer } from './pacer.js';
import type { PortOwner, PortPair } from './port-pair.js';
import { RemoteSource } from './remote-source.js';
import { RtcpReporter } from './rtcp-reporter.js';
import { RtpReceiver } from './rtp-receiver.js';
import { RtpSender } from './rtp-sender.js';
import { parseSessionDescription, type MediaAddress, type MediaLine } from './session-description.js';
import { eventOfKey } from './telephone-event.js';
import type { ToneSource } from './tone-source.js';

export interface MediaSessionOptions {
  /** The numeric address at which the peer reaches us, for c= lines. */
  readonly advertisedAddress: string;
  /** In the order of preference. */
  readonly codecs: readonly AudioCodecName[];
  /** Payload type of telephone events in our offers, 96 to 127; an answer follows the offer's. Default 101. */
  readonly dtmfPayloadType?: number;
  /** What the device is set to. Default sendrecv. */
  readonly direction?: 'sendrecv' | 'sendonly' | 'recvonly';
  /**
   * Where the peer's signaling comes from, a numeric address. Audio from behind an address translator is then
   * taken from this host or from the negotiated one only.
   */
  readonly peerAddress?: string;
}

/** How keys are pressed; in milliseconds, rounded to whole frames of 20 ms. */
export interface KeyPressOptions {
  /** From 40. Default 160. */
  readonly press?: number;
  /** From 40. Default 80. */
  readonly pause?: number;
}

/** What a session needs from its engine. */
export interface MediaSessionParts {
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly ports: PortPair;
  readonly families: readonly (4 | 6)[];
  onClosed(session: MediaSession): void;
}

const DEFAULT_DTMF_PAYLOAD_TYPE = 101;
const DEFAULT_PRESS = 160;
const DEFAULT_PAUSE = 80;
const SHORTEST_PRESS = 40;
/** RTCP that shares the RTP port has these second octets (RFC 5761 section 4). */
const FIRST_RTCP_TYPE = 192;
const LAST_RTCP_TYPE = 223;

/** Where our audio stands among the lines of the session, which keep their number and order (RFC 3264 section 8). */
interface Layout {
  readonly index: number;
  readonly protocol: string;
  readonly rtcpMux: boolean;
  /** Every line, the one at `index` ours. */
  readonly lines: readonly RefusedLine[];
}

/** The audio of one call: its description, the stream it sends, the keys it receives. */
export class MediaSession implements Paced, PortOwner {
  /** A key was pressed, told at once: `duration` is how many milliseconds it has been down by then. */
  onDtmf: ((digit: string, duration: number) => void) | undefined;
  readonly #options: MediaSessionOptions;
  readonly #parts: MediaSessionParts;
  readonly #capabilities: AudioCapabilities;
  readonly #writer: DescriptionWriter;
  readonly #sender: RtpSender;
  readonly #source: RemoteSource;
  readonly #receiver: RtpReceiver;
  readonly #reporter: RtcpReporter;
  #layout: Layout | undefined;
  #audio: NegotiatedAudio | undefined;
  #dtmfPayloadType: number;
  /** Where RTCP of a peer behind a translator comes from. */
  #learnedRtcp: MediaAddress | undefined;
  /** The identifier that we gave up because it came back. */
  #formerSsrc: number | undefined;
  #isHeld = false;
  #ignored = 0;
  #state: 'new' | 'running' | 'closed' = 'new';

  constructor(options: MediaSessionOptions, parts: MediaSessionParts) {
    this.#options = options;
    this.#parts = parts;
    this.#capabilities = {
      codecs: options.codecs,
      direction: options.direction ?? 'sendrecv',
      families: parts.families,
    };
    this.#dtmfPayloadType = options.dtmfPayloadType ?? DEFAULT_DTMF_PAYLOAD_TYPE;
    this.#writer = new DescriptionWriter(options.advertisedAddress);
    this.#source = new RemoteSource(options.peerAddress);
    this.#receiver = new RtpReceiver(this.#source);
    this.#sender = new RtpSender(this.#sendRtp);
    this.#reporter = new RtcpReporter({ clock: parts.clock, sender: this.#sender });
    parts.ports.owner = this;
  }

  /** A description that offers all our codecs; inside a call it keeps the lines of the session. */
  createOffer(): string {
    const layout = this.#layout;
    const audio = this.#describe({
      protocol: layout?.protocol ?? 'RTP/AVP',
      rtcpMux: layout?.rtcpMux ?? false,
      direction: this.#capabilities.direction,
      packetTime: this.#audio?.packetTime ?? FRAME_MILLISECONDS,
      formats: this.#options.codecs.map((name) => ({ payloadType: AUDIO_CODECS[name].payloadType, name })),
      dtmfPayloadType: this.#dtmfPayloadType,
    });
    return this.#writer.write(placeAudio(layout, audio));
  }

  /**
   * Answers an offer, the first or a later one, and follows it from now on. Throws MEDIA_NOT_ACCEPTABLE or
   * MEDIA_SYNTAX with the reason for people; then everything stays as it was.
   */
  answer(offer: string): string {
    const { media } = parseSessionDescription(offer);
    const accepted = acceptOffer({ media }, this.#capabilities);
    if (accepted === undefined) return this.#answerWithoutAudio(media);
    const { audio, index, protocol } = accepted;
    const { rtcpMux } = audio.remote;
    this.#layout = { index, protocol, rtcpMux, lines: media.map(refusedLine) };
    // A number once given to telephone events keeps that meaning in our own offers (RFC 3264 section 8.3.2).
    this.#dtmfPayloadType = audio.dtmfPayloadType ?? this.#dtmfPayloadType;
    this.#follow(audio);
    const own = this.#describe({
      protocol,
      rtcpMux,
      direction: audio.direction,
      packetTime: audio.packetTime,
      formats: [{ payloadType: audio.payloadType, name: audio.codec.name }],
      dtmfPayloadType: audio.dtmfPayloadType,
    });
    return this.#writer.write(placeAudio(this.#layout, own));
  }

  /** Follows the answer to our offer. Throws as `answer`. */
  applyAnswer(answer: string): void {
    const description = parseSessionDescription(answer);
    const index = this.#layout?.index ?? 0;
    const audio = acceptAnswer(description, { index, ours: this.#capabilities });
    const {
      protocol = 'RTP/AVP',
      rtcpMux = false,
      lines = description.media.map(refusedLine),
    } = this.#layout ?? {};
    this.#layout = { index, protocol, lines, rtcpMux: rtcpMux && audio.remote.rtcpMux };
    this.#follow(audio);
  }

  /** Lets RTP flow, for as long as the session lives and the peer wants to hear us. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'running';
    this.#source.listen(this.#parts.clock.now());
    this.#reporter.start();
    this.#parts.pacer.add(this);
  }

  /** What the peer hears from the next frame on, in place of what it heard; silence when it is over. */
  play(source: ToneSource): void {
    this.#sender.play(source);
  }

  stopPlaying(): void {
    this.#sender.play(undefined);
  }

  /**
   * Presses keys, 0-9 A-D * #, after those that are still waiting; resolves when the last one is over. Rejects
   * with INVALID_VALUE for what is no key, NOT_SUPPORTED where the peer takes no telephone events, CANCELLED
   * when the session ends before.
   */
  async sendDtmf(digits: string, options: KeyPressOptions = {}): Promise<void> {
    const codes = Array.from(digits, eventOfKey);
    if (codes.length === 0 || codes.includes(-1)) {
      throw new SipsirenError('INVALID_VALUE', `"${digits}" cannot be pressed.`, { accepted: '0-9 A-D * #' });
    }
    if (this.#state === 'closed') throw callEnded();
    if (this.#audio !== undefined && this.#audio.dtmfPayloadType === undefined) throw noKeys();
    await new Promise<void>((resolve, reject) => {
      this.#sender.keys.press({
        codes,
        pressFrames: framesOf(options.press ?? DEFAULT_PRESS),
        pauseFrames: framesOf(options.pause ?? DEFAULT_PAUSE),
        onDone: resolve,
        onFailed: () => reject(this.#state === 'closed' ? callEnded() : noKeys()),
      });
    });
  }

  /** True while the peer does not want to hear us. */
  get isRemoteHold(): boolean {
    return this.#isHeld;
  }

  /** The local RTP port. */
  get port(): number {
    return this.#parts.ports.rtpPort;
  }

  get statistics(): MediaStatistics {
    const statistics: Mutable<MediaStatistics> = {
      sent: this.#sender.packetsSent,
      octetsSent: this.#sender.octetsSent,
      received: this.#receiver.packetsReceived,
      octetsReceived: this.#receiver.octetsReceived,
      lost: this.#receiver.packetsLost,
      ignored: this.#ignored,
      jitter: this.#receiver.jitter,
    };
    if (this.#audio !== undefined) statistics.codec = this.#audio.codec.name;
    const destination = this.#source.destination;
    if (destination !== undefined) {
      statistics.remoteAddress = destination.address;
      statistics.remotePort = destination.port;
    }
    const { peer } = this.#reporter;
    if (peer === undefined) return statistics;
    statistics.lostAtPeer = peer.packetsLost;
    statistics.jitterAtPeer = peer.jitter;
    if (peer.roundTrip !== undefined) statistics.roundTrip = peer.roundTrip;
    return statistics;
  }

  /** Says goodbye, stops, and gives the ports back to rest. Idempotent. */
  close(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'running') this.#sendRtcp(this.#reporter.goodbye(this.#receiver.reception));
    this.#state = 'closed';
    this.onDtmf = undefined;
    this.#sender.keys.close();
    this.#parts.pacer.remove(this);
    this.#parts.onClosed(this);
  }

  /** Called by the pacer. */
  onTick(frames: number, now: number): void {
    this.#sender.advance(frames);
    if (this.#reporter.isDue(now)) this.#sendRtcp(this.#reporter.next(this.#receiver.reception));
  }

  /** Called by the ports. */
  onRtp(packet: Buffer, from: MediaAddress): void {
    const type = packet[1] ?? 0;
    if (type >= FIRST_RTCP_TYPE && type <= LAST_RTCP_TYPE) {
      if (this.#layout?.rtcpMux) this.onRtcp(packet, from);
      else this.#ignored++;
      return;
    }
    const received = this.#receiver.receive(packet, {
      from,
      now: this.#parts.clock.now(),
      isOwn: this.#isOwn,
    });
    if (typeof received === 'object') this.onDtmf?.(received.key, received.milliseconds);
    else if (received === 'ours') this.#onOwnSsrc();
    else if (received === 'ignored') this.#ignored++;
  }

  /** Called by the ports. */
  onRtcp(packet: Buffer, from: MediaAddress): void {
    if (!this.#source.admitsReport(from.address) || !this.#reporter.receive(packet)) {
      this.#ignored++;
      return;
    }
    if (this.#source.isLatched) this.#learnedRtcp = { address: from.address, port: from.port };
  }

  /** The peer turned its audio off (port 0): nothing flows until it offers some again. */
  #answerWithoutAudio(media: readonly MediaLine[]): string {
    if (this.#layout === undefined) {
      throw new SipsirenError(
        'MEDIA_NOT_ACCEPTABLE',
        'The peer offers its audio with port 0, which means none.',
      );
    }
    const lines = media.map(refusedLine);
    this.#layout = { ...this.#layout, lines };
    this.#isHeld = true;
    this.#sender.configure(undefined);
    return this.#writer.write(lines);
  }

  #follow(audio: NegotiatedAudio): void {
    const { rtp } = audio.remote;
    this.#audio = audio;
    this.#isHeld = audio.isRemoteHold;
    const keys = audio.dtmfPayloadType === undefined ? [] : [audio.dtmfPayloadType, this.#dtmfPayloadType];
    if (!isUnspecified(rtp.address)) this.#source.negotiate(rtp, this.#parts.clock.now());
    this.#sender.configure(audio);
    this.#receiver.expect({
      audio: new Set([audio.payloadType, audio.codec.payloadType]),
      keys: new Set(keys),
    });
  }

  #describe(audio: Omit<OwnAudio, 'kind' | 'port' | 'rtcpPort'>): OwnAudio {
    const { rtpPort, rtcpPort } = this.#parts.ports;
    return { kind: 'audio', port: rtpPort, rtcpPort, ...audio };
  }

  readonly #sendRtp = (packet: Buffer): void => {
    const destination = this.#source.destination;
    if (destination !== undefined) this.#parts.ports.sendRtp(packet, destination);
  };

  #sendRtcp(packet: Buffer | undefined): void {
    const { ports } = this.#parts;
    const remote = this.#audio?.remote;
    const destination = this.#source.destination;
    if (packet === undefined || remote === undefined || destination === undefined || !remote.rtcpWanted)
      return;
    if (this.#layout?.rtcpMux) ports.sendRtp(packet, destination);
    else if (!this.#source.isLatched) ports.sendRtcp(packet, remote.rtcp);
    else
      ports.sendRtcp(packet, this.#learnedRtcp ?? { ...destination, port: (destination.port + 1) & 0xffff });
  }

  readonly #isOwn = (ssrc: number): boolean => ssrc === this.#sender.ssrc || ssrc === this.#formerSsrc;

  /**
   * Our identifier came back. Once that may be a peer that drew the same number, and we draw another; if it
   * happens again the peer sends our own packets back (RFC 3550 section 8.2), whose keys are not its keys.
   */
  #onOwnSsrc(): void {
    this.#ignored++;
    if (this.#formerSsrc !== undefined) return;
    this.#sendRtcp(this.#reporter.goodbye(this.#receiver.reception));
    this.#formerSsrc = this.#sender.ssrc;
    this.#sender.changeSsrc();
  }
}

function refusedLine({ type, protocol, formats }: MediaLine): RefusedLine {
  return { kind: 'refused', type, protocol, formats };
}

function placeAudio(layout: Layout | undefined, audio: OwnAudio): OwnLine[] {
  if (layout === undefined) return [audio];
  return layout.lines.map((line, index) => (index === layout.index ? audio : line));
}

function framesOf(duration: number): number {
  return Math.round(Math.max(SHORTEST_PRESS, duration) / FRAME_MILLISECONDS);
}

function noKeys(): SipsirenError {
  return new SipsirenError('NOT_SUPPORTED', 'The peer takes no keys by RTP (telephone-event).');
}

function callEnded(): SipsirenError {
  return new SipsirenError('CANCELLED', 'The call ended before its keys were pressed.');
}
