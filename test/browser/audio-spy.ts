import type { WatchedPage } from '../support/browser.js';
import type { PageAudioContext, PageAudioSource, PageGlobals } from './page-globals.js';
import { until } from '../support/until.js';

/** A source that plays now. */
export type PlayingLoop = {
  readonly loop: boolean;
  readonly sampleRate: number;
  readonly length: number;
  /** The first samples, -1 to 1. */
  readonly excerpt: readonly number[];
};

type Spied = PageGlobals & {
  spied: { readonly contexts: PageAudioContext[]; readonly playing: Set<PageAudioSource> };
};

/** Looks over the shoulder of WebAudio, which the page knows nothing of. */
export class AudioSpy {
  readonly #watched: WatchedPage;

  private constructor(watched: WatchedPage) {
    this.#watched = watched;
  }

  /** Before the page is opened. */
  static async install(watched: WatchedPage): Promise<AudioSpy> {
    await watched.context.addInitScript(() => {
      const page = globalThis as unknown as Spied;
      const contexts: PageAudioContext[] = [];
      const playing = new Set<PageAudioSource>();
      page.spied = { contexts, playing };
      const Context = page.AudioContext;
      page.AudioContext = class extends Context {
        constructor(options?: object) {
          super(options);
          contexts.push(this);
        }
      };
      const { prototype } = page.AudioBufferSourceNode;
      const { start } = prototype;
      prototype.start = function (this: PageAudioSource, ...times) {
        playing.add(this);
        this.addEventListener('ended', () => playing.delete(this));
        start.apply(this, times);
      };
    });
    return new AudioSpy(watched);
  }

  /** The state of every context that the page made. */
  states(): Promise<string[]> {
    return this.#watched.page.evaluate(() =>
      (globalThis as unknown as Spied).spied.contexts.map((context) => context.state),
    );
  }

  /** Waits until so many sources play. */
  async playing(count: number): Promise<PlayingLoop[]> {
    return until(`${count} sources to play`, async () => {
      const found = await this.#read();
      return found.length === count && found;
    });
  }

  #read(): Promise<PlayingLoop[]> {
    return this.#watched.page.evaluate(() =>
      [...(globalThis as unknown as Spied).spied.playing].map(({ loop, buffer }) => ({
        loop,
        sampleRate: buffer?.sampleRate ?? 0,
        length: buffer?.length ?? 0,
        excerpt: [...(buffer?.getChannelData(0).subarray(0, 2_000) ?? [])],
      })),
    );
  }
}
