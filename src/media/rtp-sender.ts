import type { AudioCodec } from './audio-codec.js';
import { AUDIO_CODECS } from './audio-codec.js';
import { maySend } from './audio-direction.js';
import { KeySender, type KeyEvent } from './key-sender.js';
import type { NegotiatedAudio } from './negotiation.js';
import { randomNumber } from './random-number.js';
import { RTP_HEADER_LENGTH, writeRtpHeader } from './rtp-header.js';
import { EVENT_LENGTH, writeEvent } from './telephone-event.js';
import { FRAME_SAMPLES, type ToneSource } from './tone-source.js';

/** After a late tick so many frames are sent at once; what is beyond is left out, as a gap in the media time. */
const LONGEST_BURST = 3;
const SAMPLES_PER_MILLISECOND = 8;
const LONGEST_PACKET = 60 * SAMPLES_PER_MILLISECOND;
const NO_ROOM = Buffer.alloc(0);

/** Makes the stream that the peer hears: a tone while one plays, else digital silence, and keys (RFC 3550, RFC 4733). */
export class RtpSender {
  readonly keys = new KeySender();
  packetsSent = 0;
  octetsSent = 0;
  ssrc = randomNumber();
  readonly #send: (packet: Buffer) => void;
  #sequence = randomNumber() & 0xffff;
  /** The media time at which the next frame begins. */
  #mediaTime = randomNumber();
  #source: ToneSource | undefined;
  /** Encoded audio that does not fill a packet yet; there is room once the first frame needs it. */
  #pending = NO_ROOM;
  #pendingLength = 0;
  /** Set on the first packet after a time without any (RFC 3551 section 4.1). */
  #isTalkStart = true;
  #isEnabled = false;
  #codec: AudioCodec = AUDIO_CODECS.PCMU;
  #payloadType = 0;
  #keyPayloadType: number | undefined;
  #packetSamples = FRAME_SAMPLES;

  constructor(send: (packet: Buffer) => void) {
    this.#send = send;
  }

  /** Follows what was negotiated; undefined turns the stream off. */
  configure(audio: NegotiatedAudio | undefined): void {
    this.#isEnabled = audio !== undefined && maySend(audio.direction);
    if (audio === undefined) return;
    if (audio.codec !== this.#codec) this.#pendingLength = 0;
    this.#codec = audio.codec;
    this.#payloadType = audio.payloadType;
    this.#keyPayloadType = audio.dtmfPayloadType;
    this.#packetSamples = audio.packetTime * SAMPLES_PER_MILLISECOND;
    if (audio.dtmfPayloadType === undefined) this.keys.close();
  }

  /** The media time now, for RTCP. */
  get mediaTime(): number {
    return this.#mediaTime;
  }

  play(source: ToneSource | undefined): void {
    this.#source = source;
  }

  /** Goes on under another identifier, since the peer has the same (RFC 3550 section 8.2). */
  changeSsrc(): void {
    this.ssrc = randomNumber();
  }

  /** Lets `frames` × 20 ms pass. */
  advance(frames: number): void {
    const skipped = Math.max(0, frames - LONGEST_BURST);
    if (skipped > 0) this.#skip(skipped);
    for (let frame = skipped; frame < frames; frame++) this.#sendFrame();
  }

  #skip(frames: number): void {
    this.#pendingLength = 0;
    this.#mediaTime = (this.#mediaTime + frames * FRAME_SAMPLES) >>> 0;
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
    this.#encodeFrame();
    this.#pendingLength += FRAME_SAMPLES;
    this.#mediaTime = (this.#mediaTime + FRAME_SAMPLES) >>> 0;
    let position = 0;
    while (this.#pendingLength - position >= this.#packetSamples) {
      const packet = Buffer.allocUnsafe(RTP_HEADER_LENGTH + this.#packetSamples);
      this.#pending.copy(packet, RTP_HEADER_LENGTH, position, position + this.#packetSamples);
      const timestamp = (this.#mediaTime - this.#pendingLength + position) >>> 0;
      this.#sendPacket(packet, { marker: this.#isTalkStart, timestamp, payloadType: this.#payloadType });
      this.#isTalkStart = false;
      position += this.#packetSamples;
    }
    if (position > 0) this.#pending.copyWithin(0, position, this.#pendingLength);
    this.#pendingLength -= position;
  }

  #encodeFrame(): void {
    if (this.#pending === NO_ROOM) this.#pending = Buffer.allocUnsafe(LONGEST_PACKET + FRAME_SAMPLES);
    const start = this.#pendingLength;
    const samples = this.#source?.();
    if (samples === undefined) {
      this.#source = undefined;
      this.#pending.fill(this.#codec.silence, start, start + FRAME_SAMPLES);
      return;
    }
    for (let index = 0; index < FRAME_SAMPLES; index++) {
      this.#pending[start + index] = this.#codec.encode(samples[index] ?? 0);
    }
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
