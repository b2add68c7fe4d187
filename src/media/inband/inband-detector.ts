import { COLUMN_FREQUENCIES, keyAt, ROW_FREQUENCIES } from './key-frequencies.js';
import { ToneFilter } from './tone-filter.js';

/** How long a window is, in seconds: long enough to part neighbouring tones, short enough for the shortest press. */
const WINDOW = 0.02;
/** How much later the next one begins: several fit into a press of 40 ms. */
const HOP = 0.005;
/** Phases are compared over two hops: tones up to 50 Hz off can be told. */
const COMPARED_HOPS = 2;
/** This many windows in a row that agree make a press, which takes 40 ms of tone less a hop (Q.24 wants 40 ms heard). */
const WINDOWS_TO_BEGIN = 4;
/** This many without it end a press: shorter interruptions are a lost packet, not a second press. */
const WINDOWS_TO_END = 5;
/** The two tones must have this share of all the energy: voices and instruments have overtones, keys have none. */
const LEAST_SHARE = 0.85;
/** How much stronger one of the two tones may be than the other (8 dB; Q.24 allows 4 to 8). */
const MOST_TWIST = 6.3;
/**
 * What the high tone's first overtone may have of its energy (-18 dB): whistles and flutes have more, keys have less.
 * The low tone's would lie between the high tones.
 */
const MOST_OVERTONE = 0.016;
/** A tone must be so much stronger than the others of its group (6 dB). */
const LEAST_PROMINENCE = 4;
/** How far a tone may be off, in parts: senders are within 1.5 %, more than 3.5 % is no key (Q.24). */
const MOST_DEVIATION = 0.022;
/** By how many hertz it may seem to move from window to window: a key stands still, a voice glides. */
const MOST_GLIDE = 5;
/** How much the power may change from window to window: a key is on, a voice swells. */
const MOST_SWELL = 1.6;
/** Mean square below which a window is silence: -45 dB of full scale. */
const LEAST_POWER = (32_768 * 10 ** (-45 / 20)) ** 2 / 2;

/** The two tones of a window. */
interface Tones {
  readonly key: string;
  readonly low: ToneFilter;
  readonly high: ToneFilter;
  readonly lowPhase: number;
  readonly highPhase: number;
  readonly total: number;
}

/** By how many hertz the two tones are off. */
interface Deviation {
  readonly low: number;
  readonly high: number;
}

/**
 * Hears keys in the audio itself: two tones at a time, one of each group, for at least 35 ms, with nothing else
 * beside them, steady, and on their exact frequencies. Those are measured by how far each tone's phase turns
 * between two windows, which is what keeps voices from dialling.
 */
export class InbandDetector {
  readonly #onKey: (key: string) => void;
  readonly #rate: number;
  readonly #hop: number;
  readonly #window: Float32Array;
  readonly #rows: readonly ToneFilter[];
  readonly #columns: readonly ToneFilter[];
  #filled = 0;
  /** What the last windows held, newest first. */
  #before: (Tones | undefined)[] = [];
  #deviation: Deviation | undefined;
  #agreeing = 0;
  #pressed: string | undefined;
  #missing = 0;

  /** `rate` in samples a second: 8000, 16000 or 48000. `onKey` is told once a press, 35 to 40 ms after it began. */
  constructor({ rate, onKey }: { readonly rate: number; readonly onKey: (key: string) => void }) {
    this.#onKey = onKey;
    this.#rate = rate;
    this.#hop = Math.round(rate * HOP);
    this.#window = new Float32Array(Math.round(rate * WINDOW));
    this.#rows = ROW_FREQUENCIES.map((hertz) => new ToneFilter(hertz, rate));
    this.#columns = COLUMN_FREQUENCIES.map((hertz) => new ToneFilter(hertz, rate));
  }

