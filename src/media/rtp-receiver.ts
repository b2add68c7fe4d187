import { KeyReceiver, type ReceivedKey } from './key-receiver.js';
import { Reception } from './reception.js';
import type { RemoteSource } from './remote-source.js';
import { RtpHeader } from './rtp-header.js';
import type { MediaAddress } from './session-description.js';

/** Comfort noise, which peers send without having announced it (RFC 3389). */
const COMFORT_NOISE = 13;
const SAMPLES_PER_MILLISECOND = 8;

/** Payload types that the peer may use. */
export interface ExpectedPayloads {
  readonly audio: ReadonlySet<number>;
  readonly keys: ReadonlySet<number>;
}

/** What a packet turned out to be. */
export type Received = 'ignored' | 'ours' | 'counted' | ReceivedKey;

/** Takes in the peer's stream: who sends, what was lost, which keys were pressed. */
export class RtpReceiver {
  readonly #source: RemoteSource;
  readonly #header = new RtpHeader();
  readonly #keys = new KeyReceiver();
  #payloads: ExpectedPayloads = { audio: new Set(), keys: new Set() };
  /** The stream that is counted now; another identifier begins another one. */
  reception: Reception | undefined;
  octetsReceived = 0;
  #receivedBefore = 0;
  #lostBefore = 0;

  constructor(source: RemoteSource) {
    this.#source = source;
  }

  expect(payloads: ExpectedPayloads): void {
    this.#payloads = payloads;
  }

  /** Judges and counts a packet. `isOwn` tells identifiers of ours, which come back from a peer that echoes. */
  receive(
    packet: Buffer,
    input: { readonly from: MediaAddress; readonly now: number; readonly isOwn: (ssrc: number) => boolean },
  ): Received {
    const header = this.#header;
    if (!header.read(packet)) return 'ignored';
    const { payloadType } = header;
    const isKey = this.#payloads.keys.has(payloadType);
    const isAudio = this.#payloads.audio.has(payloadType);
    if (!isKey && !isAudio && payloadType !== COMFORT_NOISE) return 'ignored';
    if (!this.#source.admits(header, input.from, input.now)) return 'ignored';
    if (input.isOwn(header.ssrc)) return 'ours';
    const reception = this.#count(packet.length);
    if (isAudio) reception.measure(header.timestamp, Math.floor(input.now * SAMPLES_PER_MILLISECOND));
    return (isKey ? this.#keys.receive(packet, header) : undefined) ?? 'counted';
  }

  get packetsReceived(): number {
    return this.#receivedBefore + (this.reception?.received ?? 0);
  }

  get packetsLost(): number {
    return this.#lostBefore + Math.max(0, this.reception?.lost ?? 0);
  }

  /** Milliseconds. */
  get jitter(): number {
    return (this.reception?.jitter ?? 0) / SAMPLES_PER_MILLISECOND;
  }

  #count(length: number): Reception {
    const { ssrc, sequence, payloadStart } = this.#header;
    if (this.reception?.ssrc !== ssrc) {
      this.#receivedBefore = this.packetsReceived;
      this.#lostBefore = this.packetsLost;
      this.reception = new Reception(ssrc, sequence);
    }
    this.reception.count(sequence);
    this.octetsReceived += Math.min(length, this.#header.payloadEnd) - payloadStart;
    return this.reception;
  }
}
