import type { ActivityId, ProfileName } from '../../base/ids.js';
import { FRAME_BYTES, type LightFrame } from '../../patterns/light-frame.js';
import type { Picture } from '../picture.js';
import type { ShownLight, ShownSiren } from '../show.js';

/** A picture as it was shown. */
export interface RecordedPicture {
  /** In the milliseconds of `Clock.now()`. */
  readonly at: number;
  /** In milliseconds of the Unix epoch. */
  readonly wallTime: number;
  /** Red, green, blue and white of the twelve sections. */
  readonly frame: LightFrame;
  readonly light?: RecordedFunction;
  readonly siren?: RecordedFunction;
}

interface RecordedFunction {
  readonly activityId: ActivityId;
  readonly profile?: ProfileName;
  readonly pattern: string;
}

/** The last pictures of an output, in memory that is set aside once, since changes may come by the thousand. */
export class Recording {
  readonly #size: number;
  readonly #frames: Uint8Array;
  readonly #times: Float64Array;
  readonly #wallTimes: Float64Array;
  readonly #lights: (ShownLight | undefined)[];
  readonly #sirens: (ShownSiren | undefined)[];
  #count = 0;

  /** `size`: how many pictures are kept. */
  constructor(size: number) {
    this.#size = size;
    this.#frames = new Uint8Array(size * FRAME_BYTES);
    this.#times = new Float64Array(size);
    this.#wallTimes = new Float64Array(size);
    this.#lights = new Array<ShownLight | undefined>(size).fill(undefined);
    this.#sirens = new Array<ShownSiren | undefined>(size).fill(undefined);
  }

  add(picture: Picture, wallTime: number): void {
    const slot = this.#count++ % this.#size;
    this.#frames.set(picture.frame, slot * FRAME_BYTES);
    this.#times[slot] = picture.at;
    this.#wallTimes[slot] = wallTime;
    this.#lights[slot] = picture.light;
    this.#sirens[slot] = picture.siren;
  }

  /** Copies of what is kept, oldest first. */
  read(): RecordedPicture[] {
    const oldest = Math.max(0, this.#count - this.#size);
    return Array.from({ length: this.#count - oldest }, (_, index) =>
      this.#at((oldest + index) % this.#size),
    );
  }

  #at(slot: number): RecordedPicture {
    const light = this.#lights[slot];
    const siren = this.#sirens[slot];
    return {
      at: this.#times[slot] ?? 0,
      wallTime: this.#wallTimes[slot] ?? 0,
      frame: this.#frames.slice(slot * FRAME_BYTES, (slot + 1) * FRAME_BYTES),
      ...(light && { light: recorded(light) }),
      ...(siren && { siren: recorded(siren) }),
    };
  }
}

function recorded({ activityId, profile, pattern }: ShownLight | ShownSiren): RecordedFunction {
  return { activityId, pattern, ...(profile !== undefined && { profile }) };
}
