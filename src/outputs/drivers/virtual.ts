import type { Clock } from '../../base/clock.js';
import { Emitter, type Unsubscribe } from '../../base/emitter.js';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { createLightFrame, SECTION_COUNT } from '../../patterns/light-frame.js';
import type { OutputCapabilities, OutputDriver } from '../output-driver.js';
import type { Picture } from '../picture.js';
import { Recording, type RecordedPicture } from './recording.js';

/** Pictures a second that a browser is shown. */
const FRAMES_PER_SECOND = 25;

/** Forty seconds of a watched pattern that moves. */
const RECORDED_PICTURES = 1_000;

/** Sees every picture. The frame is valid during the call; who keeps it makes a copy. */
export type Viewer = (picture: Picture) => void;

/** The siren on the page: keeps the newest picture for whoever looks, and the last ones as a record. */
export class VirtualOutput implements OutputDriver {
  readonly kind = 'virtual';
  readonly capabilities: OutputCapabilities = {
    light: { sections: SECTION_COUNT, colors: 'rgbw', framesPerSecond: FRAMES_PER_SECOND },
    sound: 'named',
    latencyMs: 0,
  };
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #recording = new Recording(RECORDED_PICTURES);
  readonly #viewers = new Emitter<Picture>();
  readonly #watched = new Emitter<undefined>();
  readonly #frame = createLightFrame();
  #current: Picture;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log.room('outputs');
    this.#current = { at: clock.now(), frame: this.#frame };
  }

  get isWatched(): boolean {
    return this.#viewers.size > 0;
  }

  onWatched(listener: () => void): Unsubscribe {
    return this.#watched.subscribe(listener);
  }

  /** The newest picture. Its frame changes with the next one; who keeps it makes a copy. */
  get current(): Picture {
    return this.#current;
  }

  present(picture: Picture): void {
    this.#frame.set(picture.frame);
    this.#current = { ...picture, frame: this.#frame };
    this.#recording.add(picture, this.#clock.wallTime());
    this.#viewers.emit(this.#current);
  }

  /** Shows `viewer` the current picture at once, then each that follows. */
  subscribe(viewer: Viewer): Unsubscribe {
    const isFirst = !this.isWatched;
    const unsubscribe = this.#viewers.subscribe((picture) => {
      try {
        viewer(picture);
      } catch (error) {
        // One page that fails takes the picture from no other.
        this.#log.warn('a viewer of the virtual output failed and is dropped', { error: messageOf(error) });
        unsubscribe();
      }
    });
    // The first viewer starts the animation anew, which brings the picture of this moment by itself.
    if (isFirst && this.#watched.size > 0) this.#watched.emit(undefined);
    else viewer(this.#current);
    return unsubscribe;
  }

  /** The last 1,000 pictures, oldest first, as copies. */
  recording(): RecordedPicture[] {
    return this.#recording.read();
  }

  test(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.present({ at: this.#clock.now(), frame: createLightFrame() });
  }
}
