import type { AudioCodec } from './codecs/audio-codec.js';
import { KeyReceiver, type ReceivedKey } from './key-receiver.js';
import { Reception } from './reception.js';
import type { RemoteSource } from './remote-source.js';
import { RtpHeader } from './rtp-header.js';
import type { MediaAddress } from './session-description.js';

/** Comfort noise, which peers send without having announced it (RFC 3389). */
const COMFORT_NOISE = 13;

/** What the peer may send under a payload type. */
export type ExpectedPayload =
  | { readonly kind: 'audio'; readonly codec: AudioCodec }
  | { readonly kind: 'keys'; readonly clockRate: number };

/** Who wants the sound itself; while there is nobody, none is decoded. */
export interface AudioListener {
  /** A packet of audio in the order of its arrival; `now` in milliseconds. */
  onPacket(
    packet: Buffer,
    header: RtpHeader,
    input: { readonly codec: AudioCodec; readonly now: number },
  ): void;
  /** A packet that has its place among the others but no audio: a key or comfort noise. */
  onOther(header: RtpHeader, now: number): void;
}

/** What a packet turned out to be. */
export type Received = 'ignored' | 'ours' | 'counted' | ReceivedKey;

/** Takes in the peer's stream: who sends, what was lost, which keys were pressed. */
export class RtpReceiver {
  listener: AudioListener | undefined;
  /** The stream that is counted now; another identifier begins another one. */
  reception: Reception | undefined;
  octetsReceived = 0;
  /** When the latest packet came. */
  lastReceivedAt: number | undefined;
  /** When the latest packet that tells of a key came; a press goes on as long as they come. */
  lastKeyAt: number | undefined;
  /** The codec of the latest packet of audio. */
  codec: AudioCodec | undefined;
  readonly #source: RemoteSource;
  readonly #header = new RtpHeader();
  readonly #keys = new KeyReceiver();
  #payloads: ReadonlyMap<number, ExpectedPayload> = new Map();
  readonly #before = { received: 0, lost: 0, duplicates: 0 };

  constructor(source: RemoteSource) {
    this.#source = source;
  }

  expect(payloads: ReadonlyMap<number, ExpectedPayload>): void {
    this.#payloads = payloads;
  }

  /** Judges and counts a packet. `isOwn` tells identifiers of ours, which come back from a peer that echoes. */
  receive(
    packet: Buffer,
    input: { readonly from: MediaAddress; readonly now: number; readonly isOwn: (ssrc: number) => boolean },
  ): Received {
    const header = this.#header;
    if (!header.read(packet)) return 'ignored';
    const payload = this.#payloads.get(header.payloadType);
    if (payload === undefined && header.payloadType !== COMFORT_NOISE) return 'ignored';
    if (!this.#source.admits(header, input.from, input.now)) return 'ignored';
    if (input.isOwn(header.ssrc)) return 'ours';
    const reception = this.#count(packet.length, input.now);
    if (payload?.kind === 'audio') {
      this.#takeAudio(packet, reception, { codec: payload.codec, now: input.now });
      return 'counted';
    }
    this.listener?.onOther(header, input.now);
    if (payload === undefined) return 'counted';
    this.lastKeyAt = input.now;
    return this.#keys.receive(packet, header, payload.clockRate) ?? 'counted';
  }

  get packetsReceived(): number {
    return this.#before.received + (this.reception?.received ?? 0);
  }

  get packetsLost(): number {
    return this.#before.lost + (this.reception?.missing ?? 0);
  }

  get packetsDoubled(): number {
    return this.#before.duplicates + (this.reception?.duplicates ?? 0);
  }

  /** Milliseconds. */
  get jitter(): number {
    return ((this.reception?.jitter ?? 0) * 1_000) / (this.codec?.clockRate ?? 8_000);
  }

  #takeAudio(
    packet: Buffer,
    reception: Reception,
    input: { readonly codec: AudioCodec; readonly now: number },
  ): void {
    const { codec, now } = input;
    // Times of another clock cannot be compared with those before.
    if (codec.clockRate !== this.codec?.clockRate) reception.restartMeasuring();
    this.codec = codec;
    reception.measure(this.#header.timestamp, Math.floor((now * codec.clockRate) / 1_000));
    this.listener?.onPacket(packet, this.#header, input);
  }

  #count(length: number, now: number): Reception {
    const { ssrc, sequence, payloadStart } = this.#header;
    if (this.reception?.ssrc !== ssrc) {
      const { packetsReceived, packetsLost, packetsDoubled } = this;
      Object.assign(this.#before, {
        received: packetsReceived,
        lost: packetsLost,
        duplicates: packetsDoubled,
      });
      this.reception = new Reception(ssrc, sequence);
    }
    this.reception.count(sequence);
    this.lastReceivedAt = now;
    this.octetsReceived += Math.min(length, this.#header.payloadEnd) - payloadStart;
    return this.reception;
  }
}
