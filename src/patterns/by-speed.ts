/** The value of a list that belongs to a speed: the first to speed 1, and so on; the ends serve for what lies beyond. */
export function bySpeed(values: readonly [number, ...number[]], speed: number): number {
  return values[Math.min(values.length, Math.max(1, speed)) - 1] ?? values[0];
}
