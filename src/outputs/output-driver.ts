import type { Duration } from '../base/duration.js';
import type { Unsubscribe } from '../base/emitter.js';
import type { Picture } from './picture.js';

/** What a kind of output can show; what it cannot is reduced by the driver as sensibly as it goes. */
export interface OutputCapabilities {
  /** None: the output has no light. */
  readonly light?: {
    /** Sections that can be set apart from each other; 12 is the whole ring, 1 a single lamp. */
    readonly sections: number;
    /** Which colours: all four channels, three, one of any colour in steps of brightness, or merely lit and dark. */
    readonly colors: 'rgbw' | 'rgb' | 'brightness' | 'on-off';
    /** Pictures a second of a pattern that moves; 0 where the output is told only of changes. */
    readonly framesPerSecond: number;
  };
  /** How sound is made: by samples, by the output's own sound of that name, or merely on and off. None: it is mute. */
  readonly sound?: 'samples' | 'named' | 'on-off';
  /** Milliseconds that usually pass from `present` until it is seen or heard. */
  readonly latencyMs: number;
}

/**
 * One output: a page, a lamp, a loudspeaker, a relay. A driver only shows what it is given; the runner paces it,
 * keeps it from delaying others, repeats what failed and keeps the record of its state.
 */
export interface OutputDriver {
  /** `virtual`, `audio`, `wled`… */
  readonly kind: string;
  readonly capabilities: OutputCapabilities;
  /** How often `test` is repeated to find out that the output is gone before an alarm does. None: never. */
  readonly checkEvery?: Duration | undefined;
  /** Whether anybody sees the pictures between two changes. Default true, as of a lamp. */
  readonly isWatched?: boolean;
  /** Calls `listener` whenever `isWatched` becomes true. */
  onWatched?(listener: () => void): Unsubscribe;
  /** Calls `listener` with what went wrong after a picture was taken, and with nothing once that is over. */
  onFault?(listener: (error: string | undefined) => void): Unsubscribe;
  /**
   * Calls `listener` whenever what was presented last has really come out. Only of a driver that learns of it later
   * than `present` settles; any other has delivered by then.
   */
  onDelivered?(listener: () => void): Unsubscribe;
  /**
   * Shows a picture. A driver that takes time returns a promise and gets no other picture until that has
   * settled; then it gets the newest. A throw or rejection marks the output as failing.
   */
  present(picture: Picture): void | Promise<void>;
  /** Tries whether the output can be reached, without a change that a person would see. Rejects with what is wrong. */
  test(): Promise<void>;
  /** Brings the output to its safe state, dark and silent, and lets go of everything. Idempotent. */
  close(): void | Promise<void>;
}
