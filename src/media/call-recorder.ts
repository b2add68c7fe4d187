import type { SentFrameListener } from './rtp-sender.js';
import { frameSamples } from './tone-source.js';

/** What can be recorded: a session of media. */
interface Recordable {
  /** Hears the peer, 20 ms each 20 ms. */
  listen(listener: (samples: Int16Array, rate: number) => void): () => void;
  /** Hears what the peer is sent; none of it is silence. */
  overhear(listener: SentFrameListener): () => void;
}

/** Both sides of a call: the peer on the left, the device on the right. */
export interface CallRecording {
  /** Linear, 16 bits, two channels, 8 kHz. */
  readonly wav: Buffer;
  readonly seconds: number;
}

/** As good as a telephone; a minute takes 1.9 MB. */
const RATE = 8_000;
const FRAME = frameSamples(RATE);
const FRAME_BYTES = FRAME * 4;
const FRAMES_PER_SECOND = 50;
const HEADER_BYTES = 44;
/** Frames that were sent and not heard beside yet; more are left out after a standstill. */
const MOST_SENT = 10;

/** Records a call until it is stopped or has recorded enough. Time is that of the peer's sound, which never stands still. */
export class CallRecorder {
  readonly #seconds: Buffer[] = [];
  readonly #sent: (Int16Array | undefined)[] = [];
  readonly #mostFrames: number;
  readonly #onFull: () => void;
  readonly #stopListening: readonly (() => void)[];
  #frames = 0;

  constructor(media: Recordable, options: { readonly seconds: number; readonly onFull: () => void }) {
    this.#mostFrames = options.seconds * FRAMES_PER_SECOND;
    this.#onFull = options.onFull;
    this.#stopListening = [
      media.listen((samples, rate) => this.#hear(samples, rate)),
      media.overhear((samples, rate) => this.#overhear(samples, rate)),
    ];
  }

  /** Ends it; gives what was recorded. */
  stop(): CallRecording {
    for (const stop of this.#stopListening) stop();
    const audio = Buffer.concat(this.#seconds).subarray(0, this.#frames * FRAME_BYTES);
    return { wav: Buffer.concat([header(audio.length), audio]), seconds: this.#frames / FRAMES_PER_SECOND };
  }

  #overhear(samples: Int16Array | undefined, rate: number): void {
    if (this.#sent.length >= MOST_SENT) this.#sent.shift();
    this.#sent.push(samples && atRecordedRate(samples, rate));
  }

  #hear(samples: Int16Array, rate: number): void {
    if (this.#frames >= this.#mostFrames) return;
    const place = this.#frames % FRAMES_PER_SECOND;
    if (place === 0) this.#seconds.push(Buffer.alloc(FRAMES_PER_SECOND * FRAME_BYTES));
    const second = this.#seconds.at(-1) ?? Buffer.alloc(0);
    const heard = atRecordedRate(samples, rate);
    const sent = this.#sent.shift();
    for (let index = 0; index < FRAME; index++) {
      const at = place * FRAME_BYTES + index * 4;
      second.writeInt16LE(heard[index] ?? 0, at);
      second.writeInt16LE(sent?.[index] ?? 0, at + 2);
    }
    this.#frames++;
    if (this.#frames === this.#mostFrames) this.#onFull();
  }
}

/** 20 ms at 8 kHz: each sample the mean of those that it stands for. The array given is reused by whoever gave it. */
function atRecordedRate(samples: Int16Array, rate: number): Int16Array {
  const recorded = new Int16Array(FRAME);
  const step = rate / RATE;
  for (let index = 0; index < FRAME; index++) {
    const start = Math.floor(index * step);
    const end = Math.max(start + 1, Math.floor((index + 1) * step));
    let sum = 0;
    for (let place = start; place < end; place++) sum += samples[place] ?? 0;
    recorded[index] = sum / (end - start);
  }
  return recorded;
}

/** RIFF header of PCM: two channels, 16 bits. */
function header(bytes: number): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(HEADER_BYTES - 8 + bytes, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 4, 28);
  head.writeUInt16LE(4, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(bytes, 40);
  return head;
}
