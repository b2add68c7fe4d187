import type { LightFrame } from '../patterns/light-frame.js';
import type { Show } from './show.js';

/** What an output is to show at one moment. */
export interface Picture extends Show {
  /** In the milliseconds of `Clock.now()`. */
  readonly at: number;
  /** The ring. It belongs to the runner, which writes into it again once the output has taken the picture. */
  readonly frame: LightFrame;
}
