import { aWeighting } from './a-weighting.js';
import { reachesLimit, withinBand } from './band-limit.js';
import { Envelope } from './envelope.js';
import { Filter } from './filter.js';
import { Glide } from './glide.js';
import { Oscillators } from './oscillators.js';
import type { Note } from './sound-description.js';
import type { Voice } from './voice.js';

const SEMITONES_PER_OCTAVE = 12;
/** Rows a second in which the amplitudes of the oscillators are laid down where they change; between them is a line. */
const ROWS = 200;

/** A note: oscillators on a pitch that may glide and tremble, shaped by an envelope and a filter. */
export class NoteVoice implements Voice {
  readonly #note: Note;
  readonly #envelope: Envelope;
  readonly #pitch: Glide;
  readonly #filter: Filter | undefined;
  readonly #oscillators: Oscillators;
  readonly #vibratoAngle: number;
  /** Cycles by which the vibrato is ahead in its middle, for each hertz of the pitch. */
  readonly #vibratoLead: number;

  constructor(note: Note) {
    this.#note = note;
    this.#envelope = new Envelope(note);
    this.#pitch = new Glide(note.pitch, note.lasts);
    this.#filter = note.filter && new Filter(note.filter, note.lasts);
    this.#oscillators = new Oscillators(note.timbre, {
      rows: this.#isShaped() ? Math.ceil(note.lasts * ROWS) + 1 : 1,
      weightOf: (ratio, row) => this.#weightOf(ratio, row / ROWS),
    });
    const { rate = 0, depth = 0 } = note.vibrato ?? {};
    this.#vibratoAngle = 2 * Math.PI * rate;
    this.#vibratoLead = rate > 0 ? (2 ** (depth / SEMITONES_PER_OCTAVE) - 1) / this.#vibratoAngle : 0;
  }

  valueAt(elapsed: number): number {
    return this.#envelope.at(elapsed) * this.#oscillators.sumAt(this.#cyclesAt(elapsed), elapsed * ROWS);
  }

  powerAt(elapsed: number): number {
    const pitch = this.#pitch.hertzAt(elapsed);
    let power = 0;
    for (const { ratio, amplitude } of this.#note.timbre) {
      power += (amplitude * this.#weightOf(ratio, elapsed) * aWeighting(ratio * pitch)) ** 2 / 2;
    }
    return this.#envelope.at(elapsed) ** 2 * power;
  }

  /** Whether the share that filter and band leave of each oscillator changes while the note lasts. */
  #isShaped(): boolean {
    if (this.#filter) return !(this.#filter.isStill && this.#pitch.isStill);
    const highest = Math.max(...this.#note.timbre.map(({ ratio }) => ratio)) * this.#pitch.highest;
    return reachesLimit(highest) && !this.#pitch.isStill;
  }

  #weightOf(ratio: number, elapsed: number): number {
    const hertz = ratio * this.#pitch.hertzAt(elapsed);
    return withinBand(hertz) * (this.#filter?.shareOf(hertz, elapsed) ?? 1);
  }

  #cyclesAt(elapsed: number): number {
    const cycles = this.#pitch.cyclesAt(elapsed);
    if (this.#vibratoLead === 0) return cycles;
    const swing = 1 - Math.cos(this.#vibratoAngle * elapsed);
    return cycles + this.#pitch.hertzAt(elapsed) * this.#vibratoLead * swing;
  }
}
