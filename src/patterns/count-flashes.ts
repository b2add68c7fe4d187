import { FlashMeter } from './flash-meter.js';
import { CHANNEL_COUNT, createLightFrame, type LightFrame, SECTION_COUNT } from './light-frame.js';
import { ringMean } from './ring-mean.js';

/** Sections that make a quarter of the ring, from which on flashes count (WCAG 2.3.1, ITU-R BT.1702). */
const LARGE_AREA = 3;

interface WatchOptions {
  /** Milliseconds to look for. */
  readonly lasts: number;
  /** From one look to the next. Default 10, which misses no flash that an eye could see. */
  readonly step?: number;
}

/**
 * The most flashes, pairs of opposing changes, that any second of a light holds: over a quarter of the ring or
 * more, or of the ring as one lamp, which is how it lights a room.
 */
export function countFlashes(
  draw: (elapsedMs: number, frame: LightFrame) => void,
  { lasts, step = 10 }: WatchOptions,
): number {
  const frame = createLightFrame();
  const mean = new Float64Array(CHANNEL_COUNT);
  const areas = Array.from({ length: SECTION_COUNT + 1 }, () => ({
    meter: new FlashMeter(1),
    turns: [] as number[],
  }));
  for (let elapsed = 0; elapsed <= lasts; elapsed += step) {
    draw(elapsed, frame);
    ringMean(frame, mean);
    areas.forEach(({ meter, turns }, index) => {
      const isRing = index === SECTION_COUNT;
      if (meter.take(isRing ? mean : frame, isRing ? 0 : index * CHANNEL_COUNT, elapsed)) turns.push(elapsed);
    });
  }
  const counts = areas.map(({ turns }) => Math.floor(mostInOneSecond(turns) / 2));
  const ring = counts.pop() ?? 0;
  return Math.max(ring, counts.sort((a, b) => b - a)[LARGE_AREA - 1] ?? 0);
}

function mostInOneSecond(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  times.forEach((time, index) => {
    while ((times[first] ?? 0) <= time - 1_000) first++;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
