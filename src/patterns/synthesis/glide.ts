import type { Course } from './sound-description.js';

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
  readonly #pieceLength: number;

  /** @param lasts - Seconds from the first to the last frequency of the course. */
  constructor(course: Course, lasts: number) {
    const points = typeof course === 'number' ? [course] : course;
    const pieces: Piece[] = [];
    this.#pieceLength = lasts / Math.max(1, points.length - 1);
    let cycles = 0;
    for (let index = 0; index < Math.max(1, points.length - 1); index++) {
      const from = points[index] ?? 0;
      const to = points[index + 1] ?? from;
      const piece = {
        start: index * this.#pieceLength,
        from,
        rate: Math.log(to / from) / this.#pieceLength,
        cycles,
      };
      pieces.push(piece);
      cycles += cyclesIn(piece, this.#pieceLength);
    }
    this.#pieces = pieces;
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
    const pieces = this.#pieces;
    const index = Math.min(pieces.length - 1, Math.max(0, Math.floor(seconds / this.#pieceLength)));
    return pieces[index] as Piece;
  }
}

function hertzIn({ from, rate }: Piece, elapsed: number): number {
  return rate === 0 ? from : from * Math.exp(rate * elapsed);
}

function cyclesIn({ from, rate }: Piece, elapsed: number): number {
  return rate === 0 ? from * elapsed : (from * Math.expm1(rate * elapsed)) / rate;
}
