import type { Clock, Timer } from '../../../base/clock.js';
import { milliseconds } from '../../../base/duration.js';
import { SOUND_PATTERNS } from '../../../patterns/sound/index.js';
import { soundLoopBlocks } from '../../sound-loop-blocks.js';
import { SAMPLE_RATE } from './sample-rate.js';

/** Between two blocks of 10 ms of sound: a few per cent of one processor, for a few minutes after a start. */
const PAUSE = milliseconds(40);

/** Renders every sound bit by bit while nothing happens, so that none has to be when it must sound. */
export class SoundWarmUp {
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #index = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#schedule();
  }

  close(): void {
    this.#timer?.cancel();
  }

  #schedule(): void {
    this.#timer = this.#clock.startTimer('sound warm-up', PAUSE, () => {
      this.#step();
    });
  }

  #step(): void {
    const pattern = SOUND_PATTERNS[this.#index];
    if (!pattern) return;
    if (!soundLoopBlocks(pattern, SAMPLE_RATE).renderNext()) this.#index++;
    this.#schedule();
  }
}
