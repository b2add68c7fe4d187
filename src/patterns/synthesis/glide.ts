import type { Course } from './sound-description.js';

/** A rate so small that nobody hears it, and that dividing by it would lose the digits. */
const STILL = 1e-6;

interface Piece {
  readonly start: number;
  readonly from: number;
  /** Natural logarithm of the ratio by which the frequency changes in a second; 0 where it stays. */
  readonly rate: number;
  /** Cycles that went by before this piece. */
  readonly cycles: number;
}

/** A frequency that moves. Its cycles are the integral of the frequency, so that no phase ever jumps. */
export class Glide {
  readonly #pieces: readonly Piece[];
  readonly #last: Piece;
  readonly #pieceLength: number;

  /** @param lasts - Seconds from the first to the last frequency of the course. */
  constructor(course: Course, lasts: number) {
    const [first, ...others] = typeof course === 'number' ? [course, course] : course;
    const length = lasts / others.length;
    let piece: Piece = { start: -length, from: first, rate: 0, cycles: -first * length };
    this.#pieces = others.map((to, index) => {
      const from = index === 0 ? first : hertzIn(piece, length);
      const change = Math.log(to / from) / length;
      const rate = Math.abs(change) < STILL ? 0 : change;
      piece = { start: index * length, from, rate, cycles: piece.cycles + cyclesIn(piece, length) };
      return piece;
    });
    this.#last = piece;
    this.#pieceLength = length;
  }

  /** Whether the frequency stays what it is. */
  get isStill(): boolean {
    return this.#pieces.every(({ rate }) => rate === 0);
  }

  /** The highest frequency it reaches. */
  get highest(): number {
    return Math.max(...this.#pieces.flatMap((piece) => [piece.from, hertzIn(piece, this.#pieceLength)]));
  }

  hertzAt(seconds: number): number {
    const piece = this.#pieceAt(seconds);
    return hertzIn(piece, seconds - piece.start);
  }

  cyclesAt(seconds: number): number {
    const piece = this.#pieceAt(seconds);
    return piece.cycles + cyclesIn(piece, seconds - piece.start);
  }

  #pieceAt(seconds: number): Piece {
    return this.#pieces[Math.floor(seconds / this.#pieceLength)] ?? this.#last;
  }
}

function hertzIn({ from, rate }: Piece, elapsed: number): number {
  return rate === 0 ? from : from * Math.exp(rate * elapsed);
}

function cyclesIn(piece: Piece, elapsed: number): number {
  const { from, rate } = piece;
  return rate === 0 ? from * elapsed : (hertzIn(piece, elapsed) - from) / rate;
}
