import { frameSamples } from '../media/tone-source.js';
import { findSoundPattern } from '../patterns/sound/index.js';
import type { SampleRate } from '../patterns/sample-rate.js';
import type { Heard } from './heard.js';
import type { ShownSiren } from './show.js';
import { SoundStream } from './sound-stream.js';
import { VoiceFrames } from './voice-frames.js';

/** A siren below a voice is 18 dB softer: it is still known to sound, and every word is understood. */
const DUCKED = 10 ** (-18 / 20);

export interface MixedSoundOptions {
  readonly heard: Heard;
  readonly rate: SampleRate;
  /** From 0 to 1, a factor of the amplitude. */
  readonly volume: number;
  /** By the clock that the siren's start is told by, in milliseconds. */
  readonly now: number;
  /** Called with each frame in the voice's own pace, in the place of `next`. Only where there is a voice. */
  readonly onFrame?: (frame: Int16Array) => void;
}

/** Siren and voice as they are heard together, in frames of 20 ms of one channel. */
export class MixedSound {
  readonly #samples: number;
  readonly #volume: number;
  readonly #siren: SoundStream | undefined;
  readonly #voice: VoiceFrames | undefined;

  constructor({ heard: { siren, page }, rate, volume, now, onFrame }: MixedSoundOptions) {
    this.#samples = frameSamples(rate);
    this.#volume = volume;
    const loudness = page ? volume * DUCKED : volume;
    this.#siren = siren && sirenStream(siren, { rate, volume: loudness, now });
    const hear = onFrame && ((frame: Int16Array) => onFrame(this.#mix(frame)));
    this.#voice = page && new VoiceFrames(page.voice, rate, hear);
  }

  /** The next 20 ms, silence where there is nothing. */
  next(): Int16Array {
    return this.#mix(this.#voice?.next());
  }

  close(): void {
    this.#voice?.close();
  }

  #mix(voice: Int16Array | undefined): Int16Array {
    const siren = this.#siren && samplesOf(this.#siren.read(this.#samples, Infinity));
    if (!voice) return siren ?? new Int16Array(this.#samples);
    for (let index = 0; index < voice.length; index++) {
      const sum = Math.round((voice[index] ?? 0) * this.#volume) + (siren?.[index] ?? 0);
      voice[index] = Math.max(-32_768, Math.min(32_767, sum));
    }
    return voice;
  }
}

function sirenStream(
  { sound, pattern, intensity, startedAt }: ShownSiren,
  { rate, volume, now }: { readonly rate: SampleRate; readonly volume: number; readonly now: number },
): SoundStream {
  const elapsedMs = now - startedAt;
  return new SoundStream({
    ...{ sound: sound ?? findSoundPattern(pattern), intensity, volume, channels: 1, rate, elapsedMs },
  });
}

function samplesOf(bytes: Buffer): Int16Array {
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
}
