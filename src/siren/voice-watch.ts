import type { LiveVoice } from '../outputs/show.js';

/** The effective value of what counts as a word: about 46 dB below full scale. */
const QUIET = 160;

interface VoiceWatchOptions {
  readonly voice: LiveVoice;
  readonly silenceSeconds: number;
  /** Nobody has said a word for so long; told once. */
  readonly onSilence: () => void;
  /** The first word after that. */
  readonly onVoice: () => void;
}

/** Notices when a voice falls silent and when it speaks again, by the frames it brings. */
export class VoiceWatch {
  readonly #options: VoiceWatchOptions;
  readonly #stop: () => void;
  #silentSeconds = 0;
  #isSilent = false;

  constructor(options: VoiceWatchOptions) {
    this.#options = options;
    this.#stop = options.voice.listen((samples, rate) => this.#hear(samples, rate));
  }

  close(): void {
    this.#stop();
  }

  #hear(samples: Int16Array, rate: number): void {
    const { silenceSeconds, onSilence, onVoice } = this.#options;
    if (isWord(samples)) {
      this.#silentSeconds = 0;
      if (!this.#isSilent) return;
      this.#isSilent = false;
      onVoice();
      return;
    }
    this.#silentSeconds += samples.length / rate;
    if (this.#isSilent || this.#silentSeconds < silenceSeconds) return;
    this.#isSilent = true;
    onSilence();
  }
}

function isWord(samples: Int16Array): boolean {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  return power > QUIET * QUIET * samples.length;
}
