import { maySend } from './audio-direction.js';
import type { AudioCodec, AudioEncoder } from './codecs/audio-codec.js';
import { AUDIO_CODECS } from './codecs/index.js';
import { KeySender, type KeyEvent } from './key-sender.js';
import type { NegotiatedAudio } from './negotiation.js';
import { PacketQueue } from './packet-queue.js';
import { randomNumber } from './random-number.js';
import { RTP_HEADER_LENGTH, writeRtpHeader } from './rtp-header.js';
import { EVENT_LENGTH, writeEvent } from './telephone-event.js';
import { frameSamples, type ToneSource } from './tone-source.js';

/** After a late tick so many frames are sent at once; what is beyond is left out, as a gap in the media time. */
const LONGEST_BURST = 3;
/** So many identifiers that we had are remembered, to know our own packets when they come back. */
const REMEMBERED_IDENTIFIERS = 4;

/** What of an agreement a sender follows. */
export type SentAudio = Pick<
  NegotiatedAudio,
  'codec' | 'parameters' | 'packetTime' | 'keys' | 'payloadType' | 'direction'
>;

/** Hears 20 ms of what the peer is sent; undefined is silence. The array may be reused. */
export type SentFrameListener = (samples: Int16Array | undefined, rate: number) => void;

/** Makes the stream that the peer hears: a tone while one plays, else digital silence, and keys (RFC 3550, RFC 4733). */
export class RtpSender {
  readonly keys = new KeySender();
  packetsSent = 0;
  octetsSent = 0;
  ssrc = randomNumber();
  /** When the latest packet left, by the clock of `advance`. */
  lastSentAt: number | undefined;
  /** Hear each frame of sound that goes out. */
  readonly frameListeners = new Set<SentFrameListener>();
  readonly #send: (packet: Buffer) => void;
  readonly #formerSsrcs: number[] = [];
  #packetsBefore = 0;
  #octetsBefore = 0;
  /** In the lower half, so that a packet lost at the turn of the numbers is no riddle for SRTP (RFC 3711 section 3.3.1). */
  #sequence = randomNumber() & 0x7fff;
  /** The media time at which the next frame begins, in ticks of the codec's clock. */
  #mediaTime = randomNumber();
  #source: ToneSource | undefined;
  /** Set on the first packet after a time without any (RFC 3551 section 4.1). */
  #isTalkStart = true;
  #isEnabled = false;
  #codec: AudioCodec = AUDIO_CODECS.PCMU.offered;
  #parameters = '';
  #encoder: AudioEncoder = this.#codec.createEncoder('');
  #payloadType = 0;
  #keyPayloadType: number | undefined;
  #frameTicks = 160;
  readonly #queue = new PacketQueue();

  constructor(send: (packet: Buffer) => void) {
    this.#send = send;
  }

