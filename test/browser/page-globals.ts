/** An element as the tests look at it. */
type PageElement = {
  readonly innerText: string;
  readonly scrollWidth: number;
  readonly style: { readonly opacity: string; readonly fill: string };
};

/** A context as WebAudio gives it. */
export type PageAudioContext = { readonly state: string };

/** A source as WebAudio gives it. */
export type PageAudioSource = {
  readonly loop: boolean;
  readonly buffer: {
    readonly sampleRate: number;
    readonly length: number;
    getChannelData(channel: number): Float32Array;
  } | null;
  start: (this: PageAudioSource, ...times: number[]) => void;
  addEventListener(type: 'ended', listener: () => void): void;
};

/**
 * What functions that run in the page find there. The tests are compiled for Node, which has none of it, so
 * they say `globalThis as unknown as PageGlobals`.
 */
export type PageGlobals = {
  readonly document: {
    readonly activeElement: PageElement;
    readonly documentElement: PageElement;
    querySelectorAll(selector: string): Iterable<PageElement>;
  };
  readonly innerWidth: number;
  readonly scrollTo: (x: number, y: number) => void;
  readonly localStorage: { setItem(key: string, value: string): void };
  readonly getComputedStyle: (element: PageElement) => {
    readonly opacity: string;
    readonly outlineStyle: string;
  };
  readonly requestAnimationFrame: (callback: (now: number) => void) => number;
  AudioContext: new (options?: object) => PageAudioContext;
  readonly AudioBufferSourceNode: { readonly prototype: PageAudioSource };
};
