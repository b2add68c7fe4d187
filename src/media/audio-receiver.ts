import type { AudioCodec, AudioDecoder } from './codecs/audio-codec.js';
import { Concealment } from './concealment.js';
import { JitterBuffer } from './jitter-buffer.js';
import type { RtpHeader } from './rtp-header.js';
import type { AudioListener } from './rtp-receiver.js';
import { frameSamples } from './tone-source.js';

/** Hears 20 ms at a time, at so many samples a second; the array is reused. */
export type SoundListener = (samples: Int16Array, rate: number) => void;

/** Below this amplitude nobody notices that a frame is missing. */
const QUIET = 250;
/** After a standstill of the process no more than so many frames are made up for it. */
const MOST_FRAMES = 50;
/** Packets longer than this are not decoded into one piece of sound: 120 ms at the highest rate (RFC 6716). */
const MOST_SAMPLES = 8 * frameSamples(48_000);

/** Makes a steady sound of the packets that came: in order, decoded, without holes, 20 ms each 20 ms. */
export class AudioReceiver implements AudioListener {
  /** Frames of 20 ms in which something was made up, since it was missing. */
  concealed = 0;
  readonly #buffer = new JitterBuffer();
  readonly #concealment = new Concealment();
  readonly #listeners = new Set<SoundListener>();
  #codec: AudioCodec | undefined;
  #decoder: AudioDecoder | undefined;
  /** Decoded, not heard yet. */
  readonly #sound = new Int16Array(MOST_SAMPLES + frameSamples(48_000));
  #length = 0;

  /** Packets that came too late to be heard. */
  get late(): number {
    return this.#buffer.late;
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  add(listener: SoundListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: SoundListener): void {
    this.#listeners.delete(listener);
  }

  onPacket(
    packet: Buffer,
    header: RtpHeader,
    { codec, now }: { readonly codec: AudioCodec; readonly now: number },
  ): void {
    const { sequence, timestamp, ssrc, payloadStart, payloadEnd } = header;
    const payload = packet.subarray(payloadStart, payloadEnd);
    this.#buffer.put({ sequence, timestamp, codec, payload }, { ssrc, now });
  }

  onOther({ sequence, timestamp, ssrc }: RtpHeader, now: number): void {
    if (this.#codec === undefined) return;
    this.#buffer.put({ sequence, timestamp, codec: this.#codec, payload: undefined }, { ssrc, now });
  }

  /** Lets `frames` × 20 ms pass, each of which the listeners hear. */
  advance(frames: number, now: number): void {
    for (let frame = Math.max(0, frames - MOST_FRAMES); frame < frames; frame++) this.#hearFrame(now);
  }

  #hearFrame(now: number): void {
    const count = this.#fill(now);
    const codec = this.#codec;
    if (codec === undefined) return;
    if (this.#buffer.mayShorten && this.#isQuiet(count)) {
      this.#buffer.shortened();
      this.#drop(count);
      this.#fill(now);
    }
    const frame = this.#sound.subarray(0, count);
    this.#concealment.remember(frame, codec.sampleRate);
    try {
      for (const listener of this.#listeners) this.#tell(listener, frame, codec.sampleRate);
    } finally {
      this.#drop(count);
    }
  }

  /** Who fails hears nothing more, so that it fails once and not fifty times a second. */
  #tell(listener: SoundListener, frame: Int16Array, rate: number): void {
    try {
      listener(frame, rate);
    } catch (failure) {
      this.#listeners.delete(listener);
      throw failure;
    }
  }

  /** Decodes until a frame is full; gives its length in samples. */
  #fill(now: number): number {
    let count = this.#frameLength;
    while (this.#length < count) {
      const next = this.#buffer.next(now);
      if (next.kind === 'packet') {
        if (next.packet.payload !== undefined) this.#decode(next.packet.payload, next.packet.codec);
      } else if (next.kind === 'gap') {
        const samples = this.#samplesOf(next.ticks);
        this.#appendMissing(Math.min(count - this.#length, Math.max(1, samples)), next.isLost);
      } else {
        if (this.#codec === undefined) return 0;
        this.#appendMissing(count - this.#length, true);
      }
      count = this.#frameLength;
    }
    return count;
  }

  get #frameLength(): number {
    return this.#codec === undefined ? Infinity : frameSamples(this.#codec.sampleRate);
  }

  #samplesOf(ticks: number): number {
    return this.#codec === undefined
      ? 0
      : Math.floor((ticks * this.#codec.sampleRate) / this.#codec.clockRate);
  }

  #decode(payload: Buffer, codec: AudioCodec): void {
    if (codec !== this.#codec) this.#changeCodec(codec);
    const samples = this.#decoder?.decode(payload) ?? NOTHING;
    this.#append(samples.length > MOST_SAMPLES ? samples.subarray(0, MOST_SAMPLES) : samples);
    if (samples.length > 0) this.#concealment.stop();
  }

  /** Less than a frame of the former codec is left out: at another rate it would be a click. */
  #changeCodec(codec: AudioCodec): void {
    if (codec.sampleRate !== this.#codec?.sampleRate) this.#length = 0;
    this.#codec = codec;
    this.#decoder = codec.createDecoder();
  }

  #appendMissing(count: number, isLost: boolean): void {
    if (isLost) this.concealed++;
    this.#append(isLost ? this.#concealment.make(count, this.#decoder) : new Int16Array(count));
  }

  #append(samples: Int16Array): void {
    this.#sound.set(samples, this.#length);
    this.#length += samples.length;
    const { clockRate, sampleRate } = this.#codec ?? { clockRate: 1, sampleRate: 1 };
    this.#buffer.advance((samples.length * clockRate) / sampleRate);
  }

  #drop(count: number): void {
    this.#sound.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  #isQuiet(count: number): boolean {
    for (let index = 0; index < count; index++) {
      const sample = this.#sound[index] ?? 0;
      if (sample > QUIET || sample < -QUIET) return false;
    }
    return true;
  }
}

const NOTHING = new Int16Array(0);