  /** Follows what was negotiated; undefined turns the stream off. */
  configure(audio: SentAudio | undefined): void {
    const isEnabled = audio !== undefined && maySend(audio.direction);
    if (!isEnabled) this.#queue.clear();
    this.#isEnabled = isEnabled;
    if (audio === undefined) return;
    const { codec, parameters, packetTime, keys } = audio;
    if (codec !== this.#codec || parameters !== this.#parameters) this.#changeCodec(codec, parameters);
    this.#payloadType = audio.payloadType;
    this.#keyPayloadType = keys?.payloadType;
    this.#queue.packetSamples = Math.floor((packetTime * codec.sampleRate) / 1_000);
    if (keys === undefined) this.keys.close();
    else this.keys.configure({ eventFrame: frameSamples(keys.clockRate), mediaFrame: this.#frameTicks });
  }

  /** The media time now, for RTCP. */
  get mediaTime(): number {
    return this.#mediaTime;
  }

  /** The codec's clock, in ticks a second. */
  get clockRate(): number {
    return this.#codec.clockRate;
  }

  /** What was sent under the present identifier, which is what reports are about (RFC 3550 section 6.4.1). */
  get packetsUnderSsrc(): number {
    return this.packetsSent - this.#packetsBefore;
  }

  get octetsUnderSsrc(): number {
    return this.octetsSent - this.#octetsBefore;
  }

  get isPlaying(): boolean {
    return this.#source !== undefined;
  }

  play(source: ToneSource | undefined): void {
    this.#source = source;
  }

  /** Plays it once what plays is over. */
  playNext(source: ToneSource): void {
    const before = this.#source;
    this.#source = before ? inTurn(before, source) : source;
  }

  /** Whether this is or was the identifier of our stream. */
  isOwn(ssrc: number): boolean {
    return ssrc === this.ssrc || this.#formerSsrcs.includes(ssrc);
  }

  /** Goes on under another identifier, since the peer has the same (RFC 3550 section 8.2). */
  changeSsrc(): void {
    this.#formerSsrcs.push(this.ssrc);
    if (this.#formerSsrcs.length > REMEMBERED_IDENTIFIERS) this.#formerSsrcs.shift();
    this.ssrc = randomNumber();
    this.#packetsBefore = this.packetsSent;
    this.#octetsBefore = this.octetsSent;
  }

  /** Lets `frames` × 20 ms pass. */
  advance(frames: number, now: number): void {
    const before = this.packetsSent;
    const skipped = Math.max(0, frames - LONGEST_BURST);
    if (skipped > 0) this.#skip(skipped);
    for (let frame = skipped; frame < frames; frame++) this.#sendFrame();
    if (this.packetsSent !== before) this.lastSentAt = now;
  }

  /**
   * What waits to fill a packet goes out as a shorter one, so that nothing is missing at the change. A clock that
   * runs otherwise gets another identifier, since nobody can compare the times (RFC 7160 section 4.1).
   */
  #changeCodec(codec: AudioCodec, parameters: string): void {
    if (this.#queue.length > 0) this.#sendQueued(this.#queue.length);
    if (codec.clockRate !== this.#codec.clockRate && this.packetsUnderSsrc > 0) this.changeSsrc();
    this.#queue.clear();
    this.#codec = codec;
    this.#parameters = parameters;
    this.#encoder = codec.createEncoder(parameters);
    this.#frameTicks = frameSamples(codec.clockRate);
  }

  #skip(frames: number): void {
    this.#queue.clear();
    this.#mediaTime = (this.#mediaTime + frames * this.#frameTicks) >>> 0;
  }

  #sendFrame(): void {
    if (!this.#isEnabled) {
      this.#isTalkStart = true;
      this.#skip(1);
      return;
    }
    const event = this.#keyPayloadType === undefined ? undefined : this.keys.next(this.#mediaTime);
    if (event !== undefined) this.#sendEvent(event);
    else this.#sendAudio();
  }

  #sendEvent(event: KeyEvent): void {
    const packet = Buffer.allocUnsafe(RTP_HEADER_LENGTH + EVENT_LENGTH);
    writeEvent(packet, RTP_HEADER_LENGTH, event);
    const { marker, timestamp } = event;
    this.#sendPacket(packet, { marker, timestamp, payloadType: this.#keyPayloadType ?? 0 });
    this.#skip(1);
  }

  #sendAudio(): void {
    const { sampleRate } = this.#codec;
    const queue = this.#queue;
    const frame = this.#nextFrame(sampleRate);
    for (const listener of this.frameListeners) listener(frame, sampleRate);
    const count = frameSamples(sampleRate);
    // Usually a frame is a packet, and nothing needs to be copied.
    const isWhole = queue.length === 0 && queue.packetSamples === count;
    if (isWhole) this.#sendSamples(frame, count, this.#mediaTime);
    else queue.add(frame, count);
    this.#mediaTime = (this.#mediaTime + this.#frameTicks) >>> 0;
    while (queue.length >= queue.packetSamples) this.#sendQueued(queue.packetSamples);
  }

  /** A source that has ended, or fails, is silence from now on. */
  #nextFrame(rate: number): Int16Array | undefined {
    const source = this.#source;
    this.#source = undefined;
    const frame = source?.(rate);
    if (frame !== undefined) this.#source ??= source;
    return frame;
  }

  #sendQueued(count: number): void {
    const ticks = (this.#queue.length * this.clockRate) / this.#codec.sampleRate;
    this.#sendSamples(this.#queue.take(count), count, (this.#mediaTime - ticks) >>> 0);
  }

  /** One packet of so many samples; none means silence. */
  #sendSamples(samples: Int16Array | undefined, count: number, timestamp: number): void {
    const packet = Buffer.allocUnsafe(RTP_HEADER_LENGTH + this.#codec.payloadLength(count));
    const length =
      samples === undefined
        ? this.#encoder.encodeSilence(count, packet, RTP_HEADER_LENGTH)
        : this.#encoder.encode(samples, packet, RTP_HEADER_LENGTH);
    const end = RTP_HEADER_LENGTH + length;
    const whole = end === packet.length ? packet : packet.subarray(0, end);
    this.#sendPacket(whole, { marker: this.#isTalkStart, timestamp, payloadType: this.#payloadType });
    this.#isTalkStart = false;
  }

  #sendPacket(
    packet: Buffer,
    fields: { readonly marker: boolean; readonly timestamp: number; readonly payloadType: number },
  ): void {
    const { marker, timestamp, payloadType } = fields;
    writeRtpHeader(packet, { marker, payloadType, timestamp, sequence: this.#sequence, ssrc: this.ssrc });
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.packetsSent++;
    this.octetsSent += packet.length - RTP_HEADER_LENGTH;
    this.#send(packet);
  }
}

/** One sound after the other; the first is not asked again once it is over. */
function inTurn(first: ToneSource, second: ToneSource): ToneSource {
  let isFirst = true;
  return (rate) => {
    const frame = isFirst ? first(rate) : undefined;
    if (frame !== undefined) return frame;
    isFirst = false;
    return second(rate);
  };
}
