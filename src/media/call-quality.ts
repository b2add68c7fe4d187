/** What the E-model starts from: a line without faults (ITU-T G.107). */
const BEST_RATING = 93.2;
/** How well G.711 with concealment stands random loss (ITU-T G.113 appendix I); taken for every codec here. */
const LOSS_ROBUSTNESS = 25.1;
/** Milliseconds that a packet takes to fill, and one that waits for the next to be played. */
const PACKET_DELAY = 40;
/** Where delay begins to disturb a conversation, in milliseconds (ITU-T G.107, simplified). */
const DISTURBING_DELAY = 177.3;

export interface LineFacts {
  readonly arrived: number;
  readonly lost: number;
  /** Milliseconds. */
  readonly jitter: number;
  /** There and back, in milliseconds. */
  readonly roundTrip: number | undefined;
}

/**
 * How a listener would judge the line, from 1 (bad) to 4.4 (as good as a telephone gets): the mean opinion score
 * that the E-model estimates from loss and delay. Undefined where nothing arrived. docs/media.md has the formula.
 */
export function callQuality({ arrived, lost, jitter, roundTrip }: LineFacts): number | undefined {
  if (arrived <= 0) return undefined;
  const delay = (roundTrip ?? 0) / 2 + PACKET_DELAY + 2 * jitter;
  const percentLost = (100 * lost) / (arrived + lost);
  const byDelay = 0.024 * delay + 0.11 * Math.max(0, delay - DISTURBING_DELAY);
  const byLoss = (95 * percentLost) / (percentLost + LOSS_ROBUSTNESS);
  const rating = Math.max(0, BEST_RATING - byDelay - byLoss);
  const score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
  return Math.round(10 * Math.max(1, score)) / 10;
}