  /** The next samples, however many. */
  receive(samples: Int16Array): void {
    const window = this.#window;
    for (const sample of samples) {
      window[this.#filled++] = sample;
      if (this.#filled < window.length) continue;
      this.#look();
      window.copyWithin(0, this.#hop);
      this.#filled = window.length - this.#hop;
    }
  }

  /** One full window. */
  #look(): void {
    const found = this.#findTones();
    const agrees = found !== undefined && this.#agrees(found);
    this.#before = [found, ...this.#before.slice(0, COMPARED_HOPS - 1)];
    this.#agreeing = agrees ? this.#agreeing + 1 : 0;
    if (found !== undefined && found.key === this.#pressed) {
      this.#missing = 0;
      return;
    }
    if (this.#pressed !== undefined && ++this.#missing >= WINDOWS_TO_END) this.#pressed = undefined;
    // The windows that are compared with have been counted too.
    if (found === undefined || this.#agreeing < WINDOWS_TO_BEGIN - COMPARED_HOPS) return;
    this.#pressed = found.key;
    this.#missing = 0;
    this.#onKey(found.key);
  }

  #findTones(): Tones | undefined {
    const window = this.#window;
    let total = 0;
    for (const sample of window) total += sample * sample;
    if (total < LEAST_POWER * window.length) return undefined;
    const row = standsOut(this.#rows, window);
    if (row === -1) return undefined;
    const column = standsOut(this.#columns, window);
    const [low, high] = [this.#rows[row], this.#columns[column]];
    const key = keyAt(row, column);
    if (low === undefined || high === undefined || key === undefined) return undefined;
    if (high.energy > low.energy * MOST_TWIST || low.energy > high.energy * MOST_TWIST) return undefined;
    return { key, low, high, lowPhase: low.phase, highPhase: high.phase, total };
  }

  /** Whether a window goes on with the key of those before it: as strong, on its frequencies, with nothing beside it. */
  #agrees(found: Tones): boolean {
    const [last] = this.#before;
    const compared = this.#before[COMPARED_HOPS - 1];
    const former = this.#deviation;
    this.#deviation = undefined;
    if (last?.key !== found.key || compared?.key !== found.key) return false;
    if (found.total > last.total * MOST_SWELL || last.total > found.total * MOST_SWELL) return false;
    const distance = this.#hop * COMPARED_HOPS;
    const deviation = {
      low: found.low.deviation(compared.lowPhase, found.lowPhase, distance),
      high: found.high.deviation(compared.highPhase, found.highPhase, distance),
    };
    if (!isOnFrequency(found, deviation) || !this.#isPure(found, deviation)) return false;
    this.#deviation = deviation;
    return former === undefined || isSteady(former, deviation);
  }

  /** Whether the two tones, measured where they really are, leave next to nothing. */
  #isPure({ low, high, total }: Tones, deviation: Deviation): boolean {
    const window = this.#window;
    const energyAt = (hertz: number) => new ToneFilter(hertz, this.#rate).measure(window);
    const [lowHertz, highHertz] = [low.hertz + deviation.low, high.hertz + deviation.high];
    const [lowEnergy, highEnergy] = [energyAt(lowHertz), energyAt(highHertz)];
    return (
      (lowEnergy + highEnergy) * 2 >= LEAST_SHARE * window.length * total &&
      energyAt(2 * highHertz) <= MOST_OVERTONE * highEnergy
    );
  }
}

function isOnFrequency({ low, high }: Tones, deviation: Deviation): boolean {
  return (
    Math.abs(deviation.low) <= low.hertz * MOST_DEVIATION &&
    Math.abs(deviation.high) <= high.hertz * MOST_DEVIATION
  );
}

function isSteady(before: Deviation, now: Deviation): boolean {
  return Math.abs(before.low - now.low) <= MOST_GLIDE && Math.abs(before.high - now.high) <= MOST_GLIDE;
}

/** The place of the one tone that is far stronger than the others of its group; -1 for none. */
function standsOut(filters: readonly ToneFilter[], window: Float32Array): number {
  let best = -1;
  let most = 0;
  let second = 0;
  for (const [index, filter] of filters.entries()) {
    const energy = filter.measure(window);
    if (energy > most) {
      second = most;
      most = energy;
      best = index;
    } else if (energy > second) {
      second = energy;
    }
  }
  return most > second * LEAST_PROMINENCE ? best : -1;
}
