import { NoiseVoice } from './noise-voice.js';
import { NoteVoice } from './note-voice.js';
import type { SoundDescription } from './sound-description.js';
import type { Voice } from './voice.js';

/** Slots a second in which the events that sound are looked up. */
const SLOTS = 50;

interface Entry {
  readonly start: number;
  readonly end: number;
  readonly voice: Voice;
}

/** The events of a sound, laid out over one loop. */
export class Score {
  readonly #slots: readonly (readonly Entry[])[];

  constructor({ events, length }: SoundDescription) {
    const entries = events.map((event) => ({
      start: event.at,
      end: event.at + event.lasts,
      voice: 'noise' in event ? new NoiseVoice(event) : new NoteVoice(event),
    }));
    this.#slots = Array.from({ length: Math.ceil(length * SLOTS) }, (_, slot) =>
      entries.filter(({ start, end }) => start * SLOTS < slot + 1 && end * SLOTS > slot),
    );
  }

  /** The sum of what sounds at a place of the loop. */
  valueAt(place: number): number {
    let sum = 0;
    for (const { start, end, voice } of this.#at(place)) {
      if (place >= start && place < end) sum += voice.valueAt(place - start);
    }
    return sum;
  }

  #at(place: number): readonly Entry[] {
    return this.#slots[Math.floor(place * SLOTS)] ?? [];
  }
}
