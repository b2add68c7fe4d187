import { inPath } from '../api/device-api.js';
import type { Sound } from '../api/device-stream.js';

/** The loops come at this rate; a context of the same rate plays them sample by sample, without a seam. */
const SAMPLE_RATE = 16_000;
/** Seconds over which a sound comes and goes, so that it does not click. */
const FADE = 0.02;

type Playing = { readonly sources: readonly AudioBufferSourceNode[]; readonly gain: GainNode };

/** A sound that is heard again and again, and what is heard once before. */
type Recording = { readonly leadIn: AudioBuffer | undefined; readonly loop: AudioBuffer };

/** Plays what the siren sounds. Made on a click, since browsers let no page sound before. */
export class SirenPlayer {
  readonly #context = new AudioContext({ sampleRate: SAMPLE_RATE });
  readonly #known = new Map<string, Promise<AudioBuffer>>();
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
    const recording = await this.#recording(sound);
    // Another sound may have been asked for while this one was on its way.
    if (this.#wanted !== sound) return;
    this.#silence();
    this.#start(recording);
  }

  async close(): Promise<void> {
    this.#wanted = undefined;
    this.#silence();
    await this.#context.close();
  }

  #start({ leadIn, loop }: Recording): void {
    const gain = new GainNode(this.#context, { gain: 0 });
    gain.connect(this.#context.destination);
    const sources = [
      ...(leadIn ? [new AudioBufferSourceNode(this.#context, { buffer: leadIn })] : []),
      new AudioBufferSourceNode(this.#context, { buffer: loop, loop: true }),
    ];
    let at = this.#context.currentTime;
    gain.gain.linearRampToValueAtTime(1, at + FADE);
    for (const source of sources) {
      source.connect(gain);
      source.start(at);
      at += source.buffer?.duration ?? 0;
    }
    this.#playing = { sources, gain };
  }

  #silence(): void {
    if (!this.#playing) return;
    const { sources, gain } = this.#playing;
    const now = this.#context.currentTime;
    gain.gain.cancelScheduledValues(now);
    gain.gain.setTargetAtTime(0, now, FADE / 4);
    for (const source of sources) source.stop(now + FADE);
    this.#playing = undefined;
  }

  async #recording({ pattern, name, leadInMilliseconds = 0, intensity }: Sound): Promise<Recording> {
    const address = `/api/v1/sounds/${inPath(name ?? pattern)}?sampleRate=${SAMPLE_RATE}&intensity=${intensity}`;
    const [loop, leadIn] = await Promise.all([
      // An own sound may be replaced under its name; only the manual's are kept.
      name === undefined ? this.#once(address) : this.#fetch(address),
      leadInMilliseconds > 0 ? this.#fetch(`${address}&part=leadIn`) : undefined,
    ]);
    return { loop, leadIn };
  }

  #once(address: string): Promise<AudioBuffer> {
    const known = this.#known.get(address) ?? this.#fetch(address);
    this.#known.set(address, known);
    known.catch(() => this.#known.delete(address));
    return known;
  }

  async #fetch(address: string): Promise<AudioBuffer> {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return this.#context.decodeAudioData(await response.arrayBuffer());
  }
}
