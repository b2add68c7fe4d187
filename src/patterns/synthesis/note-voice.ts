import { reachesLimit, withinBand } from './band-limit.js';
import { Envelope } from './envelope.js';
import { Filter } from './filter.js';
import { Glide } from './glide.js';
import { Oscillators, type Shaping } from './oscillators.js';
import type { Note } from './sound-description.js';
import type { Voice } from './voice.js';

const SEMITONES_PER_OCTAVE = 12;
const TURN = 2 * Math.PI;
/** Rows a second in which the amplitudes of the oscillators are laid down where they change; between them is a line. */
const ROWS = 100;

/** A note: oscillators on a pitch that may glide and tremble, shaped by an envelope and a filter. */
export class NoteVoice implements Voice {
  readonly #envelope: Envelope;
  readonly #pitch: Glide;
  readonly #oscillators: Oscillators;
  readonly #vibratoAngle: number;
  /** Cycles by which the vibrato is ahead in its middle, for each hertz of the pitch. */
  readonly #vibratoLead: number;

  constructor(note: Note) {
    this.#envelope = new Envelope(note);
    this.#pitch = new Glide(note.pitch, note.lasts);
    this.#oscillators = new Oscillators(note.timbre, shapingOf(note, this.#pitch));
    const { rate = 0, depth = 0 } = note.vibrato ?? {};
    this.#vibratoAngle = TURN * rate;
    this.#vibratoLead = rate > 0 ? (2 ** (depth / SEMITONES_PER_OCTAVE) - 1) / this.#vibratoAngle : 0;
  }

  valueAt(elapsed: number): number {
    return this.#envelope.at(elapsed) * this.#oscillators.sumAt(this.#cyclesAt(elapsed), elapsed * ROWS);
  }

  #cyclesAt(elapsed: number): number {
    const cycles = this.#pitch.cyclesAt(elapsed);
    if (this.#vibratoLead === 0) return cycles;
    const swing = 1 - Math.cos(this.#vibratoAngle * elapsed);
    return cycles + this.#pitch.hertzAt(elapsed) * this.#vibratoLead * swing;
  }
}

/** What filter and band leave of each oscillator, over the time of a note. */
function shapingOf(note: Note, pitch: Glide): Shaping {
  const filter = note.filter && new Filter(note.filter, note.lasts);
  const rows = isShaped(note, pitch, filter) ? Math.ceil(note.lasts * ROWS) + 1 : 1;
  const pitches = Float64Array.from({ length: rows }, (_, row) => pitch.hertzAt(row / ROWS));
  const middles = Float64Array.from({ length: rows }, (_, row) => filter?.middleAt(row / ROWS) ?? 0);
  return {
    rows,
    weightOf: (ratio, row) => {
      const hertz = ratio * (pitches[row] ?? 0);
      return withinBand(hertz) * (filter?.shareOf(hertz, middles[row] ?? 0) ?? 1);
    },
  };
}

/** Whether that changes while the note lasts. */
function isShaped({ timbre }: Note, pitch: Glide, filter: Filter | undefined): boolean {
  if (filter) return !(filter.isStill && pitch.isStill);
  const highest = Math.max(...timbre.map(({ ratio }) => ratio)) * pitch.highest;
  return reachesLimit(highest) && !pitch.isStill;
}
