import { inPath } from '../api/device-api.js';
import type { Sound } from '../api/device-stream.js';

/** The loops come at this rate; a context of the same rate plays them sample by sample, without a seam. */
const SAMPLE_RATE = 16_000;
/** Seconds over which a sound comes and goes, so that it does not click. */
const FADE = 0.02;

type Playing = { readonly source: AudioBufferSourceNode; readonly gain: GainNode };

/** Plays what the siren sounds. Made on a click, since browsers let no page sound before. */
export class SirenPlayer {
  readonly #context = new AudioContext({ sampleRate: SAMPLE_RATE });
  readonly #loops = new Map<string, Promise<AudioBuffer>>();
  #wanted: Sound | undefined;
  #playing: Playing | undefined;

  /** Changes over to a sound, or to silence; rejects where the sound cannot be had. */
  async play(sound: Sound | undefined): Promise<void> {
    this.#wanted = sound;
    if (!sound) {
      this.#silence();
      return;
    }
    await this.#context.resume();
    const loop = await this.#loop(sound);
    // Another sound may have been asked for while this one was on its way.
    if (this.#wanted !== sound) return;
    this.#silence();
    this.#start(loop);
  }

  async close(): Promise<void> {
    this.#wanted = undefined;
    this.#silence();
    await this.#context.close();
  }

  #start(loop: AudioBuffer): void {
    const source = new AudioBufferSourceNode(this.#context, { buffer: loop, loop: true });
    const gain = new GainNode(this.#context, { gain: 0 });
    source.connect(gain).connect(this.#context.destination);
    gain.gain.linearRampToValueAtTime(1, this.#context.currentTime + FADE);
    source.start();
    this.#playing = { source, gain };
  }

  #silence(): void {
    if (!this.#playing) return;
    const { source, gain } = this.#playing;
    const now = this.#context.currentTime;
    gain.gain.cancelScheduledValues(now);
    gain.gain.setTargetAtTime(0, now, FADE / 4);
    source.stop(now + FADE);
    this.#playing = undefined;
  }

  #loop({ pattern, intensity }: Sound): Promise<AudioBuffer> {
    const address = `/api/v1/sounds/${inPath(pattern)}?sampleRate=${SAMPLE_RATE}&intensity=${intensity}`;
    const known = this.#loops.get(address) ?? this.#fetch(address);
    this.#loops.set(address, known);
    known.catch(() => this.#loops.delete(address));
    return known;
  }

  async #fetch(address: string): Promise<AudioBuffer> {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return this.#context.decodeAudioData(await response.arrayBuffer());
  }
}
